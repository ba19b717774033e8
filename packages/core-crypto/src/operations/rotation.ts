import * as z from "zod/mini";
import { type Op, randomBytes } from "../algorithms/op.js";
import { parseBase64 } from "../encoding/base64.js";
import { equalBytes } from "../encoding/bytes.js";
import { requireShape } from "../encoding/json.js";
import { CryptoError } from "../errors.js";
import { createGroupKeys, createSignPair, type GroupSigner, groupKeySigner } from "../keys/generation.js";
import { checkGroupKeySignature } from "../keys/group-keys.js";
import { privateKeys, publicKeys, symmetricKeys } from "../keys/key-string.js";
import { parseExportedVerifyKey } from "../keys/public-key.js";
import { openKey, wrapKey, wrapKeyFor } from "../keys/wrap.js";
import { findSuite, symmetricSuites } from "../suites.js";
import {
	type DoneKeyRotationData,
	type KeyRotationData,
	type KeyRotationItem,
	keyRotationItemSchema,
} from "../wire/index.js";

const [symmetricSuite] = symmetricSuites;

export interface PrepareKeyRotationInput {
	/** Internal public key of whoever rotates: of a device for a user, of the user or of the parent group for a group. */
	publicKey: string;
	/** Newest group key of the user or group. */
	previousKey: string;
	/** Signs the new group key; for groups only. */
	signer?: GroupSigner | undefined;
	/** Make a new sign pair, too: `true` for a user. Default false. */
	signPair?: boolean | undefined;
}

/**
 * A new generation of keys for a user or a group (protocol/crypto §7.4.1).
 *
 * @throws CryptoError `KEY_STRING_INVALID` for a key that is none · `ENCRYPTION_FAILED` for a public key that can't be used
 * @example
 * ```ts
 * const user = await crypto.prepareKeyRotation({ publicKey: device.publicKey, previousKey: newest.groupKey, signPair: true });
 * const group = await crypto.prepareKeyRotation({ publicKey: newest.publicKey, previousKey: groupKey, signer });
 * ```
 */
export function* prepareKeyRotation({
	publicKey,
	previousKey,
	signer,
	signPair = false,
}: PrepareKeyRotationInput): Op<KeyRotationData> {
	const invoker = publicKeys.parse(publicKey);
	const previous = symmetricKeys.parse(previousKey);
	const signGroupKey = groupKeySigner(signer);
	const ephemeralKey = yield* randomBytes(symmetricSuite.keyLength);
	const keys = yield* createGroupKeys(invoker);
	return {
		encrypted_group_key_by_user: keys.encryptedGroupKey,
		...keys.members,
		encrypted_group_key_by_ephemeral: yield* wrapKey(ephemeralKey, keys.groupKey),
		ephemeral_alg: symmetricSuite.id,
		encrypted_ephemeral_key: yield* wrapKey(previous.bytes, ephemeralKey),
		previous_group_key_id: previous.id,
		invoker_public_key_id: invoker.id,
		...(yield* signGroupKey(keys.groupKey)),
		...(signPair && (yield* createSignPair(keys))),
	};
}

export interface FinishKeyRotationInput {
	rotation: KeyRotationItem;
	/** Private key of this member: of the device, of the user, or of the parent group. */
	privateKey: string;
	/** Internal public key of this member. */
	publicKey: string;
	/** Group key whose id is `rotation.previous_group_key_id`. */
	previousKey: string;
	/** Exported verify key of whoever made the new group key; without it `rotation.group_key_sig` is not checked. */
	verifyKey?: string | undefined;
	/** Refuse a new group key whose signature was not verified. Default false. */
	requireSignature?: boolean | undefined;
}

/**
 * Takes over a new key that somebody else made (protocol/crypto §7.4.3).
 *
 * @throws CryptoError `KEY_ROTATION_FAILED` when `rotation.error` is set, which the cause quotes · `KEY_ROTATION_INVALID` ·
 * `DECRYPTION_FAILED` for a wrong private or previous key · `GROUP_KEY_VERIFICATION_FAILED`, `SIGNATURE_REQUIRED`
 */
export function* finishKeyRotation({
	rotation,
	privateKey,
	publicKey,
	previousKey,
	verifyKey,
	requireSignature = false,
}: FinishKeyRotationInput): Op<DoneKeyRotationData> {
	const item = requireShape(keyRotationItemSchema, rotation, "rotation");
	if (typeof item.error === "string") throw new CryptoError("KEY_ROTATION_FAILED", new Error(item.error));
	const ephemeralSuite = findSuite(symmetricSuites, item.ephemeral_alg);
	const outer = parseBase64(item.encrypted_ephemeral_key_by_group_key_and_public_key, "KEY_ROTATION_INVALID");
	const encryptedGroupKey = parseBase64(item.encrypted_group_key_by_ephemeral, "KEY_ROTATION_INVALID");
	const device = privateKeys.parse(privateKey);
	const owner = publicKeys.parse(publicKey);
	const previous = symmetricKeys.parse(previousKey);

	const inner = yield* device.suite.decrypt(device.bytes, outer);
	const ephemeralKey = yield* openKey(previous.bytes, inner, ephemeralSuite.keyLength);
	const groupKey = yield* openKey(ephemeralKey, encryptedGroupKey, symmetricSuite.keyLength);
	const signer = verifyKey === undefined ? undefined : () => parseExportedVerifyKey(verifyKey);
	yield* checkGroupKeySignature(groupKey, item.group_key_sig, signer, requireSignature);
	return {
		encrypted_new_group_key: yield* wrapKeyFor(owner, groupKey),
		public_key_id: owner.id,
		encrypted_alg: owner.suite.id,
	};
}

/** What has to be new in each generation of a user's or a group's keys. */
export interface GenerationSecrets {
	/** The group key; for a user that of the user group. */
	groupKey: string;
	/** Internal form. */
	publicKey: string;
}

export interface FindRepeatedKeysInput {
	/** Generations that are said to be new. */
	arrived: GenerationSecrets[];
	/** Generations that are here already; those of the same key id are left out. */
	known: GenerationSecrets[];
}

const generationsSchema = z.array(z.object({ groupKey: z.string(), publicKey: z.string() }));

/**
 * Which generations are no new ones: the group key or the public key of another generation comes again, under another id. Whoever
 * knew the old key, or the private key of the pair, would read on. Group keys are compared in constant time.
 *
 * @returns ids of those of `arrived`, in its order
 * @throws CryptoError `KEY_STRING_INVALID` for a key that is none
 */
export function findRepeatedKeys({ arrived, known }: FindRepeatedKeysInput): string[] {
	const before = requireShape(generationsSchema, known, "known").map(parseGeneration);
	const repeated: string[] = [];
	for (const generation of requireShape(generationsSchema, arrived, "arrived").map(parseGeneration)) {
		if (before.some((other) => isRepeated(generation, other))) repeated.push(generation.id);
		before.push(generation);
	}
	return repeated;
}

interface Generation {
	id: string;
	secret: Uint8Array;
	publicKey: Uint8Array;
}

function parseGeneration({ groupKey, publicKey }: GenerationSecrets): Generation {
	const { id, bytes } = symmetricKeys.parse(groupKey);
	return { id, secret: bytes, publicKey: publicKeys.parse(publicKey).bytes };
}

function isRepeated(one: Generation, other: Generation): boolean {
	if (one.id === other.id) return false;
	return equalBytes(one.secret, other.secret) || equalBytes(one.publicKey, other.publicKey);
}
