import * as z from "zod/mini";
import type { Optional } from "./fields.js";

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

export const encryptedHeadSchema: z.ZodMiniType<EncryptedHead> = z.object({
	id: z.string(),
	sign: z.nullish(z.object({ id: z.string(), alg: z.string() })),
});
