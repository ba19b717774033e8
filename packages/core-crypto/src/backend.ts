import { createPrimitives } from "#default-primitives";
import { bindOperations } from "./operations/face.js";
import { runAsync, runSync } from "./operations/run.js";
import type { SyncCrypto } from "./operations/sync-crypto.js";
import type { Primitives } from "./primitives/types.js";

/** The operations of {@link SyncCrypto} as promises, wherever they run. */
export type CryptoBackend = {
	readonly [Name in keyof SyncCrypto]: (
		...input: Parameters<SyncCrypto[Name]>
	) => Promise<ReturnType<SyncCrypto[Name]>>;
} & {
	/** Ends what the backend started. Nothing to do for the one in this thread. */
	close(): Promise<void>;
};

export interface InThreadBackendOptions {
	/** Default: `node:crypto` in Node, pure TypeScript elsewhere. */
	primitives?: Primitives;
	/** False forces the content operations onto the primitives. Default true: WebCrypto, where there is one. */
	webCrypto?: boolean;
}

/** A backend that runs everything in the calling thread; only content goes through WebCrypto. */
export function createInThreadBackend({
	primitives = createPrimitives(),
	webCrypto = true,
}: InThreadBackendOptions = {}): CryptoBackend {
	const subtle = webCrypto ? globalThis.crypto?.subtle : undefined;
	const operations = bindOperations<Omit<CryptoBackend, "close">>({
		plain: async (operation, input) => operation(primitives, input),
		content: async (operation, input) => {
			const op = operation(primitives, input);
			return subtle ? runAsync(op, subtle) : runSync(op, primitives);
		},
	});
	return { ...operations, close: async () => {} };
}
