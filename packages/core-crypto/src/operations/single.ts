import * as z from "zod/mini";
import { type SplitData, unpack } from "../content/head.js";
import { parseBase64 } from "../encoding/base64.js";
import { requireBytes } from "../encoding/bytes.js";
import { requireShape } from "../encoding/json.js";
import { type GroupKeyData, openGroupKeyRecord } from "../keys/group-keys.js";
import { privateKeys } from "../keys/key-string.js";
import { importVerifyKey, parsePublicKeyText } from "../keys/public-key.js";
import { formatUserKeys, openUserKeyRecord, type UserKeyData } from "../keys/user-keys.js";
import { wrapKeyFor } from "../keys/wrap.js";
import type { Primitives } from "../primitives/types.js";
import { encryptionSuites } from "../suites.js";
import {
	type DoneKeyRotationData,
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	type HmacKey,
	type KeyRotationData,
	type SortableKey,
} from "../wire/index.js";
import { openHmacKeys, openSortableKeys } from "./group.js";
import { type FinishKeyRotationInput, finishKeyRotation, prepareKeyRotation } from "./rotation.js";

// Forms for one key of what other operations do for many.

export interface OpenUserKeyInput {
	/** Private key of the device. */
	privateKey: string;
	userKey: GroupKeyServerOutput;
}

export function openUserKey(primitives: Primitives, { privateKey, userKey }: OpenUserKeyInput): UserKeyData {
	const record = requireShape(groupKeyServerOutputSchema, userKey, "userKey");
	return formatUserKeys(openUserKeyRecord(primitives, privateKeys.parse(privateKey), record));
}

export interface OpenUserKeysInput {
	/** Private key of the device. */
	privateKey: string;
	userKeys: GroupKeyServerOutput[];
}

export function openUserKeys(primitives: Primitives, { privateKey, userKeys }: OpenUserKeysInput): UserKeyData[] {
	const records = requireShape(z.array(groupKeyServerOutputSchema), userKeys, "userKeys");
	const deviceKey = privateKeys.parse(privateKey);
	return records.map((record) => formatUserKeys(openUserKeyRecord(primitives, deviceKey, record)));
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

export function openGroupKey(
	primitives: Primitives,
	{ key, requireSignature = false, ...options }: OpenGroupKeyInput,
): GroupKeyData {
	const record = requireShape(groupKeyServerOutputSchema, key, "key");
	const privateKey = privateKeys.parse(options.privateKey);
	const verifyKey = options.verifyKey === undefined ? undefined : importVerifyKey(options.verifyKey);
	return openGroupKeyRecord(primitives, privateKey, record, verifyKey, requireSignature);
}

export interface OpenHmacKeyInput {
	/** Group key whose id is `hmacKey.encrypted_hmac_encryption_key_id`. */
	groupKey: string;
	hmacKey: HmacKey;
}

export function openHmacKey(primitives: Primitives, sealed: OpenHmacKeyInput): string {
	return openHmacKeys(primitives, { keys: [sealed] })[0] as string;
}

export interface OpenSortableKeyInput {
	/** Group key whose id is `sortableKey.encrypted_sortable_encryption_key_id`. */
	groupKey: string;
	sortableKey: SortableKey;
}

export function openSortableKey(primitives: Primitives, sealed: OpenSortableKeyInput): string {
	return openSortableKeys(primitives, { keys: [sealed] })[0] as string;
}

export interface PrepareUserKeyRotationInput {
	/** Internal public key of the device that rotates. */
	publicKey: string;
	/** Newest group key of the user. */
	previousKey: string;
}

export function prepareUserKeyRotation(primitives: Primitives, input: PrepareUserKeyRotationInput): KeyRotationData {
	return prepareKeyRotation(primitives, { ...input, signPair: true });
}

export function finishUserKeyRotation(primitives: Primitives, input: FinishKeyRotationInput): DoneKeyRotationData {
	return finishKeyRotation(primitives, input);
}

export interface EncryptEphemeralKeyInput {
	/** Public key of the device or member: PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	publicKeyString: string;
	algorithm: string;
	/** base64, as the rotation's starter sent it. */
	encryptedEphemeralKey: string;
}

/** protocol/crypto §7.4. The ephemeral key stays sealed by the previous key: this is a second layer around it. */
export function encryptEphemeralKey(
	primitives: Primitives,
	{ publicKeyString, algorithm, encryptedEphemeralKey }: EncryptEphemeralKeyInput,
): string {
	const publicKey = parsePublicKeyText(encryptionSuites, algorithm, publicKeyString, "");
	return wrapKeyFor(primitives, publicKey, parseBase64(encryptedEphemeralKey, "KEY_ROTATION_INVALID"));
}

export interface SplitHeadInput {
	data: Uint8Array;
}

export interface SplitHeadStringInput {
	text: string;
}

export function splitHead(_: Primitives, { data }: SplitHeadInput): SplitData {
	requireBytes(data, "data");
	return unpack(data);
}

export function splitHeadString(_: Primitives, { text }: SplitHeadStringInput): SplitData {
	return unpack(parseBase64(text, "CIPHERTEXT_NOT_BASE64"));
}
