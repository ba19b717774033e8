import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { type TestApi, tier } from "@sentc-ts/test-world";
import { userRoutes } from "@sentc-ts/transport/contract";
import { expect, it, onTestFinished } from "vitest";
import type { SqliteConnection } from "../../src/database/connection.js";
import { call, result, startApi } from "../support/api.js";
import { newUser, type Session } from "../support/client.js";
import { openFile, rows, withDatabase } from "../support/database.js";
import { addUser, finishGroupRotations, found, keysOf, rotateGroup } from "../support/group-keys.js";

const [MEMBERS, CALLS] = tier === "soak" ? [10_000, 100] : [300, 20];
/** The server keeps a batch of 100 members, not all of them. */
const MOST_MEMORY = 300 * 1024 * 1024;

/** Adds users to a group, who are copies of one of its members: with the same key pair, and no device. */
function copyMember(server: TestApi, { userId }: Session, groupId: string, count: number): void {
	const [user, place] = [rows(server, "users"), rows(server, "members")].map((all) => all.at(-1));
	const userGroupId = String(user?.["userGroupId"]);
	const of = (table: string, id: string) => rows(server, table).find((row) => row["id"] === id);
	const userGroup = of("groups", userGroupId);
	const userKey = rows(server, "groupKeys").find((key) => key["groupId"] === userGroupId);
	const wrapped = rows(server, "wrappedKeys").filter((key) => key["memberId"] === userId && key["groupId"] === groupId);
	withDatabase(server, (connection) => {
		connection.exec("begin");
		for (let copy = 0; copy < count; copy++) {
			const [id, ownGroup] = [randomUUID(), randomUUID()];
			insert(connection, "groups", { ...userGroup, id: ownGroup });
			const unused = { encryptedPrivateKey: "", encryptedSignKey: "", verifyKey: "", publicKeySig: "" };
			insert(connection, "groupKeys", { ...userKey, id: randomUUID(), groupId: ownGroup, ...unused });
			insert(connection, "users", { ...user, id, userGroupId: ownGroup });
			insert(connection, "members", { ...place, groupId, memberId: id });
			for (const key of wrapped) insert(connection, "wrappedKeys", { ...key, memberId: id });
		}
		connection.exec("commit");
	});
}

function insert(connection: SqliteConnection, table: string, row: Record<string, unknown>): void {
	const columns = Object.keys(row);
	const names = columns.map((column) => `"${column}"`).join();
	const sql = `insert into "${table}" (${names}) values (${columns.map(() => "?").join()})`;
	connection.prepare(sql).run(Object.values(row));
}

it(
	`a rotation of a group with ${MEMBERS} members reaches each of them, while the API answers others`,
	async () => {
		const server = await startApi();
		const alice = await newUser(server, "alice");
		const owner = await found(server, alice);
		const bob = await newUser(server, "bob");
		const member = await addUser(server, owner, bob);
		copyMember(server, bob, owner.groupId, MEMBERS - 2);

		const before = process.memoryUsage().rss;
		const keyId = await rotateGroup(server, owner);
		let [calls, most] = [0, 0];
		const watch = openFile(server.database);
		onTestFinished(() => void watch.close());
		const isOpen = watch.prepare(`select id from "groupKeys" where id = ? and "encryptedEphemeralKey" is not null`);
		for (; isOpen.all([keyId]).length > 0; calls++) {
			// Requests come from sockets: between them is time for others.
			await setImmediate();
			await result(call(server, userRoutes.exists, { body: { user_identifier: "nobody" } }));
			most = Math.max(most, process.memoryUsage().rss - before);
		}
		expect(calls).toBeGreaterThan(CALLS);
		expect(most).toBeLessThan(MOST_MEMORY);

		const entries = rows(server, "openRotations").filter((entry) => entry["keyId"] === keyId);
		expect(entries).toHaveLength(MEMBERS - 1);
		expect(entries.filter(({ error }) => error !== null)).toEqual([]);
		expect(new Set(entries.map((entry) => entry["encryptedEphemeralKey"])).size).toBe(MEMBERS - 1);
		await finishGroupRotations(server, member);
		expect(await keysOf(server, member)).toEqual(await keysOf(server, owner));
	},
	tier === "soak" ? 600_000 : 60_000,
);
