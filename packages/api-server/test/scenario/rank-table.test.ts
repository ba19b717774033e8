import { randomUUID } from "node:crypto";
import {
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	memberRoutes,
	type Params,
	type Route,
	SERVER_ERRORS,
	type ServerError,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { type Answer, expectRefusal, result, startApi } from "../support/api.js";
import { newUser, type Session } from "../support/client.js";
import { FIRST_PAGE } from "../support/devices.js";
import { addLightUser, callAs, doAs, getGroup, uselessKeys } from "../support/sharing.js";

// Every row of the table of protocol/http-api §16, for every rank. Rights do not depend on keys, so the groups have none; nor on
// whether an invited user exists.

const RANKS = [0, 1, 2, 3, 4] as const;
/** What no rank is, and what a rank is that nobody can be given. */
const NO_RANKS = [-(2 ** 31), -1, 0, 5, 9, 2 ** 31 - 1] as const;
const somebody = () => randomUUID();

/** A group with a member of each rank, and another user with a group of its own. */
async function fiveRanks() {
	const server = await startApi();
	const owner = await newUser(server);
	const { group_id } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
	const members: Session[] = [owner];
	for (const rank of RANKS.slice(1)) {
		const member = await newUser(server);
		await addLightUser(server, owner, group_id, member, rank);
		members.push(member);
	}
	const outsider = await newUser(server);
	return { server, owner, members, group_id, outsider };
}

type World = Awaited<ReturnType<typeof fiveRanks>>;

function of({ members }: World, rank: number): Session {
	const member = members[rank];
	if (member === undefined) throw new Error("there is no such rank");
	return member;
}

/** A user with this rank who does not exist, as far as anybody asks. */
async function newMember({ server, owner, group_id }: World, rank: number): Promise<string> {
	const userId = somebody();
	await addLightUser(server, owner, group_id, { userId }, rank);
	return userId;
}

/** A group of the outsider that other groups may join, and what opens it to the outsider. */
async function connectedGroup({ server, outsider }: World) {
	const { group_id: through } = await doAs(server, outsider, lightGroupRoutes.createGroup, {});
	const { group_id } = await doAs(server, outsider, lightGroupRoutes.createConnectedGroup, { group_id: through });
	return { group_id, through };
}

/** Who calls, with what a call needs that is made for it alone. */
type Act = (world: World, caller: Session) => Promise<Answer<unknown>>;

function onGroup<R extends Route>(route: R, others: () => object = () => ({}), body?: unknown): Act {
	return ({ server, group_id }, caller) =>
		callAs(
			server,
			caller,
			route,
			{ group_id, ...others() } as unknown as Params<R>,
			body === undefined ? {} : { body },
		);
}

/** On a child of the group: who reaches it through the parent has the rank of the parent. */
function onChild(route: Route): Act {
	return async ({ server, owner, group_id }, caller) => {
		const child = await doAs(server, owner, lightGroupRoutes.createChildGroup, { group_id });
		return callAs(server, caller, route, child as Params<Route>);
	};
}

/** The answer to a join request of the outsider. */
function onRequest(route: Route, body?: unknown): Act {
	return async ({ server, outsider, owner, group_id }, caller) => {
		await doAs(server, outsider, joinRequestRoutes.send, { group_id });
		const params = { group_id, user_id: outsider.userId };
		const answer = await callAs(server, caller, route, params as Params<Route>, body === undefined ? {} : { body });
		await callAs(server, owner, memberRoutes.kickMember, params);
		return answer;
	};
}

/** The answer of the group to an invite. */
function onInvite(route: Route): Act {
	return async (world, caller) => {
		const { server, outsider, group_id } = world;
		const { group_id: inviting_group_id, through } = await connectedGroup(world);
		const params = { group_id: inviting_group_id, invited_group_id: group_id };
		await doAs(server, outsider, lightGroupRoutes.inviteGroup, params, { body: {}, through });
		return callAs(server, caller, route, { group_id, inviting_group_id } as unknown as Params<Route>);
	};
}

/** What the group asks of a connected group. */
function towards(route: Route): Act {
	return async (world, caller) => {
		const { group_id: group_id_to_join } = await connectedGroup(world);
		const params = { group_id: world.group_id, group_id_to_join };
		return callAs(world.server, caller, route, params as unknown as Params<Route>);
	};
}

/** The connected group, as a member of the group sees it, takes another group in. */
function takeIn(route: Route): Act {
	return async ({ server, owner, outsider, group_id }, caller) => {
		const connected = await doAs(server, owner, lightGroupRoutes.createConnectedGroup, { group_id });
		const { group_id: invited_group_id } = await doAs(server, outsider, lightGroupRoutes.createGroup, {});
		const params = { ...connected, invited_group_id };
		return callAs(server, caller, route, params as unknown as Params<Route>, { body: {}, through: group_id });
	};
}

const reInvite: Act = async (world, caller) => {
	const { server, owner } = world;
	const { group_id } = await doAs(server, owner, lightGroupRoutes.createChildGroup, { group_id: world.group_id });
	const user_id = somebody();
	await addLightUser(server, owner, group_id, { userId: user_id });
	// No key fits a group without any: who is let through is told so.
	const body = uselessKeys(["none"]);
	const answer = await callAs(server, caller, inviteRoutes.reInviteUser, { group_id, user_id }, { body });
	return !answer.ok && answer.code === SERVER_ERRORS.GROUP_KEY_NOT_FOUND.code
		? { http: 200, ok: true, result: undefined, json: "" }
		: answer;
};

const kick: Act = async (world, caller) =>
	callAs(world.server, caller, memberRoutes.kickMember, {
		group_id: world.group_id,
		user_id: await newMember(world, 4),
	});

const changeRank: Act = async (world, caller) =>
	callAs(
		world.server,
		caller,
		memberRoutes.changeRank,
		{ group_id: world.group_id },
		{ body: { changed_user_id: await newMember(world, 4), new_rank: 3 } },
	);

const page = () => FIRST_PAGE;
const user = () => ({ user_id: somebody() });

const TABLE: readonly (readonly [action: string, weakest: number, act: Act])[] = [
	["read the group", 4, onGroup(groupRoutes.getGroup)],
	["read the group as a light one", 4, onGroup(groupRoutes.getGroupLight)],
	["ask for changes", 4, onGroup(groupRoutes.checkGroupUpdate)],
	["ask for changes of a light group", 4, onGroup(lightGroupRoutes.checkGroupUpdate)],
	["list its keys", 4, onGroup(groupRoutes.listGroupKeys, page)],
	["list its members", 4, onGroup(memberRoutes.listMembers, page)],
	["list its children", 4, onGroup(groupRoutes.listChildGroups, page)],
	["list its groups", 4, onGroup(groupRoutes.listGroupsOfGroup, page)],
	["invite", 2, onGroup(lightGroupRoutes.inviteUser, user, {})],
	["invite at once", 2, onGroup(lightGroupRoutes.inviteUserAuto, user, {})],
	["invite a group", 2, takeIn(lightGroupRoutes.inviteGroup)],
	["invite a group at once", 2, takeIn(lightGroupRoutes.inviteGroupAuto)],
	["invite again", 2, reInvite],
	["list its join requests", 2, onGroup(joinRequestRoutes.listJoinRequests, page)],
	["accept a join request", 2, onRequest(lightGroupRoutes.acceptJoinRequest, {})],
	["reject a join request", 2, onRequest(joinRequestRoutes.reject)],
	["kick", 2, kick],
	["change a rank", 1, changeRank],
	["create a child", 1, onGroup(lightGroupRoutes.createChildGroup)],
	["create a connected group", 1, onGroup(lightGroupRoutes.createConnectedGroup)],
	["delete it", 1, onChild(groupRoutes.deleteGroup)],
	["stop invites", 1, onChild(groupRoutes.toggleInvites)],
	["list its invites", 1, onGroup(inviteRoutes.listInvitesOfGroup, page)],
	["accept an invite for it", 1, onInvite(inviteRoutes.acceptForGroup)],
	["reject an invite for it", 1, onInvite(inviteRoutes.rejectForGroup)],
	["ask to join for it", 1, towards(joinRequestRoutes.sendForGroup)],
	["list what it asked for", 1, onGroup(joinRequestRoutes.listSentOfGroup, page)],
	["take back what it asked for", 1, towards(joinRequestRoutes.deleteSentOfGroup)],
];

describe("a member of a group", () => {
	it.each([4, 2, 1])(
		"may do what the table says with rank %i or a stronger one, and not with a weaker one",
		async (weakest) => {
			const world = await fiveRanks();
			const { code } = SERVER_ERRORS.RANK_INSUFFICIENT;
			for (const [action, , act] of TABLE.filter((row) => row[1] === weakest)) {
				for (const rank of RANKS) {
					const answer = { action, rank, ...(await act(world, of(world, rank))) };
					const expected = rank > weakest ? { ok: false, code } : { ok: true };
					expect(answer).toMatchObject({ action, rank, ...expected });
				}
			}
		},
	);

	it.each([0, 1, 2, 3, 4])(
		"of rank %i gives ranks from the own one to 4, and never that of the creator",
		async (own) => {
			const world = await fiveRanks();
			const { server, group_id, outsider } = world;
			const caller = of(world, own);
			const granted = (rank: number) => own <= 2 && rank >= Math.max(1, own) && rank <= 4;
			for (const rank of [...NO_RANKS, ...RANKS]) {
				const body = { rank };
				for (const route of [lightGroupRoutes.inviteUser, lightGroupRoutes.inviteUserAuto]) {
					const answer = await callAs(server, caller, route, { group_id, ...user() }, { body });
					if (granted(rank)) expect({ rank, ...answer }).toMatchObject({ rank, ok: true });
					else await expectRefusal(answer, SERVER_ERRORS.RANK_INSUFFICIENT);
				}
				const answer = await onRequest(lightGroupRoutes.acceptJoinRequest, body)(world, caller);
				if (granted(rank)) expect({ rank, ...answer }).toMatchObject({ rank, ok: true });
				else await expectRefusal(answer, SERVER_ERRORS.RANK_INSUFFICIENT);
			}
			await expectRefusal(getGroup(server, outsider, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
		},
	);

	it.each([0, 1, 2, 3, 4])(
		"of rank %i kicks who has the own rank or a weaker one, but not the creator",
		async (own) => {
			const world = await fiveRanks();
			const { server, group_id } = world;
			const kickThem = (user_id: string) =>
				callAs(server, of(world, own), memberRoutes.kickMember, { group_id, user_id });
			const refusal = (target: number): ServerError | undefined => {
				if (own > 2) return SERVER_ERRORS.RANK_INSUFFICIENT;
				if (target === 0) return SERVER_ERRORS.CREATOR_NOT_REMOVABLE;
				return target < own ? SERVER_ERRORS.STRONGER_NOT_REMOVABLE : undefined;
			};
			for (const target of RANKS) {
				const answer = await kickThem(target === 0 ? world.owner.userId : await newMember(world, target));
				const expected = refusal(target);
				if (expected === undefined) expect({ target, ...answer }).toMatchObject({ target, ok: true });
				else await expectRefusal(answer, expected);
			}
			const nobody = own > 2 ? SERVER_ERRORS.RANK_INSUFFICIENT : SERVER_ERRORS.NOT_A_MEMBER;
			await expectRefusal(kickThem(somebody()), nobody);
		},
	);

	it("may kick themselves", async () => {
		const world = await fiveRanks();
		const { server, group_id } = world;
		const admin = of(world, 1);
		await doAs(server, admin, memberRoutes.kickMember, { group_id, user_id: admin.userId });
		await expectRefusal(getGroup(server, admin, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it.each([0, 1])("of rank %i changes every rank but the creator's, also the own one, to 1, 2, 3 or 4", async (own) => {
		const world = await fiveRanks();
		const { server, group_id, owner } = world;
		const change = (changed_user_id: string, new_rank: number) =>
			callAs(server, of(world, own), memberRoutes.changeRank, { group_id }, { body: { changed_user_id, new_rank } });
		const target = await newMember(world, 1);
		for (const rank of [4, 3, 2, 1]) await result(change(target, rank));
		for (const rank of NO_RANKS) await expectRefusal(change(target, rank), SERVER_ERRORS.RANK_CHANGE_REFUSED);
		await expectRefusal(change(owner.userId, 1), SERVER_ERRORS.RANK_CHANGE_REFUSED);
		await expectRefusal(change(somebody(), 1), SERVER_ERRORS.NOT_A_MEMBER);
		if (own === 1) {
			await result(change(of(world, 1).userId, 4));
			await expectRefusal(change(target, 2), SERVER_ERRORS.RANK_INSUFFICIENT);
		}
	});

	it.each([1.5, 2 ** 31, "2", null])("is given no rank that is %j", async (rank) => {
		const { server, owner, group_id } = await fiveRanks();
		const body = { changed_user_id: owner.userId, new_rank: rank };
		await expectRefusal(
			callAs(server, owner, memberRoutes.changeRank, { group_id }, { body }),
			SERVER_ERRORS.INVALID_JSON,
		);
	});

	it("leaves with any rank, as long as an admin remains", async () => {
		const world = await fiveRanks();
		const { server, group_id, owner } = world;
		const leave = (session: Session) => callAs(server, session, memberRoutes.leaveGroup, { group_id });
		for (const rank of [4, 3, 2, 1]) await result(leave(of(world, rank)));
		await expectRefusal(leave(owner), SERVER_ERRORS.LAST_ADMIN);
		await newMember(world, 2);
		await expectRefusal(leave(owner), SERVER_ERRORS.LAST_ADMIN);
		await newMember(world, 1);
		await result(leave(owner));
		await expectRefusal(leave(owner), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("is not removed as the only admin either, which nobody but themselves could do", async () => {
		const world = await fiveRanks();
		const { server, group_id, owner } = world;
		const admin = of(world, 1);
		const second = await newMember(world, 1);
		const kick = (user_id: string) => callAs(server, admin, memberRoutes.kickMember, { group_id, user_id });
		await result(callAs(server, owner, memberRoutes.leaveGroup, { group_id }));
		await result(kick(second));
		await expectRefusal(kick(admin.userId), SERVER_ERRORS.LAST_ADMIN);
		expect(await result(getGroup(server, admin, group_id))).toMatchObject({ rank: 1 });
	});
});
