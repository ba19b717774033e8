import * as z from "zod/mini";
import { type Optional, timeSchema } from "../encoding/json.js";
import { algorithmText, idText, wrappedKeyText } from "./bounds.js";

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
	alg: algorithmText,
	encrypted_key_string: wrappedKeyText,
	master_key_id: idText,
	key_id: idText,
	time: timeSchema,
});

/** A content key that the API is to know: it makes the id. */
export type ContentKeyRegisterData = Omit<EncryptedContentKey, "key_id" | "time">;

export const contentKeyRegisterDataSchema: z.ZodMiniType<ContentKeyRegisterData> = z.object({
	alg: algorithmText,
	encrypted_key_string: wrappedKeyText,
	master_key_id: idText,
});
