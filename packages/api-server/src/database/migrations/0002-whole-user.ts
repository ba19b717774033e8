import type { Kysely, Migration } from "kysely";
import { createTable, type Table } from "./table-v1.js";

const tables: Readonly<Record<string, Table>> = {
	secondFactors: {
		key: ["userId"],
		text: ["userId", "sealedSecret"],
		integer: ["lastStep", "failures", "lastFailureAt", "createdAt"],
		owner: { userId: "users" },
	},
	recoveryKeys: {
		key: ["id"],
		text: ["id", "userId", "sealedKey", "keyHash"],
		integer: ["createdAt"],
		owner: { userId: "users" },
		unique: [["userId", "keyHash"]],
	},
	openRotations: {
		key: ["keyId", "memberId"],
		text: ["keyId", "memberId", "groupId", "encryptedEphemeralKey", "publicKeyId"],
		nullable: ["error"],
		owner: { keyId: "groupKeys", groupId: "groups" },
		index: [["groupId", "memberId"]],
	},
	jobs: {
		key: ["id"],
		text: ["id", "kind", "subjectId"],
		nullable: ["leaseOwner", "lastError"],
		integer: ["createdAt", "runAt", "leasedUntil", "attempts"],
		unique: [["kind", "subjectId"]],
		index: [["runAt"]],
	},
};

/** What a rotation leaves for the members until they have finished it. */
const ROTATION_COLUMNS = [
	"encryptedEphemeralKey",
	"encryptedGroupKeyByEphemeral",
	"ephemeralAlg",
	"previousGroupKeyId",
] as const;

/** Second factor, key rotation, jobs. */
export const wholeUser: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		for (const [name, table] of Object.entries(tables)) await createTable(db, name, table);
		for (const column of ROTATION_COLUMNS) {
			await db.schema.alterTable("groupKeys").addColumn(column, "text").execute();
		}
	},
};
