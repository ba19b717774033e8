import { createPrimitives } from "#default-primitives";
import { bindOperations } from "./operations/face.js";
import type { Operations } from "./operations/operations.js";
import { runAsync, runSync } from "./operations/run.js";
import type { Primitives } from "./primitives/types.js";

/** The {@link Operations} as promises, wherever they run. */
export type AsyncOperations = {
	readonly [Name in keyof Operations]: (
		...input: Parameters<Operations[Name]>
	) => Promise<ReturnType<Operations[Name]>>;
};

/** {@link AsyncOperations} and the life of what runs them. */
export interface CryptoBackend extends AsyncOperations {
	/** Forgets the keys that are kept to be faster the next time. Never fails. */
	clear(): Promise<void>;
	/** Forgets those keys and ends what the backend started. The backend must not be used afterwards. */
	close(): Promise<void>;
}

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
	const operations = bindOperations<AsyncOperations>({
		plain: async (operation, input) => operation(primitives, input),
		content: async (operation, input) => {
			const op = operation(primitives, input);
			return subtle ? runAsync(op, subtle) : runSync(op, primitives);
		},
	});
	const clear = async (): Promise<void> => primitives.clear();
	return { ...operations, clear, close: clear };
}
