import * as z from "zod/mini";
import type { EncryptionSuite, SecretSuite, SignatureSuite } from "../algorithms/types.js";
import { requireShape } from "../encoding/json.js";
import { CryptoError } from "../errors.js";
import { type Key, once, privateKeys, publicKeys, symmetricKeys } from "../keys/key-string.js";
import { exportPublicKey, importPublicKey, importVerifyKey, parsePublicKeyText } from "../keys/public-key.js";
import { parseSignature } from "../keys/signature-text.js";
import type { Primitives } from "../primitives/types.js";
import { encryptionSuites, findSuite, symmetricSuites } from "../suites.js";
import { type GroupKeyServerOutput, groupKeyServerOutputSchema, type NewMemberKeys } from "../wire/index.js";
import type { GroupKeyData, OpenGroupKeyInput, PrepareKeysForNewMemberInput, SignatureState } from "./types.js";
import { unwrapKey, unwrapKeyBy, wrapKeyFor } from "./wrap.js";

/** What user groups and ordinary groups have in common. */
export interface OpenedKeys {
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

/** One group key, and what opens it. */
export interface SealedGroupKey {
	/** Private key whose id is `key.user_public_key_id`. */
	privateKey: string;
	key: GroupKeyServerOutput;
	/** Exported verify key of the key's creator; without it the signature is not checked. */
	verifyKey?: string | undefined;
}

export interface OpenGroupKeysInput {
	keys: SealedGroupKey[];
	/** Refuse a key whose signature was not verified. Default false. */
	requireSignature?: boolean;
}

const sealedGroupKeysSchema = z.array(
	z.object({ privateKey: z.string(), key: groupKeyServerOutputSchema, verifyKey: z.optional(z.string()) }),
);

export function openGroupKeys(
	primitives: Primitives,
	{ keys, requireSignature = false }: OpenGroupKeysInput,
): GroupKeyData[] {
	const parsePrivateKey = once(privateKeys.parse);
	const parseVerifyKey = once(importVerifyKey);
	return requireShape(sealedGroupKeysSchema, keys, "keys").map(({ privateKey, key, verifyKey }) => {
		const signer = verifyKey === undefined ? undefined : parseVerifyKey(verifyKey);
		return openGroupKeyRecord(primitives, parsePrivateKey(privateKey), key, signer, requireSignature);
	});
}

export function openGroupKey(
	primitives: Primitives,
	{ key, requireSignature = false, ...options }: OpenGroupKeyInput,
): GroupKeyData {
	const record = requireShape(groupKeyServerOutputSchema, key, "key");
	const privateKey = privateKeys.parse(options.privateKey);
	const verifyKey = options.verifyKey === undefined ? undefined : importVerifyKey(options.verifyKey);
	return openGroupKeyRecord(primitives, privateKey, record, verifyKey, requireSignature);
}

function openGroupKeyRecord(
	primitives: Primitives,
	privateKey: Key<EncryptionSuite>,
	record: GroupKeyServerOutput,
	verifyKey: Key<SignatureSuite> | undefined,
	requireSignature: boolean,
): GroupKeyData {
	const opened = openKeyRecord(primitives, privateKey, record);
	const signature = checkSignature(primitives, opened.groupKey.bytes, record.group_key_sig, verifyKey);
	if (requireSignature && signature !== "verified") throw new CryptoError("SIGNATURE_REQUIRED");
	return {
		groupKey: symmetricKeys.format(opened.groupKey),
		groupKeyId: record.group_key_id,
		privateGroupKey: privateKeys.format(opened.privateKey),
		publicGroupKey: publicKeys.format(opened.publicKey),
		exportedPublicKey: opened.exportedPublicKey,
		time: record.time,
		signature,
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
