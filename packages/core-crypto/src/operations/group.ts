import * as z from "zod/mini";
import { requireShape } from "../encoding/json.js";
import { createGroup, type GroupSigner, groupKeySigner } from "../keys/generation.js";
import { type OpenedGroupKey, openGroupKeyRecord, openHmacRecord } from "../keys/group-keys.js";
import { once, privateKeys, publicKeys, sortableKeys, symmetricKeys } from "../keys/key-string.js";
import { parseExportedPublicKey, parseExportedVerifyKey } from "../keys/public-key.js";
import { unwrapSecretKey, wrapKeyFor } from "../keys/wrap.js";
import type { Primitives } from "../primitives/types.js";
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
export function prepareGroup(primitives: Primitives, { creatorPublicKey, signer }: PrepareGroupInput): GroupCreateData {
	const creator = publicKeys.parse(creatorPublicKey);
	const signGroupKey = groupKeySigner(primitives, signer);
	const { data, keys } = createGroup(primitives, creator);
	return { ...data, ...signGroupKey(keys.groupKey) };
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
 * Opens group keys, each by its own private key, in the same order (protocol/crypto §7.2).
 *
 * @throws CryptoError `GROUP_KEY_VERIFICATION_FAILED`, `SIGNATURE_REQUIRED` · `DECRYPTION_FAILED` for another private key
 * @example
 * ```ts
 * const keys = page.map((key) => ({ privateKey: privateKeyOf(key.user_public_key_id), key, verifyKey: signerOf(key) }));
 * const opened = await crypto.openGroupKeys({ keys, requireSignature: true });
 * ```
 */
export function openGroupKeys(
	primitives: Primitives,
	{ keys, requireSignature = false }: OpenGroupKeysInput,
): OpenedGroupKey[] {
	const parsePrivateKey = once(privateKeys.parse);
	const parseVerifyKey = once(parseExportedVerifyKey);
	return requireShape(sealedGroupKeysSchema, keys, "keys").map(({ privateKey, key, verifyKey }) => {
		const signer = verifyKey === undefined ? undefined : parseVerifyKey(verifyKey);
		return openGroupKeyRecord(primitives, parsePrivateKey(privateKey), key, signer, requireSignature);
	});
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
 * Opens searchable keys; answers their key strings in the same order (protocol/crypto §7.2).
 *
 * @throws CryptoError `DECRYPTION_FAILED` for another group key · `UNKNOWN_ALGORITHM`, `KEY_LENGTH`, `ENCRYPTED_KEY_NOT_BASE64`
 */
export function openHmacKeys(primitives: Primitives, { keys }: OpenHmacKeysInput): string[] {
	const parse = once(symmetricKeys.parse);
	return requireShape(sealedHmacKeysSchema, keys, "keys").map(({ groupKey, hmacKey }) =>
		openHmacRecord(primitives, parse(groupKey), hmacKey),
	);
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

/**
 * Opens sortable keys; answers their key strings in the same order (protocol/crypto §7.2).
 *
 * @throws CryptoError like {@link openHmacKeys}
 */
export function openSortableKeys(primitives: Primitives, { keys }: OpenSortableKeysInput): string[] {
	const parse = once(symmetricKeys.parse);
	return requireShape(sealedSortableKeysSchema, keys, "keys").map(({ groupKey, sortableKey }) => {
		const { id, encrypted_sortable_alg: algorithm, encrypted_sortable_key: text } = sortableKey;
		const sealed = { id, algorithm, text };
		return sortableKeys.format(unwrapSecretKey(primitives, parse(groupKey).bytes, sortableSuites, sealed));
	});
}

export interface PrepareKeysForNewMemberInput {
	/** Exported public key of the new member; for a new device its id is the device id. */
	publicKey: string;
	groupKeys: string[];
	rank: number | null;
	/** True when more keys follow in a key session. */
	keySession: boolean;
}

/**
 * Wraps group keys for a new member or a new device (protocol/crypto §6.2 and §7.3).
 *
 * @throws CryptoError `KEY_STRING_INVALID`, `JSON_INVALID`, `PEM_INVALID` for a key that is none · `ENCRYPTION_FAILED`
 */
export function prepareKeysForNewMember(
	primitives: Primitives,
	{ publicKey, groupKeys, rank, keySession }: PrepareKeysForNewMemberInput,
): NewMemberKeys {
	const { key: member } = parseExportedPublicKey(publicKey);
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
