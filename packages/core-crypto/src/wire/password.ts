import * as z from "zod/mini";
import { type MasterKey, masterKeySchema } from "./account.js";
import { algorithmText, privateKeyText, tokenText, wrappedKeyText } from "./bounds.js";

/** Body of a password change: the same master key, encrypted by the new password (protocol/user-protocol §11.1). */
export interface ChangePasswordData {
	new_derived_alg: string;
	/** base64 of 16 bytes. */
	new_client_random_value: string;
	/** base64 of 16 bytes. */
	new_hashed_authentication_key: string;
	new_encrypted_master_key: string;
	new_encrypted_master_key_alg: string;
	/** base64 of 32 bytes: proves knowledge of the old password. */
	old_auth_key: string;
	/**
	 * Not part of the reference: ends the sessions of this device, or of all devices of the user, but the one of the JWT. Without
	 * it all go on.
	 */
	end_sessions?: EndSessions | undefined;
}

/** Which sessions a changed password ends. */
export type EndSessions = "device" | "all";

export const changePasswordDataSchema: z.ZodMiniType<ChangePasswordData> = z.object({
	new_derived_alg: algorithmText,
	new_client_random_value: tokenText,
	new_hashed_authentication_key: tokenText,
	new_encrypted_master_key: wrappedKeyText,
	new_encrypted_master_key_alg: algorithmText,
	old_auth_key: tokenText,
	end_sessions: z.optional(z.enum(["device", "all"])),
});

/** Body of a password reset: the same key pairs, encrypted by a new master key (protocol/user-protocol §11.2). */
export interface ResetPasswordData {
	/** base64 of 16 bytes. */
	client_random_value: string;
	/** base64 of 16 bytes. */
	hashed_authentication_key: string;
	master_key: MasterKey;
	derived_alg: string;
	encrypted_private_key: string;
	encrypted_sign_key: string;
}

export const resetPasswordDataSchema: z.ZodMiniType<ResetPasswordData> = z.object({
	client_random_value: tokenText,
	hashed_authentication_key: tokenText,
	master_key: masterKeySchema,
	derived_alg: algorithmText,
	encrypted_private_key: privateKeyText,
	encrypted_sign_key: privateKeyText,
});
