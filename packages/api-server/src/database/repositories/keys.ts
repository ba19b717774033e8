import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { type After, isAfter, PAGE_SIZE } from "../paging.js";
import { prepareAll, prepareFirst, prepareWrite, type Slot, type Slots } from "../prepared.js";
import type { GroupKeyTable, SearchKeyTable, WrappedKeyTable } from "../schema.js";

export type GroupKeyRow = Selectable<GroupKeyTable>;
export type WrappedKeyRow = Selectable<WrappedKeyTable>;
export type SearchKeyRow = Selectable<SearchKeyTable>;

/** A generation of keys together with what one member needs to open it. */
export interface MemberKeyRow extends GroupKeyRow {
	encryptedGroupKey: string;
	publicKeyId: string;
}

export const insertGroupKey = prepareWrite((db: Writes, key: Slots<GroupKeyRow>) =>
	db.insertInto("groupKeys").values(key),
);

export const insertSearchKeys = prepareWrite((db: Writes, keys: readonly Slots<SearchKeyRow>[]) =>
	db.insertInto("searchKeys").values(keys),
);

/** Stores wrapped keys; a key that the member has already stays as it is. */
export const insertWrappedKeys = prepareWrite((db: Writes, keys: readonly Slots<WrappedKeyRow>[]) =>
	db
		.insertInto("wrappedKeys")
		.values(keys)
		.onConflict((conflict) => conflict.columns(["keyId", "memberId"]).doNothing()),
);

/** How many of these ids are keys of the group. */
export async function countGroupKeys(db: Reads, groupId: string, keyIds: readonly string[]): Promise<number> {
	const { count } = await db
		.selectFrom("groupKeys")
		.select(({ fn }) => fn.countAll<number>().as("count"))
		.where("groupId", "=", groupId)
		.where("id", "in", keyIds)
		.executeTakeFirstOrThrow();
	return Number(count);
}

const memberKeys = (db: Reads, groupId: Slot<string>, memberId: Slot<string>) =>
	db
		.selectFrom("wrappedKeys")
		.innerJoin("groupKeys", "groupKeys.id", "wrappedKeys.keyId")
		.selectAll("groupKeys")
		.select(["wrappedKeys.encryptedGroupKey", "wrappedKeys.publicKeyId"])
		.where("wrappedKeys.groupId", "=", groupId)
		.where("wrappedKeys.memberId", "=", memberId);

/** One page of the keys that a member holds, newest first. */
export const listMemberKeys = prepareAll((db: Reads, groupId: Slot<string>, memberId: Slot<string>, after: After) =>
	memberKeys(db, groupId, memberId)
		.where(({ ref }) => isAfter(after, ref("groupKeys.createdAt"), "falling", ref("groupKeys.id")))
		.orderBy("groupKeys.createdAt", "desc")
		.orderBy("groupKeys.id")
		.limit(PAGE_SIZE),
);

export const findMemberKey = prepareFirst(
	(db: Reads, groupId: Slot<string>, memberId: Slot<string>, keyId: Slot<string>) =>
		memberKeys(db, groupId, memberId).where("wrappedKeys.keyId", "=", keyId),
);

/** The newest generation of a group, or the one with this id. Works for groups of every type. */
export const findGroupKey = prepareFirst(
	(db: Reads, appId: Slot<string>, groupId: Slot<string>, keyId?: Slot<string> | undefined) => {
		const all = db
			.selectFrom("groupKeys")
			.innerJoin("groups", "groups.id", "groupKeys.groupId")
			.selectAll("groupKeys")
			.where("groups.appId", "=", appId)
			.where("groupKeys.groupId", "=", groupId);
		const found = keyId === undefined ? all : all.where("groupKeys.id", "=", keyId);
		return found.orderBy("groupKeys.createdAt", "desc").orderBy("groupKeys.id").limit(1);
	},
);

/** The first page of a group's keys for searchable or sortable content, newest first; of several kinds as much as of each. */
export const listSearchKeys = prepareAll(
	(db: Reads, groupId: Slot<string>, kinds: readonly Slot<SearchKeyRow["kind"]>[]) =>
		db
			.selectFrom("searchKeys")
			.selectAll()
			.where("groupId", "=", groupId)
			.where("kind", "in", kinds)
			.orderBy("createdAt", "desc")
			.orderBy("id")
			.limit(PAGE_SIZE * kinds.length),
);

/** Creation time of the newest key of a group, ms. */
export async function newestKeyTime(db: Reads, groupId: string): Promise<number> {
	const { newest } = await db
		.selectFrom("groupKeys")
		.select(({ fn }) => fn.max<GroupKeyRow["createdAt"]>("createdAt").as("newest"))
		.where("groupId", "=", groupId)
		.executeTakeFirstOrThrow();
	return newest;
}

/** Is this a key of the group, and a newer one is there? */
export async function isOutdatedKey(db: Reads, groupId: string, keyId: string): Promise<boolean> {
	const newer = await db
		.selectFrom("groupKeys as key")
		.innerJoin("groupKeys as newer", "newer.groupId", "key.groupId")
		.select("newer.id")
		.where("key.id", "=", keyId)
		.where("key.groupId", "=", groupId)
		.where(({ eb, ref }) => eb("newer.createdAt", ">", ref("key.createdAt")))
		.limit(1)
		.executeTakeFirst();
	return newer !== undefined;
}

/** Is this a public key, of whatever generation, of this device, user or group? */
export async function ownsPublicKey(db: Reads, ownerId: string, publicKeyId: string): Promise<boolean> {
	const device = db.selectFrom("devices").select("id").where("id", "=", ownerId).where("id", "=", publicKeyId);
	const key = db
		.selectFrom("groupKeys")
		.select("id")
		.where("id", "=", publicKeyId)
		.where(({ eb, or, selectFrom }) =>
			or([
				eb("groupId", "=", ownerId),
				eb("groupId", "=", selectFrom("users").select("userGroupId").where("users.id", "=", ownerId)),
			]),
		);
	return (await device.unionAll(key).executeTakeFirst()) !== undefined;
}
