import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { OpenRotationTable } from "../schema.js";
import { type MemberPublicKey, newestPublicKeys } from "./public-keys.js";

export type OpenRotationRow = Selectable<OpenRotationTable>;

/** A rotation that the server has not finished. */
export interface Rotation {
	/** Of the new key. */
	readonly keyId: string;
	readonly groupId: string;
	readonly encryptedEphemeralKey: string;
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

/**
 * The newest public keys of the members that have neither the key nor an open rotation for it, those that came last first.
 *
 * @param among asks for these members only
 */
export async function listRotationTargets(
	db: Reads,
	{ keyId, groupId }: Pick<Rotation, "keyId" | "groupId">,
	limit: number,
	among?: readonly string[],
): Promise<MemberPublicKey[]> {
	const waiting = db
		.selectFrom("members")
		.where("members.groupId", "=", groupId)
		.where(({ not, exists, selectFrom }) =>
			not(
				exists(
					selectFrom("wrappedKeys")
						.select("wrappedKeys.keyId")
						.where("wrappedKeys.keyId", "=", keyId)
						.whereRef("wrappedKeys.memberId", "=", "members.memberId"),
				),
			),
		)
		.where(({ not, exists, selectFrom }) =>
			not(
				exists(
					selectFrom("openRotations")
						.select("openRotations.keyId")
						.where("openRotations.keyId", "=", keyId)
						.whereRef("openRotations.memberId", "=", "members.memberId"),
				),
			),
		);
	const asked = among === undefined ? waiting : waiting.where("members.memberId", "in", among);
	return db
		.selectFrom(newestPublicKeys(db, asked).as("targets"))
		.selectAll()
		.orderBy("joinedAt", "desc")
		.orderBy("memberId")
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
