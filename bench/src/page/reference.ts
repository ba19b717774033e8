import * as reference from "sentc_wasm";

/** Bundlers find it as the default export; it fetches its WebAssembly from beside its script. */
const init = reference.default as unknown as () => Promise<reference.InitOutput>;

export interface Loaded {
	readonly reference: typeof reference;
	/** Of its WebAssembly. */
	readonly memory: WebAssembly.Memory;
}

export const load = async (): Promise<Loaded> => ({ reference, memory: (await init()).memory });
