import type { TestApi } from "@sentc-ts/test-world";
import {
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	memberRoutes,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/database.js";
import { listPendingGroups, listPendingMembers } from "../../src/database/repositories/pending-members.js";
import { PENDING_KIND } from "../../src/database/schema.js";
import { expectRefusal, startApi } from "../support/api.js";
import { newUser, type Session } from "../support/client.js";
import { withDatabase } from "../support/database.js";
import { noting, plansOf } from "../support/plans.js";
import { callAs, doAs } from "../support/sharing.js";

// Lists with more than one page (protocol/http-api §2.4). The rows are written into the database, many of them in one millisecond.

const COUNT = 120;
const idOf = (index: number) => `id-${String(index).padStart(3, "0")}`;
/** Seven rows have the same time; and ids do not rise with time. */
const ROWS = Array.from({ length: COUNT }, (_, index) => ({
	id: idOf((index * 37) % COUNT),
	time: 1 + Math.floor(index / 7),
}));

interface World {
	readonly server: TestApi;
	readonly user: Session;
	readonly group_id: string;
}

async function groupOfUser(): Promise<World> {
	const server = await startApi();
	const user = await newUser(server);
	return { server, user, ...(await doAs(server, user, lightGroupRoutes.createGroup, {})) };
}

function insert({ server, group_id, user }: World, sql: string): void {
	withDatabase(server, (connection) => {
		const names = [...sql.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
		const statement = connection.prepare(sql.replaceAll(/:\w+/g, "?"));
		const shared = { app: server.app.appId, group: group_id, user: user.userId };
		connection.exec("begin");
		for (const row of ROWS) {
			const values: Record<string, unknown> = { ...shared, ...row };
			statement.run(names.map((name) => values[name]));
		}
		connection.exec("commit");
	});
}

const GROUPS = `insert into "groups" ("id", "appId", "parentId", "type", "isConnected", "inviteAllowed", "createdAt")
	values (:id, :app, null, 0, 0, 1, :time)`;
const CHILDREN = GROUPS.replace("null", ":group");
const pending = (groupId: string, memberId: string, kind: 0 | 1) =>
	`insert into "pendingMembers" ("groupId", "memberId", "kind", "type", "rank", "createdAt")
	values (${groupId}, ${memberId}, ${kind}, 0, 4, :time)`;
const member = (groupId: string, memberId: string, type: number) =>
	`insert into "members" ("groupId", "memberId", "rank", "type", "joinedAt", "groupCreatedAt")
	values (${groupId}, ${memberId}, 4, ${type}, :time, :time)`;

interface List {
	readonly name: string;
	readonly rows: readonly string[];
	readonly order: "rising" | "falling";
	/** One page, as times and ids. */
	readonly page: (
		world: World,
		after: { last_time: string; last_id: string },
	) => Promise<{ id: string; time: number }[]>;
}

const groupItems = (items: readonly { group_id: string; time: number }[]) =>
	items.map(({ group_id, time }) => ({ id: group_id, time }));

const LISTS: readonly List[] = [
	{
		name: "members",
		rows: [member(":group", ":id", 0)],
		order: "rising",
		page: async ({ server, user, group_id }, after) => {
			const items = await doAs(server, user, memberRoutes.listMembers, { group_id, ...after });
			return items.map(({ user_id, joined_time }) => ({ id: user_id, time: joined_time }));
		},
	},
	{
		name: "groups of a group",
		rows: [GROUPS, member(":id", ":group", 2)],
		order: "rising",
		page: async ({ server, user, group_id }, after) =>
			groupItems(await doAs(server, user, groupRoutes.listGroupsOfGroup, { group_id, ...after })),
	},
	{
		name: "children",
		rows: [CHILDREN, member(":id", ":group", 1)],
		order: "rising",
		page: async ({ server, user, group_id }, after) =>
			groupItems(await doAs(server, user, groupRoutes.listChildGroups, { group_id, ...after })),
	},
	{
		name: "join requests",
		rows: [pending(":group", ":id", 1), GROUPS, pending(":id", ":user", 0)],
		order: "rising",
		page: async ({ server, user, group_id }, after) => {
			const items = await doAs(server, user, joinRequestRoutes.listJoinRequests, { group_id, ...after });
			return items.map(({ user_id, time }) => ({ id: user_id, time }));
		},
	},
	{
		name: "invites of a user",
		rows: [GROUPS, pending(":id", ":user", 0), pending(":id", ":group", 1)],
		order: "falling",
		page: async ({ server, user }, after) => groupItems(await doAs(server, user, inviteRoutes.listInvites, after)),
	},
	{
		name: "invites of a group",
		rows: [GROUPS, pending(":id", ":group", 0), pending(":id", ":user", 1)],
		order: "falling",
		page: async ({ server, user, group_id }, after) =>
			groupItems(await doAs(server, user, inviteRoutes.listInvitesOfGroup, { group_id, ...after })),
	},
	{
		name: "join requests that a user sent",
		rows: [GROUPS, pending(":id", ":user", 1), pending(":id", ":group", 0)],
		order: "falling",
		page: async ({ server, user }, after) => groupItems(await doAs(server, user, joinRequestRoutes.listSent, after)),
	},
	{
		name: "join requests that a group sent",
		rows: [GROUPS, pending(":id", ":group", 1), pending(":id", ":user", 0)],
		order: "falling",
		page: async ({ server, user, group_id }, after) =>
			groupItems(await doAs(server, user, joinRequestRoutes.listSentOfGroup, { group_id, ...after })),
	},
];

describe("a list of", () => {
	it.each(LISTS)("$name comes in pages of 50 that neither miss nor repeat anything", async ({ rows, order, page }) => {
		const world = await groupOfUser();
		for (const sql of rows) insert(world, sql);
		const seen: { id: string; time: number }[] = [];
		const lengths: number[] = [];
		for (let after = { last_time: "0", last_id: "abc" }; ; ) {
			const items = await page(world, after);
			lengths.push(items.length);
			seen.push(...items);
			const last = items.at(-1);
			if (items.length < 50 || last === undefined) break;
			after = { last_time: `${last.time}`, last_id: last.id };
		}
		expect(lengths).toEqual([50, 50, 20]);
		const sign = order === "rising" ? 1 : -1;
		const expected = [...ROWS].sort((a, b) => sign * (a.time - b.time) || (a.id < b.id ? -1 : 1));
		expect(seen).toEqual(expected);
	});

	it("groups of a group has none of its children, and that of children has those of the first generation only", async () => {
		const { server, user, group_id } = await groupOfUser();
		const child = await doAs(server, user, lightGroupRoutes.createChildGroup, { group_id });
		await doAs(server, user, lightGroupRoutes.createChildGroup, child);
		const connected = await doAs(server, user, lightGroupRoutes.createConnectedGroup, { group_id });
		const first = { group_id, last_time: "0", last_id: "none" };
		expect(await doAs(server, user, groupRoutes.listGroupsOfGroup, first)).toMatchObject([connected]);
		expect(await doAs(server, user, groupRoutes.listChildGroups, first)).toMatchObject([child]);
	});

	it("members has the parent and groups, with their types, and for who comes via the parent not the parent", async () => {
		const { server, user, group_id } = await groupOfUser();
		const child = await doAs(server, user, lightGroupRoutes.createChildGroup, { group_id });
		const other = await newUser(server);
		await doAs(server, user, lightGroupRoutes.inviteUserAuto, { ...child, user_id: other.userId }, { body: {} });
		const first = { ...child, last_time: "0", last_id: "none" };
		const time = server.clock.now();
		const parent = { user_id: group_id, rank: 0, joined_time: time, user_type: 1 };
		expect(await doAs(server, other, memberRoutes.listMembers, first)).toEqual([parent]);
		const invited = { user_id: other.userId, rank: 4, joined_time: time, user_type: 0 };
		expect(await doAs(server, user, memberRoutes.listMembers, first)).toEqual([invited]);
	});

	it.each([memberRoutes.listMembers, joinRequestRoutes.listJoinRequests, groupRoutes.listChildGroups])(
		"anything takes a time that is a number: $path",
		async (route) => {
			const { server, user, group_id } = await groupOfUser();
			const params = { group_id, last_time: "yesterday", last_id: "x" };
			const list = callAs(server, user, route as typeof memberRoutes.listMembers, params);
			await expectRefusal(list, SERVER_ERRORS.INVALID_TIME);
		},
	);
});

describe("a list of those who wait", () => {
	it("is read in its order, from where the page begins: nothing is sorted or looked through", async () => {
		const server = await startApi();
		const database = await openDatabase(server.database, server.rootKey);
		onTestFinished(() => database.close());
		const notes: Parameters<typeof noting>[1] = [];
		const reads = noting(database.reads, notes);
		const { kinds, after } = { kinds: Object.values(PENDING_KIND), after: { time: 1, id: "a" } };
		for (const kind of kinds) {
			await listPendingMembers(reads, "group", kind, after);
			await listPendingGroups(reads, server.app.appId, "member", kind, after);
		}
		const plans = plansOf(server, notes);
		expect(plans.filter((line) => /SCAN|TEMP B-TREE/.test(line))).toEqual([]);
		expect(plans.filter((line) => /createdAt[<>]/.test(line))).toHaveLength(notes.length);
	});
});
