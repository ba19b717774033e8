import * as z from "zod/mini";
import { type Optional, timeSchema } from "../encoding/json.js";

/** Who signed the data and how (protocol/crypto §5.1). */
export interface EncryptedHeadSignature {
	/** Id of the sign key. */
	id: string;
	alg: string;
}

/** Head of encrypted content: names the key, is itself neither encrypted nor authenticated (protocol/crypto §5.1). */
export interface EncryptedHead {
	/** Id of the symmetric key or of the public key that encrypted the content. */
	id: string;
	sign?: Optional<EncryptedHeadSignature>;
}

export const encryptedHeadSignatureSchema: z.ZodMiniType<EncryptedHeadSignature> = z.object({
	id: z.string(),
	alg: z.string(),
});

export const encryptedHeadSchema: z.ZodMiniType<EncryptedHead> = z.object({
	id: z.string(),
	sign: z.nullish(encryptedHeadSignatureSchema),
});

/** A content key, encrypted by a master key. Apps keep its JSON text as it is (protocol/crypto §8). */
export interface EncryptedContentKey {
	alg: string;
	/** base64 */
	encrypted_key_string: string;
	/** Id of the symmetric key or of the public key that encrypted it. */
	master_key_id: string;
	/** `non_registered` when the API does not know the key. */
	key_id: string;
	/** When the API got to know it, ms; else 0. */
	time: number;
}

export const encryptedContentKeySchema: z.ZodMiniType<EncryptedContentKey> = z.object({
	alg: z.string(),
	encrypted_key_string: z.string(),
	master_key_id: z.string(),
	key_id: z.string(),
	time: timeSchema,
});
