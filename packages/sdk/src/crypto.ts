import {
	type CryptoBackend,
	CryptoError,
	createCrypto,
	createDefaultBackend,
	createInThreadBackend,
	InvalidInput,
	type SyncCrypto,
	type WorkerOptions,
} from "@sentc-ts/core-crypto";

/** The cryptography in both faces: same operations, synchronous in this thread and as promises in a worker. */
export interface CryptoFaces {
	readonly crypto: SyncCrypto;
	readonly backend: CryptoBackend;
}

/** @throws InvalidInput naming `worker` or its member */
export function createFaces(worker: false | WorkerOptions = {}): CryptoFaces {
	const crypto = createCrypto();
	if (worker === false) return { crypto, backend: createInThreadBackend() };
	checkWorkerOptions(worker);
	return { crypto, backend: createDefaultBackend(worker) };
}

/** Forgets the keys that were kept to be faster the next time, wherever they are. */
export async function clearFaces({ crypto, backend }: CryptoFaces): Promise<void> {
	crypto.clear();
	await backend.clear();
}

/** {@link clearFaces}, and ends the worker. */
export async function closeFaces({ crypto, backend }: CryptoFaces): Promise<void> {
	crypto.clear();
	await backend.close();
}

/** Did the verify key's owner sign the public key? A signature that can't be read is none. Both keys are exported ones. */
export async function isSigned(
	{ backend }: Pick<CryptoFaces, "backend">,
	keys: { readonly publicKey: string; readonly verifyKey: string },
): Promise<boolean> {
	try {
		return await backend.verifyUserPublicKey(keys);
	} catch (error) {
		if (error instanceof CryptoError) return false;
		throw error;
	}
}

function checkWorkerOptions(worker: unknown): void {
	if (typeof worker !== "object" || worker === null) throw new InvalidInput("worker", "must be false or an object");
	const { url, factory } = worker as WorkerOptions;
	if (url !== undefined && typeof url !== "string" && !(url instanceof URL)) {
		throw new InvalidInput("worker.url", "must be a string or a URL");
	}
	if (factory !== undefined && typeof factory !== "function") {
		throw new InvalidInput("worker.factory", "must be a function that makes a worker");
	}
}
