import * as z from "zod/mini";
import { each, type Op } from "../algorithms/op.js";
import type { EncryptionSuite } from "../algorithms/types.js";
import { encodeBase64, parseBase64 } from "../encoding/base64.js";
import { requireShape } from "../encoding/json.js";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError } from "../errors.js";
import { openHmacRecord } from "../keys/group-keys.js";
import {
	formatMasterKeyEncryptionKey,
	type Key,
	parseMasterKeyEncryptionKey,
	privateKeys,
	publicKeys,
	signKeys,
	symmetricKeys,
	verifyKeys,
} from "../keys/key-string.js";
import { openEach, type UnusableKey } from "../keys/opened.js";
import { requirePair } from "../keys/pair.js";
import { formatExportedPublicKey, formatExportedVerifyKey, parsePublicKeyText } from "../keys/public-key.js";
import { formatUserKeys, type OpenedUserKey, openUserKeyRecord, type RawUserKey } from "../keys/user-keys.js";
import { unwrapKey } from "../keys/wrap.js";
import {
	encryptionSuites,
	findSuite,
	newerPasswordSuites,
	passwordSuites,
	signatureSuites,
	symmetricSuites,
} from "../suites.js";
import {
	type DoneLogin,
	doneLoginSchema,
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	type HmacKey,
	hmacKeySchema,
	type PrepareLoginResult,
	prepareLoginResultSchema,
} from "../wire/index.js";

const [symmetricSuite] = symmetricSuites;

/** Bytes of every salt that a server makes (protocol/crypto §3.10.3). */
const SALT_LENGTH = 32;

/** A challenge is base64url (protocol/http-api §13.3). */
const CHALLENGE = /^[\w-]+$/;

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

/**
 * Derives both halves of the login keys from the password (protocol/crypto §3.10). Runs Argon2id: about 0.05 s, with `newerArgon2`
 * about 0.4 s. What the server says is checked in full before: with a salt of its choice it could prepare a dictionary once for
 * all users, so only the length of a SHA-256 is taken.
 *
 * @throws CryptoError `UNKNOWN_ALGORITHM`, `SALT_NOT_BASE64`, `SALT_LENGTH`
 */
