import {
	forcedGroupRoutes,
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	type Params,
	type Route,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, serveApi } from "../support/api.js";
import { newUser, type Session } from "../support/client.js";
import { routes } from "../support/routes.js";
import { callAs, doAs } from "../support/sharing.js";

// Each route of groups that has a twin without keys (protocol/http-api §8.3, §12): what it does, and who is refused.

/** A group without keys with a member of rank 4, another user with a group, and a group connected to the first. */
async function start() {
	const server = await serveApi();
	const [owner, member, other] = [await newUser(server), await newUser(server), await newUser(server)];
	const { group_id } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
	const invited = { group_id, user_id: member.userId };
	await doAs(server, owner, lightGroupRoutes.inviteUserAuto, invited, { body: {} });
	const theirs = (await doAs(server, other, lightGroupRoutes.createGroup, {})).group_id;
	const connected = (await doAs(server, owner, lightGroupRoutes.createConnectedGroup, { group_id })).group_id;
	const read = (by: Session, id: string, through?: string) =>
		callAs(server, by, groupRoutes.getGroupLight, { group_id: id }, { through });
	/** Calls the route with the parameters that it takes of these. */
	const send = (route: Route, by: Session, { group = group_id, through = undefined as string | undefined } = {}) => {
		const { userId: to_invite } = other;
		const forced = route.jwt === "none";
		const all = {
			...{ group_id: group, user_id: forced ? by.userId : other.userId, invited_group_id: theirs },
			to_invite: /group_light$/.test(route.path) ? theirs : to_invite,
		};
		const params = Object.fromEntries(Object.entries(all).filter(([name]) => route.path.includes(`:${name}`)));
		return call(server, route, {
			params: params as Params<Route>,
			token: server.app.secretToken,
			...(!forced && { jwt: by.jwt }),
			...(route.body.kind === "json" && { body: { rank: 3 } }),
			...(through !== undefined && { through }),
		});
	};
	return { server, owner, member, other, group_id, theirs, connected, read, send };
}

type World = Awaited<ReturnType<typeof start>>;
const { RANK_INSUFFICIENT, NO_GROUP_ACCESS } = SERVER_ERRORS;

function creates(route: Route, expected: (world: World) => object, access: "group" | "header" | "own" = "own") {
	return async (world: World): Promise<void> => {
		const { owner, member, other, group_id, read, send } = world;
		const { group_id: created } = (await result(send(route, owner))) as unknown as { group_id: string };
		const through = access === "header" ? group_id : undefined;
		expect(await result(read(owner, created, through))).toMatchObject({ rank: 0, ...expected(world) });
		if (access === "own") return;
		expect(await result(read(member, created, through))).toMatchObject({ rank: 4 });
		await expectRefusal(send(route, member), RANK_INSUFFICIENT);
		await expectRefusal(send(route, other), NO_GROUP_ACCESS);
	};
}

function invitesUser(route: Route, { accepted }: { accepted: boolean }) {
	return async ({ server, owner, member, other, group_id, read, send }: World): Promise<void> => {
		await expectRefusal(send(route, member), RANK_INSUFFICIENT);
		await expectRefusal(send(route, other), NO_GROUP_ACCESS);
		expect(await result(send(route, owner))).toBe("Success");
		if (!accepted) {
			await expectRefusal(read(other, group_id), NO_GROUP_ACCESS);
			await doAs(server, other, inviteRoutes.accept, { group_id });
		}
		expect(await result(read(other, group_id))).toMatchObject({ rank: 3, access_by: "User" });
	};
}

