import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { orFail } from "./failure.js";
import type { ServerCrypto } from "./services.js";

/** Refuses a public key that does not fit its algorithm: nobody could encrypt or verify with it. */
export function requirePublicKey(
	crypto: ServerCrypto,
	key: { publicKeyString: string; algorithm: string; use: "encrypt" | "sign" },
): void {
	orFail(SERVER_ERRORS.PUBLIC_KEY_UNUSABLE, () => crypto.checkPublicKey(key));
}
