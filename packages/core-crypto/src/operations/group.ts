import * as z from "zod/mini";
import type { EncryptionSuite, SecretSuite, SignatureSuite } from "../algorithms/types.js";
import { requireShape } from "../encoding/json.js";
import { CryptoError } from "../errors.js";
import { type Key, privateKeys, publicKeys, searchableKeys, sortableKeys, symmetricKeys } from "../keys/key-string.js";
import { exportPublicKey, importPublicKey, importVerifyKey, parsePublicKeyText } from "../keys/public-key.js";
import { parseSignature } from "../keys/signature-text.js";
import type { Primitives } from "../primitives/types.js";
import { encryptionSuites, findSuite, searchableSuites, sortableSuites, symmetricSuites } from "../suites.js";
import {
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	hmacKeySchema,
	type NewMemberKeys,
	sortableKeySchema,
} from "../wire/index.js";
import type {
	GroupKeyData,
	OpenGroupKeyInput,
	OpenGroupKeysInput,
	OpenHmacKeyInput,
	OpenSortableKeyInput,
	PrepareKeysForNewMemberInput,
	SignatureState,
} from "./types.js";
import { unwrapKey, unwrapKeyBy, wrapKeyFor } from "./wrap.js";

/** What user groups and ordinary groups have in common. */
interface OpenedKeys {
	groupKey: Key<SecretSuite>;
	privateKey: Key<EncryptionSuite>;
	publicKey: Key<EncryptionSuite>;
	exportedPublicKey: string;
}

/** protocol/crypto §7.2, without the signature. */
export function openKeyRecord(
	primitives: Primitives,
	privateKey: Key<EncryptionSuite>,
	record: GroupKeyServerOutput,
): OpenedKeys {
	const symmetric = findSuite(symmetricSuites, record.group_key_alg);
	const groupKey = unwrapKeyBy(primitives, privateKey, record.encrypted_group_key, symmetric.keyLength);
	const suite = findSuite(encryptionSuites, record.keypair_encrypt_alg);
	const secretKey = unwrapKey(primitives, groupKey, record.encrypted_private_group_key, suite.secretKeyLength);
	const publicKey = parsePublicKeyText(encryptionSuites, suite.id, record.public_group_key, record.key_pair_id);
	return {
		groupKey: { suite: symmetric, id: record.group_key_id, bytes: groupKey },
		privateKey: { suite, id: record.key_pair_id, bytes: secretKey },
		publicKey,
		exportedPublicKey: exportPublicKey(publicKey, record.public_key_sig, record.public_key_sig_key_id),
	};
}

export function openGroupKey(primitives: Primitives, { key, ...options }: OpenGroupKeyInput): GroupKeyData {
	return groupKeyOpener(primitives, options)(requireShape(groupKeyServerOutputSchema, key, "key"));
}

export function openGroupKeys(primitives: Primitives, { keys, ...options }: OpenGroupKeysInput): GroupKeyData[] {
	return requireShape(z.array(groupKeyServerOutputSchema), keys, "keys").map(groupKeyOpener(primitives, options));
}

function groupKeyOpener(
	primitives: Primitives,
	options: Omit<OpenGroupKeyInput, "key">,
): (record: GroupKeyServerOutput) => GroupKeyData {
	const privateKey = privateKeys.parse(options.privateKey);
	const verifyKey = options.verifyKey === undefined ? undefined : importVerifyKey(options.verifyKey);
	return (record) => {
		const opened = openKeyRecord(primitives, privateKey, record);
		const signature = checkSignature(primitives, opened.groupKey.bytes, record.group_key_sig, verifyKey);
		if (options.requireSignature && signature !== "verified") throw new CryptoError("SIGNATURE_REQUIRED");
		return {
			groupKey: symmetricKeys.format(opened.groupKey),
			groupKeyId: record.group_key_id,
			privateGroupKey: privateKeys.format(opened.privateKey),
			publicGroupKey: publicKeys.format(opened.publicKey),
			exportedPublicKey: opened.exportedPublicKey,
			time: record.time,
			signature,
		};
	};
}

/** The signature covers the plain group key, so it outlives wrapping for other members (protocol/crypto §7.1, step 5). */
function checkSignature(
	primitives: Primitives,
	groupKey: Uint8Array,
	signature: GroupKeyServerOutput["group_key_sig"],
	verifyKey: Key<SignatureSuite> | undefined,
): SignatureState {
	if (typeof signature !== "string") return "none";
	if (verifyKey === undefined) return "unverified";
	const { suite, bytes } = verifyKey;
	if (!suite.verify(primitives, bytes, groupKey, parseSignature(suite, signature))) {
		throw new CryptoError("GROUP_KEY_VERIFICATION_FAILED");
	}
	return "verified";
}

export function openHmacKey(primitives: Primitives, { groupKey, hmacKey }: OpenHmacKeyInput): string {
	const record = requireShape(hmacKeySchema, hmacKey, "hmacKey");
	const suite = findSuite(searchableSuites, record.encrypted_hmac_alg);
	const { bytes: wrappingKey } = symmetricKeys.parse(groupKey);
	const bytes = unwrapKey(primitives, wrappingKey, record.encrypted_hmac_key, suite.keyLength);
	return searchableKeys.format({ suite, id: record.id, bytes });
}

export function openSortableKey(primitives: Primitives, { groupKey, sortableKey }: OpenSortableKeyInput): string {
	const record = requireShape(sortableKeySchema, sortableKey, "sortableKey");
	const suite = findSuite(sortableSuites, record.encrypted_sortable_alg);
	const { bytes: wrappingKey } = symmetricKeys.parse(groupKey);
	const bytes = unwrapKey(primitives, wrappingKey, record.encrypted_sortable_key, suite.keyLength);
	return sortableKeys.format({ suite, id: record.id, bytes });
}

/** protocol/crypto §7.3. */
export function prepareKeysForNewMember(
	primitives: Primitives,
	{ publicKey, groupKeys, rank, keySession }: PrepareKeysForNewMemberInput,
): NewMemberKeys {
	const { key: member } = importPublicKey(publicKey);
	const parsedKeys = requireShape(z.array(z.string()), groupKeys, "groupKeys").map(symmetricKeys.parse);
	return {
		keys: parsedKeys.map((groupKey) => ({
			encrypted_group_key: wrapKeyFor(primitives, member, groupKey.bytes),
			alg: groupKey.suite.id,
			encrypted_alg: member.suite.id,
			key_id: groupKey.id,
			user_public_key_id: member.id,
		})),
		rank: requireShape(z.nullable(z.int()), rank, "rank"),
		key_session: requireShape(z.boolean(), keySession, "keySession"),
	};
}