function invitesGroup(route: Route, { accepted, plain = false }: { accepted: boolean; plain?: boolean }) {
	return async ({ server, owner, member, other, group_id, theirs, connected, read, send }: World): Promise<void> => {
		const at = plain ? { group: group_id } : { group: connected, through: group_id };
		await expectRefusal(send(route, member, at), RANK_INSUFFICIENT);
		await expectRefusal(send(route, other, at), NO_GROUP_ACCESS);
		if (!plain) await expectRefusal(send(route, owner), SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
		expect(await result(send(route, owner, at))).toBe("Success");
		if (!accepted) {
			await expectRefusal(read(other, at.group, theirs), NO_GROUP_ACCESS);
			const answer = { group_id: theirs, inviting_group_id: connected };
			await doAs(server, other, inviteRoutes.acceptForGroup, answer);
		}
		expect(await result(read(other, at.group, theirs))).toMatchObject({ rank: 3, access_by: { GroupAsUser: theirs } });
	};
}

const SHOWN: readonly (readonly [Route, (world: World) => Promise<void>])[] = [
	[
		groupRoutes.getGroupLight,
		async ({ member, other, group_id, read }) => {
			const group = await result(read(member, group_id));
			expect(group).toMatchObject({ group_id, rank: 4, parent_group_id: null, is_connected_group: false });
			expect(group).not.toHaveProperty("keys");
			await expectRefusal(read(other, group_id), NO_GROUP_ACCESS);
		},
	],
	[
		lightGroupRoutes.checkGroupUpdate,
		async ({ member, other, send }) => {
			expect(await result(send(lightGroupRoutes.checkGroupUpdate, member))).toEqual({ rank: 4 });
			await expectRefusal(send(lightGroupRoutes.checkGroupUpdate, other), NO_GROUP_ACCESS);
		},
	],
	[lightGroupRoutes.createGroup, creates(lightGroupRoutes.createGroup, () => ({ access_by: "User" }))],
	[
		lightGroupRoutes.createChildGroup,
		creates(lightGroupRoutes.createChildGroup, ({ group_id }) => ({ parent_group_id: group_id }), "group"),
	],
	[
		lightGroupRoutes.createConnectedGroup,
		creates(lightGroupRoutes.createConnectedGroup, () => ({ is_connected_group: true }), "header"),
	],
	[lightGroupRoutes.inviteUser, invitesUser(lightGroupRoutes.inviteUser, { accepted: false })],
	[lightGroupRoutes.inviteUserAuto, invitesUser(lightGroupRoutes.inviteUserAuto, { accepted: true })],
	[lightGroupRoutes.inviteGroup, invitesGroup(lightGroupRoutes.inviteGroup, { accepted: false })],
	[lightGroupRoutes.inviteGroupAuto, invitesGroup(lightGroupRoutes.inviteGroupAuto, { accepted: true })],
	[
		lightGroupRoutes.inviteGroupAutoForce,
		invitesGroup(lightGroupRoutes.inviteGroupAutoForce, { accepted: true, plain: true }),
	],
	[
		lightGroupRoutes.acceptJoinRequest,
		async (world) => {
			const { server, owner, other, group_id, send } = world;
			await expectRefusal(send(lightGroupRoutes.acceptJoinRequest, owner), SERVER_ERRORS.JOIN_REQUEST_NOT_FOUND);
			await doAs(server, other, joinRequestRoutes.send, { group_id });
			await invitesUser(lightGroupRoutes.acceptJoinRequest, { accepted: true })(world);
		},
	],
	[forcedGroupRoutes.createLightGroup, creates(forcedGroupRoutes.createLightGroup, () => ({ access_by: "User" }))],
	[
		forcedGroupRoutes.createLightChildGroup,
		creates(forcedGroupRoutes.createLightChildGroup, ({ group_id }) => ({ parent_group_id: group_id }), "group"),
	],
	[
		forcedGroupRoutes.createLightConnectedGroup,
		creates(forcedGroupRoutes.createLightConnectedGroup, () => ({ is_connected_group: true }), "header"),
	],
	[forcedGroupRoutes.inviteLightUserAuto, invitesUser(forcedGroupRoutes.inviteLightUserAuto, { accepted: true })],
	[
		forcedGroupRoutes.inviteLightGroupAuto,
		invitesGroup(forcedGroupRoutes.inviteLightGroupAuto, { accepted: true, plain: true }),
	],
];

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

describe("a group without keys", () => {
	it.each(SHOWN.map(([route, show]) => [nameOf(route), show] as const))("%s", async (_, show) => show(await start()));

	it("has no other routes", () => {
		const light = routes.map(([, route]) => nameOf(route)).filter((name) => /\/group\/.*light/.test(name));
		expect(SHOWN.map(([route]) => nameOf(route)).sort()).toEqual(light.sort());
	});
});
