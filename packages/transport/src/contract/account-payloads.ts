import * as z from "zod/mini";

/** A new second factor (protocol/http-api §13.4). */
export interface OtpRegistration {
	/** Base32 of 32 bytes, without padding. */
	secret: string;
	/** `totp_sha256` */
	alg: string;
	/** Six recovery keys, each base32 of 32 bytes. */
	recover: string[];
}
export const otpRegistrationSchema: z.ZodMiniType<OtpRegistration> = z.object({
	secret: z.string(),
	alg: z.string(),
	recover: z.array(z.string()),
});

/** The recovery keys that were not used yet. */
export interface RecoveryKeys {
	keys: string[];
}
export const recoveryKeysSchema: z.ZodMiniType<RecoveryKeys> = z.object({ keys: z.array(z.string()) });
