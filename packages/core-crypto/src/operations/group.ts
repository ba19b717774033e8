import * as z from "zod/mini";
import { each, type Op } from "../algorithms/op.js";
import { requireShape } from "../encoding/json.js";
import { createGroup, type GroupSigner, groupKeySigner } from "../keys/generation.js";
import { type OpenedGroupKey, openGroupKeyRecord, openHmacRecord } from "../keys/group-keys.js";
import { privateKeys, publicKeys, sortableKeys, symmetricKeys } from "../keys/key-string.js";
import { type Opened, openEach } from "../keys/opened.js";
import { parseExportedPublicKey, parseExportedVerifyKey } from "../keys/public-key.js";
import { unwrapSecretKey, wrapKeyFor } from "../keys/wrap.js";
import { sortableSuites } from "../suites.js";
import {
	type GroupCreateData,
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	type HmacKey,
	hmacKeySchema,
	type NewMemberKeys,
	type SortableKey,
	sortableKeySchema,
} from "../wire/index.js";

export interface PrepareGroupInput {
	/** Internal form: of the user, of the parent group, or of the connecting group. */
	creatorPublicKey: string;
	/** Who signs the new group key; without one it is not signed. */
	signer?: GroupSigner | undefined;
}

/**
 * Keys of a new group (protocol/crypto §7.1).
 *
 * @throws CryptoError `KEY_STRING_INVALID` for a key that is none · `ENCRYPTION_FAILED` for a public key that can't be used
 */
export function* prepareGroup({ creatorPublicKey, signer }: PrepareGroupInput): Op<GroupCreateData> {
	const creator = publicKeys.parse(creatorPublicKey);
	const signGroupKey = groupKeySigner(signer);
	const { data, keys } = yield* createGroup(creator);
	return { ...data, ...(yield* signGroupKey(keys.groupKey)) };
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

/**
 * Opens group keys, each by its own private key (protocol/crypto §7.2). Unusable are those that don't open, for example with
 * `DECRYPTION_FAILED`, and those whose signature is wrong or missing (`GROUP_KEY_VERIFICATION_FAILED`, `SIGNATURE_REQUIRED`).
 *
 * @example
 * ```ts
 * const keys = page.map((key) => ({ privateKey: privateKeyOf(key.user_public_key_id), key, verifyKey: signerOf(key) }));
 * const { keys: opened, unusable } = await crypto.openGroupKeys({ keys, requireSignature: true });
 * ```
 */
export function openGroupKeys({ keys, requireSignature = false }: OpenGroupKeysInput): Op<Opened<OpenedGroupKey>> {
	const open = ({ privateKey, key, verifyKey }: SealedGroupKey): Op<OpenedGroupKey> => {
		const signer = verifyKey === undefined ? undefined : () => parseExportedVerifyKey(verifyKey);
		return openGroupKeyRecord(privateKeys.parse(privateKey), key, signer, requireSignature);
	};
	return openEach(requireShape(sealedGroupKeysSchema, keys, "keys"), ({ key }) => key.group_key_id, open);
}

/** A searchable key, and what opens it. */
export interface SealedHmacKey {
	/** Group key whose id is `hmacKey.encrypted_hmac_encryption_key_id`. */
	groupKey: string;
	hmacKey: HmacKey;
}

export interface OpenHmacKeysInput {
	keys: SealedHmacKey[];
}

const sealedHmacKeysSchema = z.array(z.object({ groupKey: z.string(), hmacKey: hmacKeySchema }));

/**
 * Opens searchable keys to key strings (protocol/crypto §7.2). Unusable are those that don't open: `DECRYPTION_FAILED` for another
 * group key, `UNKNOWN_ALGORITHM`, `KEY_LENGTH`, `ENCRYPTED_KEY_NOT_BASE64`.
 */
export function openHmacKeys({ keys }: OpenHmacKeysInput): Op<Opened<string>> {
	const open = ({ groupKey, hmacKey }: SealedHmacKey): Op<string> =>
		openHmacRecord(symmetricKeys.parse(groupKey), hmacKey);
	return openEach(requireShape(sealedHmacKeysSchema, keys, "keys"), ({ hmacKey }) => hmacKey.id, open);
}

/** A sortable key, and what opens it. */
export interface SealedSortableKey {
	/** Group key whose id is `sortableKey.encrypted_sortable_encryption_key_id`. */
	groupKey: string;
	sortableKey: SortableKey;
}

export interface OpenSortableKeysInput {
	keys: SealedSortableKey[];
}

const sealedSortableKeysSchema = z.array(z.object({ groupKey: z.string(), sortableKey: sortableKeySchema }));

/** Opens sortable keys to key strings (protocol/crypto §7.2). Unusable are those that {@link openHmacKeys} names. */
export function openSortableKeys({ keys }: OpenSortableKeysInput): Op<Opened<string>> {
	const open = function* ({ groupKey, sortableKey }: SealedSortableKey): Op<string> {
		const { id, encrypted_sortable_alg: algorithm, encrypted_sortable_key: text } = sortableKey;
		const sealed = { id, algorithm, text };
		return sortableKeys.format(yield* unwrapSecretKey(symmetricKeys.parse(groupKey).bytes, sortableSuites, sealed));
	};
	return openEach(requireShape(sealedSortableKeysSchema, keys, "keys"), ({ sortableKey }) => sortableKey.id, open);
}

export interface PrepareKeysForNewMemberInput {
	/** Exported public key of the new member; for a new device its id is the device id. */
	publicKey: string;
	groupKeys: string[];
	rank: number | null;
	/** True when more keys follow in a key session. */
	keySession: boolean;
}

const textsSchema = z.array(z.string());
const rankSchema = z.nullable(z.int());
const flagSchema = z.boolean();

/**
 * Wraps group keys for a new member or a new device (protocol/crypto §6.2 and §7.3).
 *
 * @throws CryptoError `KEY_STRING_INVALID`, `JSON_INVALID`, `PEM_INVALID` for a key that is none · `ENCRYPTION_FAILED`
 */
export function* prepareKeysForNewMember({
	publicKey,
	groupKeys,
	rank,
	keySession,
}: PrepareKeysForNewMemberInput): Op<NewMemberKeys> {
	const { key: member } = parseExportedPublicKey(publicKey);
	const parsedKeys = requireShape(textsSchema, groupKeys, "groupKeys").map(symmetricKeys.parse);
	return {
		keys: yield* each(parsedKeys, function* (groupKey) {
			return {
				encrypted_group_key: yield* wrapKeyFor(member, groupKey.bytes),
				alg: groupKey.suite.id,
				encrypted_alg: member.suite.id,
				key_id: groupKey.id,
				user_public_key_id: member.id,
			};
		}),
		rank: requireShape(rankSchema, rank, "rank"),
		key_session: requireShape(flagSchema, keySession, "keySession"),
	};
}
