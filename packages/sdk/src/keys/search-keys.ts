import {
	type CryptoBackend,
	CryptoError,
	InvalidInput,
	type SealedHmacKey,
	type SealedSortableKey,
} from "@sentc-ts/core-crypto";
import { type HmacKey, hmacKeySchema, type SortableKey, sortableKeySchema } from "@sentc-ts/core-crypto/wire";
import { requirePage } from "../answers.js";
import { checkId, checkText } from "../input.js";
import type { KeyFailure } from "../key-errors.js";
import type { GroupOutDataHmacKeys, GroupOutDataSortableKeys } from "../types.js";
import type { KeyGeneration } from "./key-list.js";
import type { KeyRing } from "./key-ring.js";
import { failureOfKey, type OpenedKeys, openedKeys } from "./opened.js";

/** Whose keys encrypt them: those that are not on this device are fetched. */
type Ring = Pick<KeyRing<KeyGeneration>, "load">;

/** Opens searchable keys of a user or group. */
export async function openHmacKeys(
	backend: CryptoBackend,
	ring: Ring,
	answered: readonly HmacKey[],
): Promise<OpenedKeys<string>> {
	const { sealed, unusable } = await sealEach(answered, async (hmacKey): Promise<SealedHmacKey> => {
		const { group_key: groupKey } = await ring.load(hmacKey.encrypted_hmac_encryption_key_id);
		return { groupKey, hmacKey };
	});
	if (sealed.length === 0) return { keys: [], unusable };
	return withFailures(openedKeys(await backend.openHmacKeys({ keys: sealed }), unchanged), unusable);
}

/** Opens sortable keys of a group. */
export async function openSortableKeys(
	backend: CryptoBackend,
	ring: Ring,
	answered: readonly SortableKey[],
): Promise<OpenedKeys<string>> {
	const { sealed, unusable } = await sealEach(answered, async (sortableKey): Promise<SealedSortableKey> => {
		const { group_key: groupKey } = await ring.load(sortableKey.encrypted_sortable_encryption_key_id);
		return { groupKey, sortableKey };
	});
	if (sealed.length === 0) return { keys: [], unusable };
	return withFailures(openedKeys(await backend.openSortableKeys({ keys: sealed }), unchanged), unusable);
}

/** @throws InvalidInput naming the member · CryptoError `JSON_INVALID` when `key_data` is not that of a key */
export function readHmacKeys(list: readonly GroupOutDataHmacKeys[]): HmacKey[] {
	return readKeys(list, (data, id) => ({ ...hmacKeySchema.parse(data), encrypted_hmac_encryption_key_id: id }));
}

/** {@link readHmacKeys} of sortable keys. */
export function readSortableKeys(list: readonly GroupOutDataSortableKeys[]): SortableKey[] {
	return readKeys(list, (data, id) => ({ ...sortableKeySchema.parse(data), encrypted_sortable_encryption_key_id: id }));
}

function readKeys<Key>(list: readonly GroupOutDataHmacKeys[], read: (data: unknown, groupKeyId: string) => Key): Key[] {
	if (!Array.isArray(list)) throw new InvalidInput("list", "must be an array");
	return list.map((item: Partial<GroupOutDataHmacKeys> | null, index) => {
		checkId(`list[${index}].group_key_id`, item?.group_key_id);
		checkText(`list[${index}].key_data`, item.key_data);
		try {
			return read(JSON.parse(item.key_data), item.group_key_id);
		} catch (cause) {
			throw new CryptoError("JSON_INVALID", cause);
		}
	});
}

const unchanged = (key: string): string => key;

const withFailures = ({ keys, unusable }: OpenedKeys<string>, others: readonly KeyFailure[]): OpenedKeys<string> => ({
	keys,
	unusable: [...others, ...unusable],
});

/** Puts what opens it beside each key, in the same order; those without it are unusable. */
async function sealEach<Answered extends { id: string }, Sealed>(
	answered: readonly Answered[],
	seal: (key: Answered) => Promise<Sealed>,
): Promise<{ sealed: Sealed[]; unusable: KeyFailure[] }> {
	requirePage(answered);
	const unusable: KeyFailure[] = [];
	const sealed = await Promise.all(
		answered.map((key) =>
			seal(key).catch((error: unknown) => void unusable.push({ key_id: key.id, error: failureOfKey(error) })),
		),
	);
	return { sealed: sealed.filter((key) => key !== undefined), unusable };
}
