import type { Writes } from "../database.js";

/** Takes a user or a device out of every group that it belongs to or was invited to, with its keys and open rotations. */
export async function deleteMemberships(db: Writes, memberId: string): Promise<void> {
	for (const table of ["wrappedKeys", "openRotations"] as const) {
		await db
			.deleteFrom(table)
			.where("memberId", "=", memberId)
			.where("groupId", "in", ({ selectFrom }) =>
				selectFrom("members")
					.select("groupId")
					.where("memberId", "=", memberId)
					.union(selectFrom("pendingMembers").select("groupId").where("memberId", "=", memberId)),
			)
			.execute();
	}
	for (const table of ["members", "pendingMembers"] as const) {
		await db.deleteFrom(table).where("memberId", "=", memberId).execute();
	}
}
