import { CryptoError, type SyncCrypto, sha256 } from "@sentc-ts/core-crypto";
import { type ExportedPublicKey, encodeBase64, exportedPublicKeySchema } from "@sentc-ts/core-crypto/wire";
import type { SeenKey } from "./pin.js";

/** @throws CryptoError when it is not a public key */
export function seenPublicKey(crypto: SyncCrypto, exported: string): SeenKey {
	const { public_key_alg: algorithm, public_key_id: id, public_key_pem: publicKeyString, ...data } = parse(exported);
	// The same text for the same bytes, whatever white space they came with.
	const text = crypto.exportPublicKey({ publicKeyString, algorithm, id });
	const { public_key_sig: signature } = data;
	return { id, public_key: hash(text), signature: signature ? hash(signature) : "" };
}

/** @throws CryptoError when it is not a verify key */
export function seenVerifyKey(crypto: SyncCrypto, verifyKey1: string, userId1: string, id: string): SeenKey {
	return { id, verify_key: crypto.createSafetyNumber({ verifyKey1, userId1 }) };
}

/** @throws CryptoError `JSON_INVALID` */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new CryptoError("JSON_INVALID", cause);
	}
}

function parse(exported: string): ExportedPublicKey {
	const parsed = exportedPublicKeySchema.safeParse(parseJson(exported));
	if (!parsed.success) throw new CryptoError("JSON_INVALID");
	return parsed.data;
}

function hash(text: string): string {
	return encodeBase64(sha256(new TextEncoder().encode(text)));
}
