/** One side, as a fresh process or page gets it. */
export interface Client {
	/** The first call, the cheapest there is: what it takes is being ready. */
	first(): unknown;
	/** Something of everything, after which memory is looked at. */
	work(): Promise<void>;
	/** Bytes that a page's heap does not count: those of WebAssembly. */
	memory?(): number;
}

export const CREDENTIALS = { identifier: "somebody", password: "correct horse battery staple" } as const;
export const KEY: string = JSON.stringify({ Aes: { key: btoa("k".repeat(32)), key_id: "key" } });
export const TEXT: string = "x".repeat(1024);
export const DATA: Uint8Array = new Uint8Array(4 * 1024 * 1024);
export const TIMES = 3;
