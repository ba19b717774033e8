import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { OpenRotationTable } from "../schema.js";
import type { GroupKeyRow } from "./keys.js";

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

/** The devices of a user group that have neither the key nor an open rotation for it, those that came last first. */
export async function listRotationTargets(
	db: Reads,
	{ keyId, groupId }: Pick<Rotation, "keyId" | "groupId">,
	limit: number,
): Promise<RotationTarget[]> {
	return db
		.selectFrom("members")
		.innerJoin("devices", "devices.id", "members.memberId")
		.leftJoin("wrappedKeys", (join) =>
			join.onRef("wrappedKeys.memberId", "=", "members.memberId").on("wrappedKeys.keyId", "=", keyId),
		)
		.leftJoin("openRotations", (join) =>
			join.onRef("openRotations.memberId", "=", "members.memberId").on("openRotations.keyId", "=", keyId),
		)
		.select([
			"members.memberId",
			"devices.id as publicKeyId",
			"devices.publicKey",
			"devices.keypairEncryptAlg as algorithm",
		])
		.where("members.groupId", "=", groupId)
		.where("wrappedKeys.keyId", "is", null)
		.where("openRotations.keyId", "is", null)
		.orderBy("members.joinedAt", "desc")
		.orderBy("members.memberId")
		.limit(limit)
		.execute();
}

export async function insertOpenRotations(db: Writes, rotations: OpenRotationRow[]): Promise<void> {
	if (rotations.length === 0) return;
	await db.insertInto("openRotations").values(rotations).execute();
}

/** The server's part of a rotation is finished: without the ephemeral key nobody else can join it. */
export async function forgetEphemeralKey(db: Writes, keyId: string): Promise<void> {
	await db.updateTable("groupKeys").set({ encryptedEphemeralKey: null }).where("id", "=", keyId).execute();
}

/** What a member has to finish, in the order of the keys: one may need the one before. */
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
		])
		.where("openRotations.groupId", "=", groupId)
		.where("openRotations.memberId", "=", memberId)
		.orderBy("groupKeys.createdAt")
		.orderBy("groupKeys.id")
		.execute();
}

/** A member waits for these keys no longer. */
export async function deleteOpenRotations(db: Writes, memberId: string, keyIds: readonly string[]): Promise<void> {
	await db.deleteFrom("openRotations").where("memberId", "=", memberId).where("keyId", "in", keyIds).execute();
}

/** Creation time of the newest key of a group, ms. */
export async function newestKeyTime(db: Reads, groupId: string): Promise<number> {
	const { newest } = await db
		.selectFrom("groupKeys")
		.select(({ fn }) => fn.max<GroupKeyRow["createdAt"]>("createdAt").as("newest"))
		.where("groupId", "=", groupId)
		.executeTakeFirstOrThrow();
	return newest;
}
