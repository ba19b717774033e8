import { concat, nothing } from "../encoding/bytes.js";
import { CryptoError } from "../errors.js";
import type { Platform, Primitives } from "./types.js";
import { unshared } from "./unshared.js";
import { createWebCurves } from "./web-curves.js";

type Aes = Pick<Platform, "aes256GcmSeal" | "aes256GcmOpen">;

/** What blocks a thread for some 4 ms where AES is native: there WebCrypto takes 2 to 10 times as long for less, and copies it, too. */
const largeLength = 8 * 1024 * 1024;

/** The primitives with what WebCrypto does faster: AES-GCM and the curves, or of native ones only what would block the thread. */
export function createWebCrypto(subtle: SubtleCrypto, primitives: Primitives): Platform {
	const aes = createWebAes(subtle);
	if (!primitives.isNative) return { ...primitives, ...aes, ...createWebCurves(subtle, primitives) };
	return {
		...primitives,
		aes256GcmSeal: (key, nonce, plaintext, prefix) =>
			(plaintext.length <= largeLength ? primitives : aes).aes256GcmSeal(key, nonce, plaintext, prefix),
		aes256GcmOpen: (key, nonce, ciphertext) =>
			(ciphertext.length <= largeLength ? primitives : aes).aes256GcmOpen(key, nonce, ciphertext),
	};
}

function createWebAes(subtle: SubtleCrypto): Aes {
	// Importing a key takes as long as a small encryption. It is kept as long as somebody has its bytes: a key string's are parsed until `clear`.
	const imported = new WeakMap<Uint8Array, Promise<CryptoKey>>();
	const importKey = (key: Uint8Array): Promise<CryptoKey> => {
		const aesKey =
			imported.get(key) ?? subtle.importKey("raw", unshared(key), "AES-GCM", false, ["encrypt", "decrypt"]);
		imported.set(key, aesKey);
		return aesKey;
	};
	const algorithm = (nonce: Uint8Array): AesGcmParams => ({ name: "AES-GCM", iv: unshared(nonce) });
	return {
		async aes256GcmSeal(key, nonce, plaintext, prefix = nothing) {
			const sealed = await subtle.encrypt(algorithm(nonce), await importKey(key), unshared(plaintext));
			return concat(prefix, new Uint8Array(sealed));
		},
		async aes256GcmOpen(key, nonce, ciphertext) {
			const aesKey = await importKey(key);
			const opened = await subtle.decrypt(algorithm(nonce), aesKey, unshared(ciphertext)).catch(() => undefined);
			if (opened === undefined) throw new CryptoError("DECRYPTION_FAILED");
			return new Uint8Array(opened);
		},
	};
}
