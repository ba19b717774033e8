import type {
	DoneLogin,
	EncryptedHead,
	GroupKeyServerOutput,
	HmacKey,
	PrepareLoginResult,
	SortableKey,
} from "../wire/index.js";
import type { GroupSigner } from "./new-group.js";

// Everything here survives structured cloning. Key members are the opaque key strings of protocol/crypto §4, except where
// "exported" says that it is the JSON of UserPublicKeyData or UserVerifyKeyData.

export interface Credentials {
	identifier: string;
	/** Used as its UTF-8 bytes, without normalisation. */
	password: string;
}

export interface DeriveLoginKeysInput {
	password: string;
	prepareLogin: PrepareLoginResult;
	/**
	 * Derive at the cost of builds after 0.15, which use the same algorithm id (protocol/crypto §3.10). Default false.
	 */
	newerArgon2?: boolean;
}

export interface LoginKeys {
	/** `{"Argon2":"<base64 of 32 bytes>"}`; secret, stays on the device. */
	masterKeyEncryptionKey: string;
	/** base64 of 32 bytes; sent to the server as `auth_key`. */
	authKey: string;
}

export interface PreparePasswordChangeInput {
	/** Both from the old password. */
	masterKeyEncryptionKey: string;
	authKey: string;
	/** base64, `encrypted_master_key` of the login answer. */
	encryptedMasterKey: string;
	newPassword: string;
}

export interface PreparePasswordResetInput {
	/** Private key of the device. */
	privateKey: string;
	/** Sign key of the device. */
	signKey: string;
	newPassword: string;
}

export interface OpenDeviceInput {
	masterKeyEncryptionKey: string;
	doneLogin: DoneLogin;
}

export interface DeviceKeyData {
	privateKey: string;
	publicKey: string;
	signKey: string;
	verifyKey: string;
	exportedPublicKey: string;
	exportedVerifyKey: string;
}

export interface OpenedDevice {
	device: DeviceKeyData;
	/** The login challenge in plain text, to be sent back. */
	challenge: string;
	userId: string;
	deviceId: string;
	userGroupId: string;
}

export interface OpenUserKeyInput {
	/** Private key of the device. */
	privateKey: string;
	userKey: GroupKeyServerOutput;
}

export interface OpenUserKeysInput {
	/** Private key of the device. */
	privateKey: string;
	userKeys: GroupKeyServerOutput[];
}

/** One generation of a user's keys. */
export interface UserKeyData {
	privateKey: string;
	publicKey: string;
	groupKey: string;
	groupKeyId: string;
	/** Creation time in ms. */
	time: number;
	signKey: string;
	verifyKey: string;
	exportedPublicKey: string;
	exportedPublicKeySigKeyId?: string;
	exportedVerifyKey: string;
}

export interface PrepareUserKeyRotationInput {
	/** Internal public key of the device that rotates. */
	publicKey: string;
	/** Newest group key of the user. */
	previousKey: string;
}

export interface PrepareGroupInput {
	/** Internal form: of the user, of the parent group, or of the connecting group. */
	creatorPublicKey: string;
	/** Who signs the new group key; without one it is not signed. */
	signer?: GroupSigner | undefined;
}

export interface OpenGroupKeyInput {
	/** Private key whose id is `key.user_public_key_id`. */
	privateKey: string;
	key: GroupKeyServerOutput;
	/** Exported verify key of the key's creator. */
	verifyKey?: string;
	/** Refuse a key whose signature was not verified. Default false. */
	requireSignature?: boolean;
}

/** `verified`: checked and right; `unverified`: there is one, but no verify key was given; `none`: not signed. */
export type SignatureState = "verified" | "unverified" | "none";

/** One generation of a group's keys. */
export interface GroupKeyData {
	groupKey: string;
	groupKeyId: string;
	privateGroupKey: string;
	publicGroupKey: string;
	exportedPublicKey: string;
	/** Creation time in ms. */
	time: number;
	signature: SignatureState;
}

export interface OpenHmacKeyInput {
	/** Group key whose id is `hmacKey.encrypted_hmac_encryption_key_id`. */
	groupKey: string;
	hmacKey: HmacKey;
}

