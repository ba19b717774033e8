import { isSentcError } from "@sentc-ts/core-crypto";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { Failure } from "./failure.js";
import type { ServerCrypto } from "./services.js";

/** Refuses a public key that does not fit its algorithm: nobody could encrypt or verify with it. */
export function requirePublicKey(
	crypto: ServerCrypto,
	key: { publicKeyString: string; algorithm: string; use: "encrypt" | "sign" },
): void {
	try {
		crypto.checkPublicKey(key);
	} catch (error) {
		if (isSentcError(error)) throw new Failure(SERVER_ERRORS.PUBLIC_KEY_UNUSABLE);
		throw error;
	}
}
