import * as z from "zod/mini";
import { type Optional, optionalText } from "../encoding/json.js";

/** Exported public key: what one user hands to another (protocol/crypto §4). All members are present on output. */
export interface ExportedPublicKey {
	/** PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	public_key_pem: string;
	public_key_alg: string;
	public_key_id: string;
	/** Signature text; null for device keys and ordinary group keys. */
	public_key_sig?: Optional<string>;
	public_key_sig_key_id?: Optional<string>;
}

export const exportedPublicKeySchema: z.ZodMiniType<ExportedPublicKey> = z.object({
	public_key_pem: z.string(),
	public_key_alg: z.string(),
	public_key_id: z.string(),
	public_key_sig: optionalText,
	public_key_sig_key_id: optionalText,
});

/** Exported verify key (protocol/crypto §4). */
export interface ExportedVerifyKey {
	verify_key_pem: string;
	verify_key_alg: string;
	verify_key_id: string;
}

export const exportedVerifyKeySchema: z.ZodMiniType<ExportedVerifyKey> = z.object({
	verify_key_pem: z.string(),
	verify_key_alg: z.string(),
	verify_key_id: z.string(),
});

/** The same public key as the server names it (protocol/http-api §6). */
export interface PublicKeyOut {
	public_key_id: string;
	public_key: string;
	public_key_alg: string;
	public_key_sig?: Optional<string>;
	public_key_sig_key_id?: Optional<string>;
}

export const publicKeyOutSchema: z.ZodMiniType<PublicKeyOut> = z.object({
	public_key_id: z.string(),
	public_key: z.string(),
	public_key_alg: z.string(),
	public_key_sig: optionalText,
	public_key_sig_key_id: optionalText,
});

/** The same verify key as the server names it (protocol/http-api §6). */
export interface VerifyKeyOut {
	verify_key_id: string;
	verify_key: string;
	verify_key_alg: string;
}

export const verifyKeyOutSchema: z.ZodMiniType<VerifyKeyOut> = z.object({
	verify_key_id: z.string(),
	verify_key: z.string(),
	verify_key_alg: z.string(),
});
