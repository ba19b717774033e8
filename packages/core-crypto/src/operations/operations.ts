import type {
	ChangePasswordData,
	DeviceRegisterData,
	DoneKeyRotationData,
	GroupCreateData,
	KeyRotationData,
	NewMemberKeys,
	RegisterData,
	ResetPasswordData,
} from "../wire/index.js";
import type { OpenGroupKeysInput } from "./group.js";
import type { CheckKeyPairsInput } from "./key-pair.js";
import type { FinishKeyRotationInput, PrepareKeyRotationInput } from "./rotation.js";
import type { OpenHmacKeysInput, OpenSortableKeysInput } from "./search-keys.js";
import type { EncryptEphemeralKeysInput, EncryptedEphemeralKey } from "./server.js";
import type {
	CheckPublicKeyInput,
	ContentKey,
	CreateLoginChallengeInput,
	CreateSaltInput,
	Credentials,
	Decrypted,
	DecryptedText,
	DecryptInput,
	DecryptRawInput,
	DecryptStringInput,
	DeriveLoginKeysInput,
	EncryptEphemeralKeyInput,
	EncryptInput,
	EncryptStringInput,
	ExportPublicKeyInput,
	GenerateContentKeyInput,
	GroupKeyData,
	LoginKeys,
	OpenContentKeyInput,
	OpenDeviceInput,
	OpenedDevice,
	OpenGroupKeyInput,
	OpenHmacKeyInput,
	OpenSortableKeyInput,
	OpenUserKeyInput,
	OpenUserKeysInput,
	PrepareGroupInput,
	PrepareKeysForNewMemberInput,
	PreparePasswordChangeInput,
	PreparePasswordResetInput,
	PrepareUserKeyRotationInput,
	RawEncrypted,
	SafetyNumberInput,
	SplitData,
	SplitHeadInput,
	SplitHeadStringInput,
	UserKeyData,
	VerifyAuthKeyInput,
	VerifyUserPublicKeyInput,
} from "./types.js";
import type { OpenedUser, OpenUserInput } from "./user-keys.js";

/**
 * All operations, as plain synchronous functions. Randomness is their only effect.
 *
 * Every function throws {@link InvalidInput} for an argument of the wrong type and `CryptoError` for keys and
 * ciphertexts that are wrong; the codes named below are the ones a caller may want to tell apart.
 */
export interface Operations {
	/** Random identifier (27 characters) and password (54 characters) (protocol/crypto §6.1). */
	generateRegisterData(input: Record<string, never>): Credentials;

	/** Keys of a new user with a first device (protocol/crypto §6.1). Runs Argon2id: about 0.1 s. */
	prepareRegister(input: Credentials): RegisterData;

	/** Keys of a further device (protocol/crypto §6.1). Runs Argon2id: about 0.1 s. */
	prepareRegisterDevice(input: Credentials): DeviceRegisterData;

	/**
	 * Derives both halves of the login keys from the password (protocol/crypto §3.10). Runs Argon2id: about 0.1 s, with
	 * `newerArgon2` about 0.4 s. Throws `UNKNOWN_ALGORITHM`, `SALT_NOT_BASE64`, `PASSWORD_HASH_FAILED` before that.
	 */
	deriveLoginKeys(input: DeriveLoginKeysInput): LoginKeys;

	/**
	 * The same master key, encrypted by a new password (protocol/crypto §6.4). Runs Argon2id: about 0.1 s. Throws
	 * `DECRYPTION_FAILED` for a wrong old password, `AUTH_KEY_INVALID`, `MASTER_KEY_STRING_INVALID`, `KEY_LENGTH`,
	 * `ENCRYPTED_KEY_NOT_BASE64`.
	 */
	preparePasswordChange(input: PreparePasswordChangeInput): ChangePasswordData;

	/** The device's secret keys, encrypted by a new master key and password (protocol/crypto §6.5). Runs Argon2id. */
	preparePasswordReset(input: PreparePasswordResetInput): ResetPasswordData;

