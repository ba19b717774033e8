import * as z from "zod/mini";
import type { Optional } from "../encoding/json.js";
import { algorithmText, idText, optional, publicKeyText, signatureText } from "./bounds.js";

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
	public_key_pem: publicKeyText,
	public_key_alg: algorithmText,
	public_key_id: idText,
	public_key_sig: optional(signatureText),
	public_key_sig_key_id: optional(idText),
});

/** Exported verify key (protocol/crypto §4). */
export interface ExportedVerifyKey {
	verify_key_pem: string;
	verify_key_alg: string;
	verify_key_id: string;
}

export const exportedVerifyKeySchema: z.ZodMiniType<ExportedVerifyKey> = z.object({
	verify_key_pem: publicKeyText,
	verify_key_alg: algorithmText,
	verify_key_id: idText,
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
	public_key_id: idText,
	public_key: publicKeyText,
	public_key_alg: algorithmText,
	public_key_sig: optional(signatureText),
	public_key_sig_key_id: optional(idText),
});

/** The same verify key as the server names it (protocol/http-api §6). */
export interface VerifyKeyOut {
	verify_key_id: string;
	verify_key: string;
	verify_key_alg: string;
}

export const verifyKeyOutSchema: z.ZodMiniType<VerifyKeyOut> = z.object({
	verify_key_id: idText,
	verify_key: publicKeyText,
	verify_key_alg: algorithmText,
});
