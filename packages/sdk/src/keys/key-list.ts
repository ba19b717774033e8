/** One generation of keys, as far as a ring looks into it. */
export interface KeyGeneration {
	group_key: string;
	group_key_id: string;
	/** Creation time, ms; as decimal text where the public shape has it so. */
	time: number | string;
	exported_public_key: string;
	/** Fetched later, so that nobody but the API says whose it is: good to decrypt and for nothing else. */
	unproven?: true;
}

/** The generations as apps see them and as they are stored (protocol/sdk-api §8.1). */
export interface KeyList<Key> {
	/** In the order in which they came. */
	readonly keys: Key[];
	/** Key id → index in `keys`. */
	readonly key_map: Map<string, number>;
	newest_key_id: string;
	/** Id of a key of which every older one is here; without it, some may be missing. */
	whole_from?: string;
}

/** A place in the API's list of keys, by {@link newestFirst}. */
export type KeyCursor = Pick<KeyGeneration, "group_key_id" | "time">;

/** As the API lists them: the newest first, and of those made in the same millisecond the one with the lowest id. */
export function newestFirst(a: KeyCursor, b: KeyCursor): number {
	if (a.group_key_id === b.group_key_id) return 0;
	return Number(b.time) - Number(a.time) || (a.group_key_id < b.group_key_id ? -1 : 1);
}

/**
 * After a page in another order, the cursor leaves keys out: the reference server sorts its later pages by when a member got
 * the keys (protocol/group-protocol §10.3).
 */
export function isInOrder(keys: readonly KeyCursor[]): boolean {
	return keys.every((key, index) => {
		const before = keys[index - 1];
		return !before || newestFirst(before, key) <= 0;
	});
}

/** The {@link newestFirst} of an answer that only then becomes a {@link KeyList}, each once. */
export function listNewestFirst<Key extends KeyCursor>(opened: readonly Key[]): KeyList<Key> | undefined {
	const keys = opened.filter(({ group_key_id: id }, i) => opened.findIndex((key) => key.group_key_id === id) === i);
	const [newest] = keys.sort(newestFirst);
	return newest && { keys, key_map: indexKeys(keys), newest_key_id: newest.group_key_id };
}

/** Key id → index. It is rebuilt on every read: a storage that writes JSON loses the `Map`. */
export function indexKeys(keys: readonly { group_key_id: string }[]): Map<string, number> {
	return new Map(keys.map((key, index) => [key.group_key_id, index]));
}