	/**
	 * Opens the device keys and the challenge (protocol/crypto §6.3, steps 4 to 6). Throws `DECRYPTION_FAILED` for a wrong
	 * password, `MASTER_KEY_STRING_INVALID`, `KEY_LENGTH`, `ENCRYPTED_KEY_NOT_BASE64`, `CHALLENGE_INVALID`,
	 * `KEY_PAIR_MISMATCH` when the public keys do not belong to the secret ones.
	 */
	openDevice(input: OpenDeviceInput): OpenedDevice;

	/**
	 * Everything that a login has to open after the device: user keys, each proven to be whole pairs, and searchable keys by the
	 * group key they name (protocol/crypto §6.3, step 7). Throws `USER_KEY_INCOMPLETE`, `KEY_PAIR_MISMATCH`.
	 */
	openUser(input: OpenUserInput): OpenedUser;

	/** Throws `KEY_PAIR_MISMATCH` unless all public keys belong to their secret ones. */
	checkKeyPairs(input: CheckKeyPairsInput): void;

	/** Opens one generation of user keys by the device key (protocol/crypto §6.3, step 7). Throws `USER_KEY_INCOMPLETE`. */
	openUserKey(input: OpenUserKeyInput): UserKeyData;

	/** {@link Operations.openUserKey} for several, in the same order. */
	openUserKeys(input: OpenUserKeysInput): UserKeyData[];

	/** A new generation of keys for a user or a group (protocol/crypto §7.4.1). */
	prepareKeyRotation(input: PrepareKeyRotationInput): KeyRotationData;

	/**
	 * Takes over a new key that somebody else made (protocol/crypto §7.4.3). Throws `KEY_ROTATION_FAILED` (the cause is the
	 * server's text) when `rotation.error` is set, `KEY_ROTATION_INVALID`, and `DECRYPTION_FAILED` for a wrong private or
	 * previous key.
	 */
	finishKeyRotation(input: FinishKeyRotationInput): DoneKeyRotationData;

	/** A new generation of user keys, started by a device (protocol/crypto §7.4, protocol/user-protocol §14.2). */
	prepareUserKeyRotation(input: PrepareUserKeyRotationInput): KeyRotationData;

	/**
	 * Takes over a new user key on another device (protocol/crypto §7.4, protocol/user-protocol §14.4). Throws `KEY_ROTATION_FAILED`
	 * (the cause is the server's text) when `rotation.error` is set, `KEY_ROTATION_INVALID`, and `DECRYPTION_FAILED` for
	 * a wrong private or previous key.
	 */
	finishUserKeyRotation(input: FinishKeyRotationInput): DoneKeyRotationData;

	/** Keys of a new group (protocol/crypto §7.1). */
	prepareGroup(input: PrepareGroupInput): GroupCreateData;

	/**
	 * Opens one generation of group keys (protocol/crypto §7.2). Throws `GROUP_KEY_VERIFICATION_FAILED`, `SIGNATURE_REQUIRED`.
	 */
	openGroupKey(input: OpenGroupKeyInput): GroupKeyData;

	/** Opens group keys, each by its own keys, in the same order. Throws like {@link Operations.openGroupKey}. */
	openGroupKeys(input: OpenGroupKeysInput): GroupKeyData[];

	/** Opens searchable keys; returns their key strings in the same order (protocol/crypto §7.2). */
	openHmacKeys(input: OpenHmacKeysInput): string[];

	/** Opens sortable keys; returns their key strings in the same order (protocol/crypto §7.2). */
	openSortableKeys(input: OpenSortableKeysInput): string[];

	/** Opens a searchable key; returns its key string (protocol/crypto §7.2). */
	openHmacKey(input: OpenHmacKeyInput): string;

	/** Opens a sortable key; returns its key string (protocol/crypto §7.2). */
	openSortableKey(input: OpenSortableKeyInput): string;

	/** Wraps group keys for a new member or a new device (protocol/crypto §6.2 and §7.3). */
	prepareKeysForNewMember(input: PrepareKeysForNewMemberInput): NewMemberKeys;

	/** Public key of a device as exported public key, with null signature members (protocol/crypto §6.2). */
	exportPublicKey(input: ExportPublicKeyInput): string;

	/** Is the public key signed by the verify key? False when it has no signature (protocol/crypto §6.6). */
	verifyUserPublicKey(input: VerifyUserPublicKeyInput): boolean;

