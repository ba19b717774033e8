import {
	type CryptoBackend,
	CryptoError,
	createCrypto,
	createDefaultBackend,
	createInThreadBackend,
	InvalidInput,
	type KeyPairs,
	type SyncCrypto,
	type WorkerOptions,
} from "@sentc-ts/core-crypto";
import { AnswerForged } from "./errors.js";

/** The cryptography: the same operations synchronous in this thread, and as promises where they cost least. */
export interface Cryptography {
	readonly crypto: SyncCrypto;
	readonly backend: CryptoBackend;
}

/** @throws InvalidInput naming `worker` or its member */
export function createCryptography(worker: false | WorkerOptions = {}): Cryptography {
	const crypto = createCrypto();
	if (worker === false) return { crypto, backend: createInThreadBackend() };
	checkWorkerOptions(worker);
	return { crypto, backend: createDefaultBackend(worker) };
}

/** Forgets the keys that were kept to be faster the next time, wherever they are. */
export async function forgetKeys({ crypto, backend }: Cryptography): Promise<void> {
	crypto.clear();
	await backend.clear();
}

/** {@link forgetKeys}, and ends the worker. */
export async function closeCryptography({ crypto, backend }: Cryptography): Promise<void> {
	crypto.clear();
	await backend.close();
}

/** Did the verify key's owner sign the public key? A signature that can't be read is none. Both keys are exported ones. */
export async function isSigned(
	{ backend }: Pick<Cryptography, "backend">,
	keys: { readonly publicKey: string; readonly verifyKey: string },
): Promise<boolean> {
	try {
		return await backend.verifyUserPublicKey(keys);
	} catch (error) {
		if (error instanceof CryptoError) return false;
		throw error;
	}
}

/**
 * The public keys of users and groups come from the API. They have to belong to the private ones: otherwise it could have the
 * user encrypt for it, and pass its signatures off as the user's.
 *
 * @throws AnswerForged when they don't
 */
export async function requirePairs({ backend }: Pick<Cryptography, "backend">, keys: KeyPairs): Promise<void> {
	await backend.checkKeyPairs({ pairs: [keys] }).catch(forgedWhenMismatch);
}

/** Rethrows. @throws AnswerForged for keys that are no pairs */
export function forgedWhenMismatch(cause: unknown): never {
	throw cause instanceof CryptoError ? failureOfOwnKey(cause) : cause;
}

/** What is wrong with an own key: keys that are no pairs are a forged answer. */
export function failureOfOwnKey(cause: CryptoError): AnswerForged | CryptoError {
	if (cause.code !== "KEY_PAIR_MISMATCH") return cause;
	return new AnswerForged("own_key", "The public keys that the API answered are not the own ones", cause);
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
