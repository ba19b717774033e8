import { createPrimitives } from "#default-primitives";
import { run, runSync } from "./algorithms/run.js";
import { requireBytes } from "./encoding/bytes.js";
import { forgetParsedKeys } from "./keys/key-string.js";
import { type AsyncOperations, bindOperations, type Operations } from "./operations/index.js";
import type { Platform, Primitives } from "./primitives/types.js";
import { createWebCrypto } from "./primitives/web-crypto.js";

/** All operations as synchronous functions. */
export interface SyncCrypto extends Operations {
	/** Forgets the keys that the primitives keep to be faster the next time. */
	clear(): void;
}

/** @param primitives default: `node:crypto` in Node, pure TypeScript elsewhere */
export function createCrypto(primitives: Primitives = createPrimitives()): SyncCrypto {
	const operations = bindOperations<Operations>((start) => runSync(start(), primitives));
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
	/**
	 * Starts what the first call would start, while nobody waits for it. Never fails, and in Node keeps no process running: what goes
	 * wrong is an error of that call.
	 */
	warmUp(): void;
	/** Forgets the keys that are kept to be faster the next time. Never fails. */
	clear(): Promise<void>;
	/** Forgets those keys and ends what the backend started. The backend must not be used afterwards. */
	close(): Promise<void>;
}

export interface InThreadBackendOptions {
	/** Default: `node:crypto` in Node, pure TypeScript elsewhere. */
	primitives?: Primitives;
	/**
	 * False forces the operations onto the primitives. Default true: AES-GCM and the curves of WebCrypto, where there is one; in Node,
	 * whose own functions are faster but block, only AES-GCM of what is large.
	 */
	webCrypto?: boolean;
}

/** A backend that runs everything in the calling thread, with WebCrypto where there is one. */
export function createInThreadBackend({
	primitives = createPrimitives(),
	webCrypto = true,
}: InThreadBackendOptions = {}): CryptoBackend {
	const subtle = webCrypto ? globalThis.crypto?.subtle : undefined;
	const platform = subtle ? createWebCrypto(subtle, primitives) : primitives;
	const running = new Set<Promise<unknown>>();
	const operations = bindOperations<AsyncOperations>(async (start) => {
		const result = run(start(), platform);
		if (result instanceof Promise) {
			const end = (): unknown => running.delete(ended);
			const ended: Promise<unknown> = result.then(end, end);
			running.add(ended);
		}
		return result;
	});
	// What still runs would keep its keys again.
	const clear = async (): Promise<void> => {
		await Promise.all(running);
		forget(platform);
	};
	return { ...operations, warmUp() {}, clear, close: clear };
}

function forget(platform: Pick<Platform, "clear">): void {
	platform.clear();
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
