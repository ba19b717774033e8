import * as z from "zod/mini";
import {
	algorithmText,
	identifierText,
	idText,
	privateKeyText,
	publicKeyText,
	tokenText,
	wrappedKeyText,
} from "./bounds.js";
import { type GroupCreateData, groupCreateDataSchema } from "./group.js";

/** The device's master key, encrypted by the password (protocol/crypto §6.1). */
export interface MasterKey {
	master_key_alg: string;
	encrypted_master_key: string;
	encrypted_master_key_alg: string;
}

export const masterKeySchema: z.ZodMiniType<MasterKey> = z.object({
	master_key_alg: algorithmText,
	encrypted_master_key: wrappedKeyText,
	encrypted_master_key_alg: algorithmText,
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
	derived_alg: algorithmText,
	client_random_value: tokenText,
	hashed_authentication_key: tokenText,
	public_key: publicKeyText,
	encrypted_private_key: privateKeyText,
	keypair_encrypt_alg: algorithmText,
	verify_key: publicKeyText,
	encrypted_sign_key: privateKeyText,
	keypair_sign_alg: algorithmText,
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
	device_identifier: identifierText,
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
	salt_string: tokenText,
	derived_encryption_key_alg: algorithmText,
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
	encrypted_master_key: wrappedKeyText,
	encrypted_private_key: privateKeyText,
	public_key_string: publicKeyText,
	keypair_encrypt_alg: algorithmText,
	encrypted_sign_key: privateKeyText,
	verify_key_string: publicKeyText,
	keypair_sign_alg: algorithmText,
	keypair_encrypt_id: idText,
	keypair_sign_id: idText,
	user_id: idText,
	device_id: idText,
	user_group_id: idText,
});

/** Device keys and the login challenge (protocol/user-protocol §7.2). */
export interface DoneLogin {
	device_keys: DeviceKeys;
	/** base64 ciphertext for the device's public key. */
	challenge: string;
}

export const doneLoginSchema: z.ZodMiniType<DoneLogin> = z.object({
	device_keys: deviceKeysSchema,
	challenge: wrappedKeyText,
});

/** Answer to done login: a one-time password is needed first, or the keys (protocol/user-protocol §7.2). */
export type LoginChallengeResult = "Otp" | { Otp: null } | { Direct: DoneLogin };

export const loginChallengeResultSchema: z.ZodMiniType<LoginChallengeResult> = z.union([
	z.literal("Otp"),
	z.object({ Otp: z.null() }),
	z.object({ Direct: doneLoginSchema }),
]);
