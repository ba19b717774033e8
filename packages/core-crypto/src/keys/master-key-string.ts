import * as z from "zod/mini";
import { decodeBase64, encodeBase64 } from "../encoding/base64.js";
import { parseJson } from "../encoding/json.js";
import { CryptoError } from "../errors.js";

const schema = z.object({ Argon2: z.string() });

/** `{"Argon2":"<base64>"}`: the derived half that opens the master key (protocol/crypto §4). */
export function formatMasterKeyEncryptionKey(key: Uint8Array): string {
	return JSON.stringify({ Argon2: encodeBase64(key) });
}

/** Throws `MASTER_KEY_STRING_INVALID`, `KEY_LENGTH`. */
export function parseMasterKeyEncryptionKey(text: string): Uint8Array {
	const { Argon2 } = parseJson(schema, text, "MASTER_KEY_STRING_INVALID");
	const key = decodeBase64(Argon2, "MASTER_KEY_STRING_INVALID");
	if (key.length !== 32) throw new CryptoError("KEY_LENGTH");
	return key;
}
