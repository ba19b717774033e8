import type { TestApi } from "@sentc-ts/test-world";
import { newGroup, type Session } from "./client.js";
import { withDatabase } from "./database.js";

// Places in groups, written into the database.

export function addMember(server: TestApi, groupId: string, memberId: string, rank: number, type = 0): void {
	withDatabase(server, (connection) =>
		connection
			.prepare(
				`insert into "members" ("groupId", "memberId", "rank", "type", "joinedAt", "groupCreatedAt")
				select id, ?, ?, ?, ?, "createdAt" from groups where id = ?`,
			)
			.run([memberId, rank, type, server.clock.now(), groupId]),
	);
}

/** Makes a user a member of a group of somebody else, with a key and an open rotation, and invites them to another one. */
export async function enterGroups(server: TestApi, owner: Session, { userId }: Session): Promise<void> {
	const [joined, invited] = [await newGroup(server, owner), await newGroup(server, owner)];
	withDatabase(server, (connection) => {
		const run = (sql: string, ...values: unknown[]) => connection.prepare(sql).run(values);
		run(`insert into members ("groupId", "memberId", rank, type, "joinedAt") values (?, ?, 4, 0, 1)`, joined, userId);
		run(
			`insert into "pendingMembers" ("groupId", "memberId", kind, type, rank, "createdAt") values (?, ?, 0, 0, 4, 1)`,
			...[invited, userId],
		);
		for (const group of [joined, invited]) {
			run(
				`insert into "wrappedKeys" ("keyId", "memberId", "groupId", "encryptedGroupKey", "encryptedAlg", "publicKeyId", "createdAt")
				select id, ?, "groupId", 'wrapped', 'alg', 'key', 1 from "groupKeys" where "groupId" = ?`,
				...[userId, group],
			);
			run(
				`insert into "openRotations" ("keyId", "memberId", "groupId", "encryptedEphemeralKey", "publicKeyId")
				select id, ?, "groupId", 'sealed', 'key' from "groupKeys" where "groupId" = ?`,
				...[userId, group],
			);
		}
	});
}

/** A group with so many keys that the user holds, two of them for every millisecond; the ids of the further ones are `key-1` and so on. */
export async function withKeys(server: TestApi, user: Session, count: number): Promise<string> {
	const groupId = await newGroup(server, user);
	withDatabase(server, (connection) => {
		connection.exec("begin");
		for (let index = 1; index < count; index++) {
			const time = server.clock.now() + Math.floor(index / 2);
			connection
				.prepare(
					`insert into "groupKeys" ("id", "groupId", "groupKeyAlg", "encryptedPrivateKey", "publicKey", "keypairEncryptAlg", "createdAt")
					 select ?, "groupId", "groupKeyAlg", "encryptedPrivateKey", "publicKey", "keypairEncryptAlg", ? from "groupKeys" where "groupId" = ? limit 1`,
				)
				.run([`key-${index}`, time, groupId]);
			connection
				.prepare(
					`insert into "wrappedKeys" ("keyId", "groupId", "memberId", "encryptedGroupKey", "encryptedAlg", "publicKeyId", "createdAt")
					 values (?, ?, ?, 'x', 'x', 'x', 0)`,
				)
				.run([`key-${index}`, groupId, user.userId]);
		}
		connection.exec("commit");
	});
	return groupId;
}
