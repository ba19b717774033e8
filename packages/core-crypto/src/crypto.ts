import { createPrimitives } from "#default-primitives";
import { runAsync, runSync } from "./algorithms/run.js";
import { requireBytes } from "./encoding/bytes.js";
import { forgetParsedKeys } from "./keys/key-string.js";
import { type AsyncOperations, bindOperations, type Operations } from "./operations/index.js";
import type { Primitives } from "./primitives/types.js";

/** All operations as synchronous functions. */
export interface SyncCrypto extends Operations {
	/** Forgets the keys that the primitives keep to be faster the next time. */
	clear(): void;
}

/** @param primitives default: `node:crypto` in Node, pure TypeScript elsewhere */
export function createCrypto(primitives: Primitives = createPrimitives()): SyncCrypto {
	const operations = bindOperations<Operations>({
		plain: (operation, input) => operation(primitives, input),
		content: (operation, input) => runSync(operation(primitives, input), primitives),
	});
	return { ...operations, clear: () => forget(primitives) };
}

/**
 * Resolves when {@link createCrypto} can be used: at once, but for the classic script, which has the cryptography in a second file.
 *
 * @throws WorkerError `WORKER_LOAD_FAILED` naming the URL of that file
 */
export async function loadCrypto(): Promise<void> {}

/** All operations as promises, and the life of what runs them. */
export interface CryptoBackend extends AsyncOperations {
	/** Forgets the keys that are kept to be faster the next time. Never fails. */
	clear(): Promise<void>;
	/** Forgets those keys and ends what the backend started. The backend must not be used afterwards. */
	close(): Promise<void>;
}

export interface InThreadBackendOptions {
	/** Default: `node:crypto` in Node, pure TypeScript elsewhere. */
	primitives?: Primitives;
	/**
	 * False forces the content operations onto the primitives. Default true: WebCrypto, where there is one; in Node, whose own
	 * functions are faster but block, only for what is large.
	 */
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
			return subtle ? runAsync(op, primitives, subtle) : runSync(op, primitives);
		},
	});
	const clear = async (): Promise<void> => forget(primitives);
	return { ...operations, clear, close: clear };
}

function forget(primitives: Primitives): void {
	primitives.clear();
	forgetParsedKeys();
}

/**
 * SHA-256 (FIPS 180-4), for checksums outside the protocol.
 *
 * @returns 32 bytes
 * @throws InvalidInput when `data` is not bytes
 */
export function sha256(data: Uint8Array): Uint8Array {
	requireBytes(data, "data");
	return createPrimitives().sha256(data);
}
