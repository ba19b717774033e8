import * as z from "zod/mini";
import { type GroupCreateData, groupCreateDataSchema } from "./group.js";

/** The device's master key, encrypted by the password (protocol/crypto §6.1). */
export interface MasterKey {
	master_key_alg: string;
	encrypted_master_key: string;
	encrypted_master_key_alg: string;
}

export const masterKeySchema: z.ZodMiniType<MasterKey> = z.object({
	master_key_alg: z.string(),
	encrypted_master_key: z.string(),
	encrypted_master_key_alg: z.string(),
});

/** What the password and the master key protect (protocol/crypto §6.1). */
export interface KeyDerivedData {
	derived_alg: string;
	/** base64 of 16 bytes. */
	client_random_value: string;
	/** base64 of 16 bytes. */
	hashed_authentication_key: string;
	public_key: string;
	encrypted_private_key: string;
	keypair_encrypt_alg: string;
	verify_key: string;
	encrypted_sign_key: string;
	keypair_sign_alg: string;
}

export const keyDerivedDataSchema: z.ZodMiniType<KeyDerivedData> = z.object({
	derived_alg: z.string(),
	client_random_value: z.string(),
	hashed_authentication_key: z.string(),
	public_key: z.string(),
	encrypted_private_key: z.string(),
	keypair_encrypt_alg: z.string(),
	verify_key: z.string(),
	encrypted_sign_key: z.string(),
	keypair_sign_alg: z.string(),
});

/** Body that registers a further device (protocol/user-protocol §6.1). */
export interface DeviceRegisterData {
	master_key: MasterKey;
	derived: KeyDerivedData;
	/** The identifier in plain text. */
	device_identifier: string;
}

export const deviceRegisterDataSchema: z.ZodMiniType<DeviceRegisterData> = z.object({
	master_key: masterKeySchema,
	derived: keyDerivedDataSchema,
	device_identifier: z.string(),
});

/** Body that registers a user with the first device (protocol/user-protocol §5.1.1). */
export interface RegisterData {
	device: DeviceRegisterData;
	/** The user group. */
	group: GroupCreateData;
}

export const registerDataSchema: z.ZodMiniType<RegisterData> = z.object({
	device: deviceRegisterDataSchema,
	group: groupCreateDataSchema,
});

/** Answer to prepare login (protocol/user-protocol §7.1). */
export interface PrepareLoginResult {
	/** base64; at least 8 bytes. */
	salt_string: string;
	derived_encryption_key_alg: string;
}

export const prepareLoginResultSchema: z.ZodMiniType<PrepareLoginResult> = z.object({
	salt_string: z.string(),
	derived_encryption_key_alg: z.string(),
});

/** The device's keys as the server returns them (protocol/user-protocol §7.2). */
export interface DeviceKeys {
	encrypted_master_key: string;
	encrypted_private_key: string;
	public_key_string: string;
	keypair_encrypt_alg: string;
	encrypted_sign_key: string;
	verify_key_string: string;
	keypair_sign_alg: string;
	keypair_encrypt_id: string;
	keypair_sign_id: string;
	user_id: string;
	device_id: string;
	user_group_id: string;
}

export const deviceKeysSchema: z.ZodMiniType<DeviceKeys> = z.object({
	encrypted_master_key: z.string(),
	encrypted_private_key: z.string(),
	public_key_string: z.string(),
	keypair_encrypt_alg: z.string(),
	encrypted_sign_key: z.string(),
	verify_key_string: z.string(),
	keypair_sign_alg: z.string(),
	keypair_encrypt_id: z.string(),
	keypair_sign_id: z.string(),
	user_id: z.string(),
	device_id: z.string(),
	user_group_id: z.string(),
});

/** Device keys and the login challenge (protocol/user-protocol §7.2). */
export interface DoneLogin {
	device_keys: DeviceKeys;
	/** base64 ciphertext for the device's public key. */
	challenge: string;
}

export const doneLoginSchema: z.ZodMiniType<DoneLogin> = z.object({
	device_keys: deviceKeysSchema,
	challenge: z.string(),
});

/** Answer to done login: a one-time password is needed first, or the keys (protocol/user-protocol §7.2). */
export type LoginChallengeResult = "Otp" | { Otp: null } | { Direct: DoneLogin };

export const loginChallengeResultSchema: z.ZodMiniType<LoginChallengeResult> = z.union([
	z.literal("Otp"),
	z.object({ Otp: z.null() }),
	z.object({ Direct: doneLoginSchema }),
]);
