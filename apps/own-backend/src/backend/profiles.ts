import type { Database, Tables } from "./database.js";

/** What this backend knows about users and the API does not. */
export interface Profiles {
	save(profile: Tables["profile"]): Promise<void>;
	find(userId: string): Promise<Tables["profile"] | undefined>;
	/** Full names by user id; those who have no profile are left out. */
	names(userIds: readonly string[]): Promise<Record<string, string>>;
	remove(userId: string): Promise<void>;
}

export function profilesIn(db: Database): Profiles {
	return {
		async save(profile) {
			await db.insertInto("profile").values(profile).execute();
		},
		find: (userId) => db.selectFrom("profile").selectAll().where("user_id", "=", userId).executeTakeFirst(),
		async names(userIds) {
			const query = db.selectFrom("profile").select(["user_id", "full_name"]).where("user_id", "in", userIds);
			return Object.fromEntries((await query.execute()).map(({ user_id, full_name }) => [user_id, full_name]));
		},
		async remove(userId) {
			await db.deleteFrom("profile").where("user_id", "=", userId).execute();
		},
	};
}