	/** 43 characters for two people to compare (protocol/crypto §6.7). */
	createSafetyNumber(input: SafetyNumberInput): string;

	/** Encrypts; head and data apart (protocol/crypto §5.4). */
	encryptRaw(input: EncryptInput): RawEncrypted;

	/** Encrypts; head and data packed into one array (protocol/crypto §5.2). */
	encrypt(input: EncryptInput): Uint8Array;

	/** Encrypts text; base64 of the packed form (protocol/crypto §5.3). */
	encryptString(input: EncryptStringInput): string;

	/**
	 * Decrypts what {@link Operations.encryptRaw} made (protocol/crypto §5.5). Throws `DECRYPTION_FAILED`, `WRONG_VERIFY_KEY`,
	 * `VERIFICATION_FAILED`, `SIGNATURE_REQUIRED`, `JSON_INVALID` (head), `SIGNED_DATA_TOO_SHORT`, `CIPHERTEXT_TOO_SHORT`.
	 */
	decryptRaw(input: DecryptRawInput): Decrypted;

	/** Decrypts what {@link Operations.encrypt} made. Throws like {@link Operations.decryptRaw}. */
	decrypt(input: DecryptInput): Decrypted;

	/**
	 * Decrypts what {@link Operations.encryptString} made. Throws like {@link Operations.decryptRaw}, and
	 * `CIPHERTEXT_NOT_BASE64`, `PLAINTEXT_NOT_UTF8`.
	 */
	decryptString(input: DecryptStringInput): DecryptedText;

	/** A new symmetric key for content, encrypted by a master key (protocol/crypto §8). */
	generateContentKey(input: GenerateContentKeyInput): ContentKey;

	/**
	 * Opens the encrypted form of a content key; returns its key string (protocol/crypto §8). Throws `JSON_INVALID`,
	 * `CONTENT_KEY_NOT_BASE64`, `DECRYPTION_FAILED`, `CIPHERTEXT_TOO_SHORT`, `UNKNOWN_ALGORITHM`, `KEY_LENGTH`.
	 */
	openContentKey(input: OpenContentKeyInput): string;

	/** Reads the head of packed bytes, to find out which key opens them. Throws `JSON_INVALID`. */
	splitHead(input: SplitHeadInput): SplitData;

	/** Reads the head of an encrypted string. Throws `CIPHERTEXT_NOT_BASE64`, `JSON_INVALID`. */
	splitHeadString(input: SplitHeadStringInput): SplitData;

	/** Server: the login salt, base64 of 32 bytes (protocol/crypto §3.10). Throws `CLIENT_RANDOM_VALUE_INVALID`. */
	createSalt(input: CreateSaltInput): string;

	/** Server: the challenge encrypted for the device, base64 (protocol/crypto §6.3). */
	createLoginChallenge(input: CreateLoginChallengeInput): string;

	/**
	 * Server: a rotation's sealed ephemeral key encrypted for a device or member, base64 (protocol/crypto §7.4). Throws
	 * `KEY_ROTATION_INVALID`, and for a public key that can't be used what {@link Operations.checkPublicKey} throws or
	 * `ENCRYPTION_FAILED`.
	 */
	encryptEphemeralKey(input: EncryptEphemeralKeyInput): string;

	/**
	 * Server: a rotation's sealed ephemeral key encrypted for many recipients, in the same order (protocol/crypto §7.4.2). A public
	 * key that can't be used is an error of its recipient alone.
	 */
	encryptEphemeralKeys(input: EncryptEphemeralKeysInput): EncryptedEphemeralKey[];

	/**
	 * Server: does the key fit the stored hash? Compares in constant time (protocol/crypto §11). Throws `AUTH_KEY_INVALID`,
	 * `HASHED_AUTH_KEY_INVALID`.
	 */
	verifyAuthKey(input: VerifyAuthKeyInput): boolean;

	/**
	 * Server: throws unless the text is a public key of the algorithm (`UNKNOWN_ALGORITHM`, `JSON_INVALID`, `PEM_INVALID`,
	 * `KEY_LENGTH`).
	 */
	checkPublicKey(input: CheckPublicKeyInput): void;
}
