import * as reference from "sentc_wasm";

/** The reference client fetches its WebAssembly from beside its script. Bundlers find its function for that as the default export. */
export const load = async (): Promise<typeof reference> => {
	await (reference.default as unknown as () => Promise<unknown>)();
	return reference;
};
