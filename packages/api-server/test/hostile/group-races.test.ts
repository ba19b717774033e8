import { randomUUID } from "node:crypto";
import { runs, type TestApi } from "@sentc-ts/test-world";
import {
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	memberRoutes,
	type Params,
	type Route,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApi } from "../../src/index.js";
import { callLate, expectRefusal, result, startApi, type Target } from "../support/api.js";
import { crypto, newest, newGroup, newUser } from "../support/client.js";
import { rows } from "../support/database.js";
import { expectSoundDatabase } from "../support/invariants.js";
import { type PairAction, type PairState, pairIn } from "../support/pair.js";
import { addLightUser, addUser, callAs, doAs, getGroup, keyIdsOf, uselessKeys } from "../support/sharing.js";

/** A member who does not exist, as far as anybody asks. */
const SOMEBODY = randomUUID();

describe("somebody who lost a right while the own request was on its way", () => {
	/** A group with an admin, whose requests arrive late, and a user who asks to join. */
	async function lateAdmin() {
		const server = await startApi();
		const [owner, admin, asking] = [await newUser(server), await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		await addUser(server, owner, group_id, admin, 1);
		await doAs(server, asking, joinRequestRoutes.send, { group_id });
		const keys = uselessKeys(await keyIdsOf(server, owner, group_id), { keySession: true });
		const invite = { group_id, user_id: SOMEBODY };
		const { session_id } = await doAs(server, owner, inviteRoutes.inviteUserAuto, invite, { body: keys });
		const late: Readonly<Record<string, readonly [Route, object, object]>> = {
			"creates a child": [
				groupRoutes.createChildGroup,
				{},
				crypto.prepareGroup({ creatorPublicKey: newest(admin.userKeys).publicKey }),
			],
			"creates a connected group": [
				groupRoutes.createConnectedGroup,
				{},
				crypto.prepareGroup({ creatorPublicKey: newest(admin.userKeys).publicKey }),
			],
			"changes a rank": [memberRoutes.changeRank, {}, { changed_user_id: SOMEBODY, new_rank: 1 }],
			invites: [inviteRoutes.inviteUser, { user_id: randomUUID() }, keys],
			"invites at once": [inviteRoutes.inviteUserAuto, { user_id: randomUUID() }, keys],
			"invites again": [inviteRoutes.reInviteUser, { user_id: SOMEBODY }, keys],
			"accepts a join request": [joinRequestRoutes.accept, { user_id: asking.userId }, keys],
			"hands keys over": [joinRequestRoutes.uploadKeys, { session_id }, keys.keys],
		};
		return { server, owner, admin, group_id, late };
	}

	const WHAT = [
		...["creates a child", "creates a connected group", "changes a rank", "invites", "invites at once"],
		...["invites again", "accepts a join request", "hands keys over"],
	];

	it.each(WHAT)("is refused who was kicked meanwhile and %s", async (what) => {
		const { server, owner, admin, group_id, late } = await lateAdmin();
		const [route, others, body] = late[what] ?? [];
		if (route === undefined) throw new Error("nobody told how");
		const params = { group_id, ...others } as unknown as Params<Route>;
		let before: unknown;
		const answer = callLate(server, route, { jwt: admin.jwt, params, body }, async () => {
			await doAs(server, owner, memberRoutes.kickMember, { group_id, user_id: admin.userId });
			before = [rows(server, "members"), rows(server, "wrappedKeys"), rows(server, "groups")];
		});
		await expectRefusal(answer, SERVER_ERRORS.NO_GROUP_ACCESS);
		expect([rows(server, "members"), rows(server, "wrappedKeys"), rows(server, "groups")]).toEqual(before);
	});

	it.each(WHAT.slice(0, -1))("is refused who has a weaker rank meanwhile and %s", async (what) => {
		const { server, owner, admin, group_id, late } = await lateAdmin();
		const [route, others, body] = late[what] ?? [];
		if (route === undefined) throw new Error("nobody told how");
		const params = { group_id, ...others } as unknown as Params<Route>;
		const answer = callLate(server, route, { jwt: admin.jwt, params, body }, () =>
			doAs(
				server,
				owner,
				memberRoutes.changeRank,
				{ group_id },
				{
					body: { changed_user_id: admin.userId, new_rank: 4 },
				},
			),
		);
		await expectRefusal(answer, SERVER_ERRORS.RANK_INSUFFICIENT);
	});

	it("is refused who reached the group through a group that was kicked meanwhile, or that kicked them", async () => {
		const server = await startApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const { group_id: base } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
		const { group_id } = await doAs(server, owner, lightGroupRoutes.createConnectedGroup, { group_id: base });
		const { group_id: through } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
		const invite = () =>
			doAs(
				server,
				owner,
				lightGroupRoutes.inviteGroupAuto,
				{ group_id, invited_group_id: through },
				{ body: { rank: 2 }, through: base },
			);
		await invite();
		await addLightUser(server, owner, through, user, 2);
		const late = (meanwhile: () => Promise<unknown>) => {
			const input = { jwt: user.jwt, params: { group_id, user_id: randomUUID() }, body: {}, through };
			return callLate(server, lightGroupRoutes.inviteUserAuto, input, meanwhile);
		};
		const kick = (from: string, user_id: string, by?: string) => () =>
			doAs(server, owner, memberRoutes.kickMember, { group_id: from, user_id }, { through: by });
		await expectRefusal(late(kick(group_id, through, base)), SERVER_ERRORS.NO_GROUP_ACCESS);
		await invite();
		await expectRefusal(late(kick(through, user.userId)), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("creates nothing in a group that was deleted meanwhile", async () => {
		const { server, owner, admin, group_id, late } = await lateAdmin();
		const [route, , body] = late["creates a child"] ?? [];
		if (route === undefined) throw new Error("nobody told how");
		const params = { group_id } as unknown as Params<Route>;
		const answer = callLate(server, route, { jwt: admin.jwt, params, body }, () =>
			doAs(server, owner, groupRoutes.deleteGroup, { group_id }),
		);
		await expectRefusal(answer, SERVER_ERRORS.NO_GROUP_ACCESS);
		expect(rows(server, "groups").filter((row) => row["type"] === 0)).toEqual([]);
	});
});

/** Another API on the same database. */
async function secondApi({ app, database, rootKey, clock }: TestApi): Promise<Target> {
	const api = await createApi({ database, rootKey, developmentApp: false, now: clock.now, runJobs: false });
	onTestFinished(() => api.close());
	return { api, app };
}

describe("the same thing done twice at once, at two APIs of one database", () => {
	it.each([
		["invite", "invite", SERVER_ERRORS.ALREADY_INVITED],
		["none", "inviteAuto", SERVER_ERRORS.ALREADY_MEMBER],
		["invite", "accept", SERVER_ERRORS.INVITE_NOT_FOUND],
		["invite", "reject", SERVER_ERRORS.INVITE_NOT_FOUND],
		["join request", "acceptRequest", SERVER_ERRORS.ALREADY_MEMBER],
		["member", "kick", SERVER_ERRORS.NOT_A_MEMBER],
		["member", "leave", SERVER_ERRORS.NO_GROUP_ACCESS],
	] as const)("happens once: %s, %s", async (state, action, refusal) => {
		const pair = await pairIn(state);
		const other = await secondApi(pair.server);
		const answers = await Promise.all([pair[action](), pair.at(other)[action](), pair[action]()]);
		const refused = answers.filter(({ ok }) => !ok);
		expect(refused.length).toBe(state === "invite" && action === "invite" ? 3 : 2);
		for (const answer of refused) await expectRefusal(answer, refusal);
		pair.stored();
	});

	it("does not take the last two admins out of their group", async () => {
		const server = await startApi();
		const other = await secondApi(server);
		const [owner, admin] = [await newUser(server), await newUser(server)];
		const { group_id } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
		await addLightUser(server, owner, group_id, admin, 1);
		const leave = (target: Target, session: typeof owner) =>
			callAs(target, session, memberRoutes.leaveGroup, { group_id });
		const answers = await Promise.all([leave(server, owner), leave(other, admin)]);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		const refused = answers.findIndex(({ ok }) => !ok);
		const left = [owner, admin][refused] ?? owner;
		await expectRefusal(answers[refused] ?? answers[0], SERVER_ERRORS.LAST_ADMIN);
		expect(await result(getGroup(server, left, group_id))).toMatchObject({ access_by: "User" });
	});
});

/** What a pair becomes, and the code of the answer, by the table of protocol/http-api §17.1; 0 = it works. */
const MODEL: Readonly<Record<PairState, Readonly<Record<PairAction, readonly [PairState, code: number]>>>> = {
	none: {
		invite: ["invite", 0],
		inviteAuto: ["member", 0],
		reInvite: ["none", 320],
		ask: ["join request", 0],
		acceptRequest: ["none", 309],
		rejectRequest: ["none", 0],
		takeBack: ["none", 0],
		accept: ["none", 307],
		reject: ["none", 307],
		kick: ["none", 300],
		leave: ["none", 310],
	},
	invite: {
		invite: ["invite", 302],
		inviteAuto: ["invite", 302],
		reInvite: ["invite", 320],
		ask: ["invite", 0],
		acceptRequest: ["invite", 309],
		rejectRequest: ["invite", 0],
		takeBack: ["invite", 0],
		accept: ["member", 0],
		reject: ["none", 0],
		kick: ["invite", 300],
		leave: ["invite", 310],
	},
	"join request": {
		invite: ["invite", 0],
		inviteAuto: ["member", 0],
		reInvite: ["join request", 320],
		ask: ["join request", 0],
		acceptRequest: ["member", 0],
		rejectRequest: ["none", 0],
		takeBack: ["none", 0],
		accept: ["join request", 307],
		reject: ["join request", 307],
		kick: ["join request", 300],
		leave: ["join request", 310],
	},
	member: {
		invite: ["member", 302],
		inviteAuto: ["member", 302],
		reInvite: ["member", 0],
		ask: ["member", 302],
		acceptRequest: ["member", 302],
		rejectRequest: ["member", 0],
		takeBack: ["member", 0],
		accept: ["member", 307],
		reject: ["member", 307],
		kick: ["none", 0],
		leave: ["none", 0],
	},
};
const STATES = Object.keys(MODEL) as PairState[];
const ACTIONS = Object.keys(MODEL.none) as PairAction[];
/** How many keys a pair has. */
const KEYS: Readonly<Record<PairState, number>> = { none: 0, invite: 1, "join request": 0, member: 1 };

/** Every order of these. */
function orders<Item>(items: readonly Item[]): Item[][] {
	if (items.length === 0) return [[]];
	return items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** What can come of actions that are done at once: the answers in their order, and the state afterwards. */
function outcomes(state: PairState, actions: readonly PairAction[]): unknown[] {
	return orders([...actions.keys()]).map((order) => {
		const codes: number[] = [];
		let current = state;
		for (const index of order) {
			const [next, code] = MODEL[current][actions[index] ?? "ask"];
			current = next;
			codes[index] = code;
		}
		return { codes, state: current };
	});
}

describe("what several people do at once, at two APIs of one database", () => {
	it("comes out as if they had done it one after the other", async () => {
		const pair = await pairIn("none");
		const apis = [pair.at(pair.server), pair.at(await secondApi(pair.server))] as const;
		const at = fc.record({ api: fc.constantFrom(0, 1), action: fc.constantFrom(...ACTIONS) });
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...STATES),
				fc.array(at, { minLength: 2, maxLength: 4 }),
				async (state, calls) => {
					await pair.reset(state);
					const answers = await Promise.all(calls.map(({ api, action }) => apis[api as 0 | 1][action]()));
					const codes = answers.map((answer) => (answer.ok ? 0 : answer.code));
					const [now, keys] = pair.stored();
					const actions = calls.map(({ action }) => action);
					expect(outcomes(state, actions)).toContainEqual({ codes, state: now });
					expect({ now, keys }).toEqual({ now, keys: KEYS[now] });
				},
			),
			{ numRuns: runs(300) },
		);
		expectSoundDatabase(pair.server);
	});
});
