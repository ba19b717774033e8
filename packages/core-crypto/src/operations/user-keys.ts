import * as z from "zod/mini";
import type { EncryptionSuite, SignatureSuite } from "../algorithms/types.js";
import { requireShape } from "../encoding/json.js";
import { CryptoError } from "../errors.js";
import {
	type Key,
	privateKeys,
	publicKeys,
	searchableKeys,
	signKeys,
	symmetricKeys,
	verifyKeys,
} from "../keys/key-string.js";
import { exportVerifyKey, parsePublicKeyText } from "../keys/public-key.js";
import type { Primitives } from "../primitives/types.js";
import { findSuite, signatureSuites } from "../suites.js";
import { type GroupKeyServerOutput, groupKeyServerOutputSchema, type HmacKey, hmacKeySchema } from "../wire/index.js";
import { type OpenedKeys, openKeyRecord } from "./group.js";
import { requirePair } from "./key-pair.js";
import { unwrapHmacKey } from "./search-keys.js";
import type { OpenUserKeyInput, OpenUserKeysInput, UserKeyData } from "./types.js";
import { unwrapKey } from "./wrap.js";

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
	/** In the order of the input. */
	userKeys: UserKeyData[];
	/** Key strings in the order of the input; `null` where the group key is neither among `userKeys` nor `groupKeys`. */
	hmacKeys: (string | null)[];
}

/** protocol/crypto §6.3, step 7. */
export function openUser(
	primitives: Primitives,
	{ privateKey, userKeys, hmacKeys = [], groupKeys = [] }: OpenUserInput,
): OpenedUser {
	const records = requireShape(z.array(groupKeyServerOutputSchema), userKeys, "userKeys");
	const hmacRecords = requireShape(z.array(hmacKeySchema), hmacKeys, "hmacKeys");
	const known = requireShape(z.array(z.string()), groupKeys, "groupKeys").map(symmetricKeys.parse);
	const deviceKey = privateKeys.parse(privateKey);
	const opened = records.map((record) => openUserKeyRecord(primitives, deviceKey, record));
	for (const keys of opened) {
		requirePair(primitives, keys.privateKey, keys.publicKey);
		requirePair(primitives, keys.signKey, keys.verifyKey);
	}
	const groupKeyById = new Map([...known, ...opened.map(({ groupKey }) => groupKey)].map((key) => [key.id, key]));
	return {
		userKeys: opened.map(formatUserKeys),
		hmacKeys: hmacRecords.map((record) => {
			const groupKey = groupKeyById.get(record.encrypted_hmac_encryption_key_id);
			return groupKey ? searchableKeys.format(unwrapHmacKey(primitives, groupKey, record)) : null;
		}),
	};
}

export function openUserKey(primitives: Primitives, { privateKey, userKey }: OpenUserKeyInput): UserKeyData {
	const record = requireShape(groupKeyServerOutputSchema, userKey, "userKey");
	return formatUserKeys(openUserKeyRecord(primitives, privateKeys.parse(privateKey), record));
}

export function openUserKeys(primitives: Primitives, { privateKey, userKeys }: OpenUserKeysInput): UserKeyData[] {
	const records = requireShape(z.array(groupKeyServerOutputSchema), userKeys, "userKeys");
	const deviceKey = privateKeys.parse(privateKey);
	return records.map((record) => formatUserKeys(openUserKeyRecord(primitives, deviceKey, record)));
}

/** One generation of user keys, raw. */
interface OpenedUserKeys extends OpenedKeys {
	record: GroupKeyServerOutput;
	signKey: Key<SignatureSuite>;
	verifyKey: Key<SignatureSuite>;
}

function openUserKeyRecord(
	primitives: Primitives,
	deviceKey: Key<EncryptionSuite>,
	record: GroupKeyServerOutput,
): OpenedUserKeys {
	const { encrypted_sign_key, verify_key, keypair_sign_alg, keypair_sign_id: id } = record;
	if (
		typeof encrypted_sign_key !== "string" ||
		typeof verify_key !== "string" ||
		typeof keypair_sign_alg !== "string" ||
		typeof id !== "string"
	) {
		throw new CryptoError("USER_KEY_INCOMPLETE");
	}
	const opened = openKeyRecord(primitives, deviceKey, record);
	const suite = findSuite(signatureSuites, keypair_sign_alg);
	const signKey = unwrapKey(primitives, opened.groupKey.bytes, encrypted_sign_key, suite.secretKeyLength);
	return {
		...opened,
		record,
		signKey: { suite, id, bytes: signKey },
		verifyKey: parsePublicKeyText(signatureSuites, suite.id, verify_key, id),
	};
}

function formatUserKeys({ record, ...keys }: OpenedUserKeys): UserKeyData {
	const { public_key_sig_key_id: signatureKeyId } = record;
	return {
		privateKey: privateKeys.format(keys.privateKey),
		publicKey: publicKeys.format(keys.publicKey),
		groupKey: symmetricKeys.format(keys.groupKey),
		groupKeyId: record.group_key_id,
		time: record.time,
		signKey: signKeys.format(keys.signKey),
		verifyKey: verifyKeys.format(keys.verifyKey),
		exportedPublicKey: keys.exportedPublicKey,
		...(typeof signatureKeyId === "string" && { exportedPublicKeySigKeyId: signatureKeyId }),
		exportedVerifyKey: exportVerifyKey(keys.verifyKey),
	};
}