export function* deriveLoginKeys({ password, prepareLogin, newerArgon2 = false }: DeriveLoginKeysInput): Op<LoginKeys> {
	const passwordBytes = encodeUtf8(password, "password");
	const { salt_string, derived_encryption_key_alg } = requireShape(
		prepareLoginResultSchema,
		prepareLogin,
		"prepareLogin",
	);
	const suite = findSuite(newerArgon2 ? newerPasswordSuites : passwordSuites, derived_encryption_key_alg);
	const salt = parseBase64(salt_string, "SALT_NOT_BASE64");
	if (salt.length !== SALT_LENGTH) throw new CryptoError("SALT_LENGTH");
	const { masterKeyEncryptionKey, authKey } = yield* suite.derive(passwordBytes, salt);
	return {
		masterKeyEncryptionKey: formatMasterKeyEncryptionKey(masterKeyEncryptionKey),
		authKey: encodeBase64(authKey),
	};
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

/**
 * Opens the device keys and the challenge (protocol/crypto §6.3, steps 4 to 6). The public keys, which come from the API, are
 * proven to belong to the secret ones.
 *
 * @throws CryptoError `DECRYPTION_FAILED` for a wrong password · `KEY_PAIR_MISMATCH` · `MASTER_KEY_STRING_INVALID`,
 * `KEY_LENGTH`, `ENCRYPTED_KEY_NOT_BASE64`, `CHALLENGE_INVALID`
 */
export function* openDevice({ masterKeyEncryptionKey, doneLogin }: OpenDeviceInput): Op<OpenedDevice> {
	const { device_keys: keys, challenge } = requireShape(doneLoginSchema, doneLogin, "doneLogin");
	const { keypair_encrypt_id, keypair_encrypt_alg, keypair_sign_id, keypair_sign_alg } = keys;

	const wrappingKey = parseMasterKeyEncryptionKey(masterKeyEncryptionKey);
	const masterKey = yield* unwrapKey(wrappingKey, keys.encrypted_master_key, symmetricSuite.keyLength);
	function* unwrapPair<Suite extends { secretKeyLength: number }>(
		suite: Suite,
		id: string,
		text: string,
	): Op<Key<Suite>> {
		return { suite, id, bytes: yield* unwrapKey(masterKey, text, suite.secretKeyLength) };
	}
	const encryptionSuite = findSuite(encryptionSuites, keypair_encrypt_alg);
	const signatureSuite = findSuite(signatureSuites, keypair_sign_alg);
	const privateKey = yield* unwrapPair(encryptionSuite, keypair_encrypt_id, keys.encrypted_private_key);
	const signKey = yield* unwrapPair(signatureSuite, keypair_sign_id, keys.encrypted_sign_key);
	const publicKey = parsePublicKeyText(
		encryptionSuites,
		keypair_encrypt_alg,
		keys.public_key_string,
		keypair_encrypt_id,
	);
	const verifyKey = parsePublicKeyText(signatureSuites, keypair_sign_alg, keys.verify_key_string, keypair_sign_id);
	yield* requirePair(privateKey, publicKey);
	yield* requirePair(signKey, verifyKey);
	return {
		device: {
			privateKey: privateKeys.format(privateKey),
			publicKey: publicKeys.format(publicKey),
			signKey: signKeys.format(signKey),
			verifyKey: verifyKeys.format(verifyKey),
			exportedPublicKey: formatExportedPublicKey(publicKey),
			exportedVerifyKey: formatExportedVerifyKey(verifyKey),
		},
		challenge: yield* openChallenge(privateKey, challenge),
		userId: keys.user_id,
		deviceId: keys.device_id,
		userGroupId: keys.user_group_id,
	};
}

/**
 * What comes out is sent to the server. It must not have the device decrypt something else that is encrypted for it, above all
 * keys: what has not the form of a challenge is never answered.
 */
function* openChallenge({ suite, bytes }: Key<EncryptionSuite>, sealed: string): Op<string> {
	const encrypted = parseBase64(sealed, "CHALLENGE_INVALID");
	const challenge = yield* suite.decrypt(bytes, encrypted);
	const text = decodeUtf8(challenge);
	if (text === undefined || !CHALLENGE.test(text) || challenge.length === symmetricSuite.keyLength)
		throw new CryptoError("CHALLENGE_INVALID");
	return text;
}

export interface OpenUserInput {
	/** Private key of the device. */
	privateKey: string;
	userKeys: GroupKeyServerOutput[];
	/** Searchable keys of the user. Default: none. */
	hmacKeys?: HmacKey[];
	/** Group keys of the user that are at hand already. Default: none. */
	groupKeys?: string[];
}

export interface OpenedUser {
	/** Those that opened, in the order of the input. */
	userKeys: OpenedUserKey[];
	/** The user keys that can't be used: they don't open, or their public keys don't belong to the secret ones. */
	unusable: UnusableKey[];
	/**
	 * Key strings in the order of the input; `null` where the group key is neither among `userKeys` nor `groupKeys`, or does not
	 * open it.
	 */
	hmacKeys: (string | null)[];
}

/**
 * Opens all that a login answers after the device: user keys, whose public keys are proven to belong to the secret ones, and
 * searchable keys by the group key that they name (protocol/crypto §6.3, step 7).
 *
 * A record that can't be opened or proven, for example with `DECRYPTION_FAILED`, `KEY_PAIR_MISMATCH` or `USER_KEY_INCOMPLETE`, is
 * among the unusable ones and keeps nobody from the others.
 *
 * @throws CryptoError `KEY_STRING_INVALID` for a key that is none
 * @example
 * ```ts
 * const { userKeys, hmacKeys, unusable } = await crypto.openUser({
 * 	privateKey: device.privateKey,
 * 	userKeys: answer.user_keys,
 * 	hmacKeys: answer.hmac_keys,
 * });
 * // `null` in `hmacKeys`: the group key that it names is on a later page.
 * ```
 */
export function* openUser({ privateKey, userKeys, hmacKeys = [], groupKeys = [] }: OpenUserInput): Op<OpenedUser> {
	const records = requireShape(z.array(groupKeyServerOutputSchema), userKeys, "userKeys");
	const hmacRecords = requireShape(z.array(hmacKeySchema), hmacKeys, "hmacKeys");
	const known = requireShape(z.array(z.string()), groupKeys, "groupKeys").map(symmetricKeys.parse);
	const deviceKey = privateKeys.parse(privateKey);
	const openProven = function* (record: GroupKeyServerOutput): Op<RawUserKey> {
		const keys = yield* openUserKeyRecord(deviceKey, record);
		yield* requirePair(keys.privateKey, keys.publicKey);
		yield* requirePair(keys.signKey, keys.verifyKey);
		return keys;
	};
	const { keys: opened, unusable } = yield* openEach(records, (record) => record.group_key_id, openProven);
	const groupKeyById = new Map([...known, ...opened.map(({ groupKey }) => groupKey)].map((key) => [key.id, key]));
	return {
		userKeys: opened.map(formatUserKeys),
		unusable,
		hmacKeys: yield* each(hmacRecords, function* (record) {
			const groupKey = groupKeyById.get(record.encrypted_hmac_encryption_key_id);
			if (groupKey === undefined) return null;
			const open = (): Op<string> => openHmacRecord(groupKey, record);
			const [hmacKey = null] = (yield* openEach([record], ({ id }) => id, open)).keys;
			return hmacKey;
		}),
	};
}
