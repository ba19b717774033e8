import * as z from "zod/mini";
import type { SecretSuite } from "../algorithms/types.js";
import { requireShape } from "../encoding/json.js";
import { type Key, once, searchableKeys, sortableKeys, symmetricKeys } from "../keys/key-string.js";
import type { Primitives } from "../primitives/types.js";
import { findSuite, searchableSuites, sortableSuites } from "../suites.js";
import { type HmacKey, hmacKeySchema, type SortableKey, sortableKeySchema } from "../wire/index.js";
import type { OpenHmacKeyInput, OpenSortableKeyInput } from "./types.js";
import { unwrapKey } from "./wrap.js";

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

/** protocol/crypto §7.2. */
export function openHmacKeys(primitives: Primitives, { keys }: OpenHmacKeysInput): string[] {
	const parse = once(symmetricKeys.parse);
	return requireShape(sealedHmacKeysSchema, keys, "keys").map(({ groupKey, hmacKey }) =>
		searchableKeys.format(unwrapHmacKey(primitives, parse(groupKey), hmacKey)),
	);
}

export function unwrapHmacKey(primitives: Primitives, groupKey: Key<SecretSuite>, record: HmacKey): Key<SecretSuite> {
	const suite = findSuite(searchableSuites, record.encrypted_hmac_alg);
	const bytes = unwrapKey(primitives, groupKey.bytes, record.encrypted_hmac_key, suite.keyLength);
	return { suite, id: record.id, bytes };
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

/** protocol/crypto §7.2. */
export function openSortableKeys(primitives: Primitives, { keys }: OpenSortableKeysInput): string[] {
	const parse = once(symmetricKeys.parse);
	return requireShape(sealedSortableKeysSchema, keys, "keys").map(({ groupKey, sortableKey: record }) => {
		const suite = findSuite(sortableSuites, record.encrypted_sortable_alg);
		const bytes = unwrapKey(primitives, parse(groupKey).bytes, record.encrypted_sortable_key, suite.keyLength);
		return sortableKeys.format({ suite, id: record.id, bytes });
	});
}

export function openHmacKey(primitives: Primitives, { groupKey, hmacKey }: OpenHmacKeyInput): string {
	const record = requireShape(hmacKeySchema, hmacKey, "hmacKey");
	return searchableKeys.format(unwrapHmacKey(primitives, symmetricKeys.parse(groupKey), record));
}

export function openSortableKey(primitives: Primitives, { groupKey, sortableKey }: OpenSortableKeyInput): string {
	const record = requireShape(sortableKeySchema, sortableKey, "sortableKey");
	return openSortableKeys(primitives, { keys: [{ groupKey, sortableKey: record }] })[0] as string;
}
