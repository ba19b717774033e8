import { concat } from "../encoding/bytes.js";
import { CryptoError } from "../errors.js";
import type { Primitives } from "../primitives/types.js";
import type { AeadJob, Op } from "./types.js";

/** Runs an operation to its end with the given primitives. */
export function runSync<T>(op: Op<T>, primitives: Primitives): T {
	let step = op.next();
	while (!step.done) {
		step = op.next(answer(step.value, primitives));
	}
	return step.value;
}

function answer(job: AeadJob, primitives: Primitives): Uint8Array {
	const { key, nonce, data } = job;
	if (job.kind === "open") return primitives.aes256GcmOpen(key, nonce, data);
	return primitives.aes256GcmSeal(key, nonce, data, job.prefix);
}

/** What blocks a thread for some 4 ms where AES is native: there WebCrypto takes 2 to 10 times as long for less, and copies it, too. */
const largeLength = 8 * 1024 * 1024;

/** Runs an operation to its end with WebCrypto, or with native primitives where they are faster and don't block. */
export async function runAsync<T>(op: Op<T>, primitives: Primitives, subtle: SubtleCrypto): Promise<T> {
	const webCryptoFrom = primitives.hasNativeAes ? largeLength : -1;
	let step = op.next();
	while (!step.done) {
		const job = step.value;
		step = op.next(job.data.length <= webCryptoFrom ? answer(job, primitives) : await runJob(job, subtle));
	}
	return step.value;
}

async function runJob(job: AeadJob, subtle: SubtleCrypto): Promise<Uint8Array> {
	const { key, nonce, data } = job;
	const usage = job.kind === "seal" ? "encrypt" : "decrypt";
	const aesKey = await subtle.importKey("raw", unshared(key), "AES-GCM", false, [usage]);
	const algorithm = { name: "AES-GCM", iv: unshared(nonce) };
	if (job.kind === "seal") {
		return concat(job.prefix, new Uint8Array(await subtle.encrypt(algorithm, aesKey, unshared(data))));
	}
	const opened = await subtle.decrypt(algorithm, aesKey, unshared(data)).catch(() => undefined);
	if (opened === undefined) throw new CryptoError("DECRYPTION_FAILED");
	return new Uint8Array(opened);
}

/** WebCrypto refuses views of shared memory: those are copied. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	return isUnshared(bytes) ? bytes : new Uint8Array(bytes);
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
	return bytes.buffer instanceof ArrayBuffer;
}
