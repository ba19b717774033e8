import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as reference from "sentc_wasm";

export type Reference = typeof reference;

/**
 * The published reference client `sentc_wasm` 0.15.0, run as a black box. It looks for a browser's `window` and sends its requests with
 * `window.fetch`; that is all it uses of one.
 *
 * @param fetch what it sends its requests with; default the real one
 */
export function loadReference(fetch: typeof globalThis.fetch = globalThis.fetch): Reference {
	const Window = { [Symbol.hasInstance]: (value: unknown) => value === globalThis };
	Object.assign(globalThis, { window: globalThis, self: globalThis, Window, fetch });
	reference.initSync(readFileSync(createRequire(import.meta.url).resolve("sentc_wasm/sentc_wasm_bg.wasm")));
	return reference;
}

/** The reference client throws strings with JSON in them, not always valid. Answers the status in it. */
export function statusOf(thrown: unknown): string {
	return /"status": "?((?:client|server)_\w+)"?/.exec(String(thrown))?.[1] ?? `unreadable: ${String(thrown)}`;
}
