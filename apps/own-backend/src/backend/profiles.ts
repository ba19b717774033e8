import { Kysely, SqliteDialect } from "kysely";
import Sqlite from "libsql";

/** What this backend knows about a user and the API does not. */
interface Profile {
	user_id: string;
	email: string;
	full_name: string;
}

/** The backend's own table. */
export interface Profiles {
	save(profile: Profile): Promise<void>;
	find(userId: string): Promise<Profile | undefined>;
	remove(userId: string): Promise<void>;
	close(): Promise<void>;
}

/** @param file path of the database, or `:memory:` */
export async function openProfiles(file: string): Promise<Profiles> {
	const db = new Kysely<{ profile: Profile }>({ dialect: new SqliteDialect({ database: new Sqlite(file) }) });
	await db.schema
		.createTable("profile")
		.ifNotExists()
		.addColumn("user_id", "text", (column) => column.primaryKey())
		.addColumn("email", "text", (column) => column.notNull())
		.addColumn("full_name", "text", (column) => column.notNull())
		.execute();
	return {
		async save(profile) {
			await db.insertInto("profile").values(profile).execute();
		},
		find: (userId) => db.selectFrom("profile").selectAll().where("user_id", "=", userId).executeTakeFirst(),
		async remove(userId) {
			await db.deleteFrom("profile").where("user_id", "=", userId).execute();
		},
		close: () => db.destroy(),
	};
}