export interface OpenSortableKeyInput {
	/** Group key whose id is `sortableKey.encrypted_sortable_encryption_key_id`. */
	groupKey: string;
	sortableKey: SortableKey;
}

export interface PrepareKeysForNewMemberInput {
	/** Exported public key of the new member; for a new device its id is the device id. */
	publicKey: string;
	groupKeys: string[];
	rank: number | null;
	/** True when more keys follow in a key session. */
	keySession: boolean;
}

export interface ExportPublicKeyInput {
	/** PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	publicKeyString: string;
	algorithm: string;
	/** Becomes `public_key_id`; for a new device its device id. */
	id: string;
}

export interface VerifyUserPublicKeyInput {
	/** Exported verify key. */
	verifyKey: string;
	/** Exported public key. */
	publicKey: string;
}

export interface SafetyNumberInput {
	/** Exported verify key of the first user. */
	verifyKey1: string;
	userId1: string;
	/** Exported verify key of the second user; both second members or neither. */
	verifyKey2?: string;
	userId2?: string;
}

/** Encrypt by a symmetric key string, or for the owner of an exported public key. */
export type EncryptionKey = { symmetric: string } | { publicKey: string };

/** Decrypt by a symmetric key string or by a private key string. */
export type DecryptionKey = { symmetric: string } | { privateKey: string };

export interface GenerateContentKeyInput {
	masterKey: EncryptionKey;
}

/** A symmetric key for content. */
export interface ContentKey {
	key: string;
	/** JSON text of `EncryptedContentKey`. */
	encryptedKey: string;
	/** Id of the master key: of a symmetric key its `key_id`, of a public key its `public_key_id`. */
	masterKeyId: string;
}

export interface OpenContentKeyInput {
	masterKey: DecryptionKey;
	/** JSON text of `EncryptedContentKey`. */
	encryptedKey: string;
}

export interface EncryptInput {
	key: EncryptionKey;
	data: Uint8Array;
	/** Sign the ciphertext by this key. */
	signKey?: string;
}

export interface EncryptStringInput {
	key: EncryptionKey;
	text: string;
	signKey?: string;
}

export interface RawEncrypted {
	/** JSON text of {@link EncryptedHead}. */
	head: string;
	/** Ciphertext, with the signature in front when signed. */
	data: Uint8Array;
}

interface DecryptOptions {
	key: DecryptionKey;
	/** Exported verify key of the signer. */
	verifyKey?: string;
	/** Refuse data whose signature was not verified. Default false. */
	requireSignature?: boolean;
}

export interface DecryptRawInput extends DecryptOptions {
	head: string;
	data: Uint8Array;
}

export interface DecryptInput extends DecryptOptions {
	data: Uint8Array;
}

export interface DecryptStringInput extends DecryptOptions {
	/** base64 of head and ciphertext. */
	text: string;
}

export interface Decrypted {
	data: Uint8Array;
	signature: SignatureState;
}

export interface DecryptedText {
	text: string;
	signature: SignatureState;
}

export interface SplitHeadInput {
	data: Uint8Array;
}

export interface SplitHeadStringInput {
	text: string;
}

export interface SplitData {
	head: EncryptedHead;
	/** What follows the head: ciphertext, with the signature in front when signed. */
	data: Uint8Array;
}

export interface CreateSaltInput {
	/** base64 of 16 bytes. */
	clientRandomValue: string;
	/** Empty for accounts that exist, the identifier for those that don't. */
	addString: string;
}

export interface CreateLoginChallengeInput {
	/** The device's public key: PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	publicKeyString: string;
	algorithm: string;
	/** Random text that the device has to send back. */
	challenge: string;
}

export interface EncryptEphemeralKeyInput {
	/** Public key of the device or member: PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	publicKeyString: string;
	algorithm: string;
	/** base64, as the rotation's starter sent it. */
	encryptedEphemeralKey: string;
}

export interface VerifyAuthKeyInput {
	/** base64 of 32 bytes, as sent by the client. */
	authKey: string;
	/** base64 of 16 bytes, as stored. */
	hashedAuthenticationKey: string;
}

export interface CheckPublicKeyInput {
	/** PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	publicKeyString: string;
	algorithm: string;
	use: "encrypt" | "sign";
}
