import type { Expression, Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { PAGE_SIZE } from "../paging.js";
import { prepareFirst, type Slot } from "../prepared.js";
import { type OpenRotationTable, PENDING_KIND } from "../schema.js";

export type OpenRotationRow = Selectable<OpenRotationTable>;

/** A rotation that the server has not finished. */
export interface Rotation {
	/** Of the new key. */
	readonly keyId: string;
	readonly groupId: string;
	readonly encryptedEphemeralKey: string;
}

/** A member that a new key has to be encrypted for, and the public key for that. */
export interface RotationTarget {
	readonly memberId: string;
	readonly publicKeyId: string;
	readonly publicKey: string;
	readonly algorithm: string;
}

/** A rotation that a member has to finish, with what it needs for that. */
export interface PendingRotation extends OpenRotationRow {
	readonly encryptedGroupKeyByEphemeral: string | null;
	readonly ephemeralAlg: string | null;
	readonly previousGroupKeyId: string | null;
	/** Of the new key, ms. */
	readonly createdAt: number;
	/** Who signed the new key, and how; null when nobody did. */
	readonly signedByUserId: string | null;
	readonly signedByUserSignKeyId: string | null;
	readonly groupKeySig: string | null;
}

/** `undefined` when the server has finished it, or there is no such key. */
export async function findRotation(db: Reads, keyId: string): Promise<Rotation | undefined> {
	return db
		.selectFrom("groupKeys")
		.select(["id as keyId", "groupId", "encryptedEphemeralKey"])
		.where("id", "=", keyId)
		.where("encryptedEphemeralKey", "is not", null)
		.$narrowType<{ encryptedEphemeralKey: string }>()
		.executeTakeFirst();
}

/** Some of those whom a new key has to reach. */
interface TargetRange {
	/** Those whose ids come after this one. */
	readonly after?: string | undefined;
	/** These only. */
	readonly among?: readonly string[] | undefined;
}

/**
 * Whom a new key has to reach: members and those with an open invite, that have neither the key nor an open rotation for it, in the
 * order of their ids. Each has its newest public key: a device has its own, a user that of the user group, and a group, parent or
 * not, its own. Who has none, such as a light user, is left out. An id belongs to one kind only.
 */
export async function listRotationTargets(
	db: Reads,
	{ keyId, groupId }: Pick<Rotation, "keyId" | "groupId">,
	limit: number,
	range: TargetRange = {},
): Promise<RotationTarget[]> {
	// An empty list is no SQL that every database knows.
	if (range.among?.length === 0) return [];
	const entries = (table: "wrappedKeys" | "openRotations") =>
		db.selectFrom(table).select("memberId").where("keyId", "=", keyId);
	return db
		.selectFrom(holdersOf(db, groupId, range).as("holders"))
		.where(({ not, exists, ref }) =>
			not(exists(entries("wrappedKeys").where("memberId", "=", ref("holders.memberId")))),
		)
		.where(({ not, exists, ref }) =>
			not(exists(entries("openRotations").where("memberId", "=", ref("holders.memberId")))),
		)
		.leftJoin("devices", "devices.id", "holders.memberId")
		.leftJoin("users", "users.id", "holders.memberId")
		.leftJoin("groupKeys", (join) =>
			join.on(({ eb, fn }) =>
				eb("groupKeys.id", "=", newestKeyOf(db, fn.coalesce("users.userGroupId", "holders.memberId"))),
			),
		)
		.select(({ fn }) => [
			"holders.memberId",
			fn.coalesce("devices.id", "groupKeys.id").as("publicKeyId"),
			fn.coalesce("devices.publicKey", "groupKeys.publicKey").as("publicKey"),
			fn.coalesce("devices.keypairEncryptAlg", "groupKeys.keypairEncryptAlg").as("algorithm"),
		])
		.where(({ or, eb }) => or([eb("devices.id", "is not", null), eb("groupKeys.id", "is not", null)]))
		.orderBy("holders.memberId")
		.limit(limit)
		.$narrowType<RotationTarget>()
		.execute();
}

/** Members of a group, and those with an open invite, in the order of their ids: so both come by their keys, and nothing is sorted. */
function holdersOf(db: Reads, groupId: string, { after = "", among }: TargetRange) {
	const of = (table: "members" | "pendingMembers") =>
		db
			.selectFrom(table)
			.select("memberId")
			.where("groupId", "=", groupId)
			.where("memberId", ">", after)
			.$if(among !== undefined, (query) => query.where("memberId", "in", among ?? []));
	return of("members")
		.unionAll(of("pendingMembers").where("kind", "=", PENDING_KIND.invite))
		.orderBy("memberId");
}

/** The id of the newest generation of a group. */
function newestKeyOf(db: Reads, groupId: Expression<string>) {
	return db
		.selectFrom("groupKeys as generations")
		.select("generations.id")
		.where("generations.groupId", "=", groupId)
		.orderBy("generations.createdAt", "desc")
		.orderBy("generations.id")
		.limit(1);
}

export async function insertOpenRotations(db: Writes, rotations: OpenRotationRow[]): Promise<void> {
	if (rotations.length === 0) return;
	await db
		.insertInto("openRotations")
		.values(rotations)
		.onConflict((conflict) => conflict.columns(["keyId", "memberId"]).doNothing())
		.execute();
}

/** The server's part of a rotation is finished: without the ephemeral key nobody else can join it. */
export async function forgetEphemeralKey(db: Writes, keyId: string): Promise<void> {
	await db.updateTable("groupKeys").set({ encryptedEphemeralKey: null }).where("id", "=", keyId).execute();
}

/** What a member has to finish, one page in the order of the keys: one may need the one before. */
export async function listPendingRotations(db: Reads, groupId: string, memberId: string): Promise<PendingRotation[]> {
	return db
		.selectFrom("openRotations")
		.innerJoin("groupKeys", "groupKeys.id", "openRotations.keyId")
		.selectAll("openRotations")
		.select([
			"groupKeys.encryptedGroupKeyByEphemeral",
			"groupKeys.ephemeralAlg",
			"groupKeys.previousGroupKeyId",
			"groupKeys.createdAt",
			"groupKeys.signedByUserId",
			"groupKeys.signedByUserSignKeyId",
			"groupKeys.groupKeySig",
		])
		.where("openRotations.groupId", "=", groupId)
		.where("openRotations.memberId", "=", memberId)
		.orderBy("groupKeys.createdAt")
		.orderBy("groupKeys.id")
		.limit(PAGE_SIZE)
		.execute();
}

/** Has the member something to finish? */
export async function rotationIsOpen(db: Reads, groupId: string, memberId: string): Promise<boolean> {
	return (await findOpenRotation(db, groupId, memberId)) !== undefined;
}

const findOpenRotation = prepareFirst((db: Reads, groupId: Slot<string>, memberId: Slot<string>) =>
	db
		.selectFrom("openRotations")
		.select("keyId")
		.where("groupId", "=", groupId)
		.where("memberId", "=", memberId)
		.limit(1),
);

/** How many rotations of a group began at this time (ms) or later, without those because of a removal. */
export async function countRotationsSince(db: Reads, groupId: string, since: number): Promise<number> {
	const { count } = await db
		.selectFrom("groupKeys")
		.select(({ fn }) => fn.countAll<number>().as("count"))
		.where("groupId", "=", groupId)
		.where("previousGroupKeyId", "is not", null)
		.where("forRemoval", "=", 0)
		.where("createdAt", ">=", since)
		.executeTakeFirstOrThrow();
	return Number(count);
}

/** A member waits for these keys no longer. */
export async function deleteOpenRotations(db: Writes, memberId: string, keyIds: readonly string[]): Promise<void> {
	await db.deleteFrom("openRotations").where("memberId", "=", memberId).where("keyId", "in", keyIds).execute();
}
