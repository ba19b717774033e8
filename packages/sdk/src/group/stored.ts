import { indexKeys, newestFirst } from "../keys/key-list.js";
import { openedGroupKey, parseKnownGroupKey } from "../public-keys/group-key.js";
import type { Session } from "../session/session.js";
import { storageKeys } from "../storage/keys.js";
import { hasTexts, isArrayOf, isText } from "../storage/shape.js";
import type { GroupData, GroupKey, GroupPublicKeyData, GroupVerify } from "../types.js";

/** A group that is reached through another one is stored under that one (protocol/sdk-api §3.3). */
function groupKey(session: Session, group_id: string, group_as_member: string | undefined): string {
	return storageKeys.group(group_as_member ?? session.data.user_id, group_id);
}

/** `undefined` when nothing usable is stored. */
export async function readStoredGroup(
	session: Session,
	group_id: string,
	group_as_member: string | undefined,
): Promise<GroupData | undefined> {
	return parseStoredGroup(await session.context.store.read(groupKey(session, group_id, group_as_member)), group_id);
}

function parseStoredGroup(stored: unknown, group_id: string): GroupData | undefined {
	if (!isStoredGroup(stored, group_id)) return undefined;
	const group: GroupData = { ...stored, key_map: indexKeys(stored.keys) };
	if (stored.keys.every(saysWhoSigned)) return group;
	// From an earlier version or the reference client: whose signatures counted there is not known.
	return { ...group, keys: stored.keys.map((key) => ({ ...key, signature: "unverified" })), verify: 0 };
}

function isStoredGroup(stored: unknown, group_id: string): stored is GroupData {
	if (!hasTexts(stored, ["create_time", "group_id", "joined_time", "newest_key_id"])) return false;
	const { hmac_keys, keys, last_check_time, newest_key_id, rank, sortable_keys } = stored;
	return (
		stored.group_id === group_id &&
		isArrayOf(keys, isGroupKey) &&
		keys.some((key) => key.group_key_id === newest_key_id) &&
		isArrayOf(hmac_keys, isText) &&
		isArrayOf(sortable_keys, isText) &&
		typeof rank === "number" &&
		typeof last_check_time === "number"
	);
}

const GROUP_KEY_TEXTS = [
	"private_group_key",
	"public_group_key",
	"exported_public_key",
	"group_key",
	"group_key_id",
	"time",
] as const;

function isGroupKey(value: unknown): value is GroupKey {
	return hasTexts(value, GROUP_KEY_TEXTS);
}

function saysWhoSigned({ signature }: { signature?: unknown }): boolean {
	return signature === "verified" || signature === "unverified" || signature === "none";
}

/** How strictly keys are checked that come from now on. */
export function strictnessOf({ verify = 0, verify_new = 0 }: GroupData): GroupVerify {
	return verify > verify_new ? verify : verify_new;
}

/**
 * Stores what changed, unless the user logged out, and takes over the keys that another object of the group or another tab stored
 * meanwhile.
 */
export async function storeGroup(session: Session, data: GroupData): Promise<void> {
	await session.context.store.updateForUser(session.identifier, ownKey(session, data), (stored) => {
		const others = parseStoredGroup(stored, data.group_id);
		if (others) takeOver(data, others);
		return data;
	});
}

/** Stores a group that was fetched anew. */
export async function replaceStoredGroup(session: Session, data: GroupData): Promise<void> {
	await session.context.store.writeForUser(session.identifier, ownKey(session, data), data);
}

/** Keys that were checked less strictly stay where they are; how strictly later ones are checked holds for all objects of the group. */
function takeOver(data: GroupData, stored: GroupData): void {
	const [own, others] = [strictnessOf(data), strictnessOf(stored)];
	if (others > own) data.verify_new = others;
	if (others < own || (stored.verify ?? 0) < (data.verify ?? 0)) return;
	for (const key of stored.keys) {
		const index = data.key_map.get(key.group_key_id);
		const here = index === undefined ? undefined : data.keys[index];
		if (here && !(here.unproven && !key.unproven)) continue;
		const place = index ?? data.keys.length;
		data.keys[place] = key;
		data.key_map.set(key.group_key_id, place);
	}
	const newest = keyOf(stored, stored.newest_key_id);
	const ownNewest = keyOf(data, data.newest_key_id);
	if (newest && (!ownNewest || newestFirst(newest, ownNewest) < 0)) data.newest_key_id = newest.group_key_id;
}

function keyOf({ keys }: GroupData, id: string): GroupKey | undefined {
	return keys.find(({ group_key_id }) => group_key_id === id);
}

function ownKey(session: Session, { access_by_group_as_member, group_id }: GroupData): string {
	return groupKey(session, group_id, access_by_group_as_member);
}

/** The newest public key of the group, for everybody on this device. */
export async function storeGroupPublicKey(session: Session, group_id: string, newest: GroupKey): Promise<void> {
	const opened: GroupPublicKeyData = { key: newest.exported_public_key, id: newest.group_key_id };
	await session.context.store.updateForUser(session.identifier, storageKeys.groupPublicKey(group_id), (stored) => ({
		...openedGroupKey(parseKnownGroupKey(stored), opened),
		time: Date.now(),
	}));
}

export async function removeStoredGroup(session: Session, data: GroupData): Promise<void> {
	const { store } = session.context;
	await store.remove(ownKey(session, data));
	await store.remove(storageKeys.groupPublicKey(data.group_id));
}
