import { inviteRoutes, lightGroupRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { expectRefusal, result, serveApi } from "../support/api.js";
import { newUser, type Session } from "../support/client.js";
import { addLightUser, callAs, doAs, getGroup } from "../support/sharing.js";

// One test per acceptance criterion of access across several groups: the cases of protocol/http-api §5. Access does not depend on
// keys, so the groups have none.

/** A group, its child and its grandchild. */
async function threeGenerations() {
	const server = await serveApi();
	const user = await newUser(server);
	const create = async (group_id?: string, through?: string) => {
		if (group_id === undefined) return (await doAs(server, user, lightGroupRoutes.createGroup, {})).group_id;
		return (await doAs(server, user, lightGroupRoutes.createChildGroup, { group_id }, { through })).group_id;
	};
	const top = await create();
	const child = await create(top);
	return { server, user, create, top, child, grandchild: await create(child) };
}

type World = Awaited<ReturnType<typeof threeGenerations>>;

/** A group connected to another one. */
async function connectTo({ server, user }: World, group_id: string): Promise<string> {
	return (await doAs(server, user, lightGroupRoutes.createConnectedGroup, { group_id })).group_id;
}

/** Another user with a plain group that is a member of a plain group. */
async function forceInto({ server, user }: World, group_id: string) {
	const other = await newUser(server);
	const { group_id: plain } = await doAs(server, other, lightGroupRoutes.createGroup, {});
	const params = { group_id, invited_group_id: plain };
	const given = { body: {}, token: server.app.secretToken };
	await doAs(server, user, lightGroupRoutes.inviteGroupAutoForce, params, given);
	return { other, plain };
}

describe("A.6 deep access", () => {
	it("A.6.1 a member of the top group reads the grandchild, twice in a row", async () => {
		const { server, user, top, child, grandchild } = await threeGenerations();
		for (let count = 0; count < 2; count++) {
			const group = await result(getGroup(server, user, grandchild));
			expect(group).toMatchObject({ rank: 0, parent_group_id: child, access_by: { Parent: top } });
		}
	});

	it("A.6.2 with the secret token a plain group becomes a member of a plain group", async () => {
		const world = await threeGenerations();
		const { other, plain } = await forceInto(world, world.top);
		const group = await result(getGroup(world.server, other, world.top, plain));
		expect(group).toMatchObject({ rank: 4, access_by: { GroupAsUser: plain } });
		const params = { group_id: world.top, invited_group_id: plain };
		const publicly = callAs(world.server, world.user, inviteRoutes.inviteGroupAutoForce, params, { body: {} });
		await expectRefusal(publicly, SERVER_ERRORS.ENDPOINT_FORBIDDEN);
	});

	it("A.6.3 through that group the grandchild is readable", async () => {
		const world = await threeGenerations();
		const { other, plain } = await forceInto(world, world.top);
		const group = await result(getGroup(world.server, other, world.grandchild, plain));
		expect(group).toMatchObject({
			rank: 4,
			access_by: { GroupAsUserAsParent: { parent: world.top, group_as_user: plain } },
		});
	});

	it("A.6.4 a member of the top group only uses a grandchild as access group to a connected group: rank 4", async () => {
		const world = await threeGenerations();
		const { server, user, top, grandchild } = world;
		const connected = await connectTo(world, grandchild);
		const member = await newUser(server);
		await addLightUser(server, user, top, member);
		const group = await result(getGroup(server, member, connected, grandchild));
		expect(group).toMatchObject({ rank: 4, access_by: { GroupAsUser: grandchild } });
	});
});

describe("access", () => {
	it("by a direct membership wins over a parent, even when it is weaker, also as the nearest of several ancestors", async () => {
		const { server, user, child, grandchild } = await threeGenerations();
		await addLightUser(server, user, child, user, 3);
		expect(await result(getGroup(server, user, child))).toMatchObject({ rank: 3, access_by: "User" });
		expect(await result(getGroup(server, user, grandchild))).toMatchObject({ rank: 3, access_by: { Parent: child } });
	});

	it("via a parent has the joined time of the membership there, and a change of rank there counts at once", async () => {
		const { server, user, top, grandchild } = await threeGenerations();
		const member = await newUser(server);
		server.clock.advance(5);
		await addLightUser(server, user, top, member, 2);
		const read = () => result(getGroup(server, member, grandchild));
		expect(await read()).toMatchObject({ rank: 2, joined_time: server.clock.now() });
		await expect(addLightUser(server, member, grandchild, user, 1)).rejects.toThrow("400/301");
	});

	it("through a group needs the caller in that group: neither its parent's other children nor a group above help", async () => {
		const world = await threeGenerations();
		const { server, user, create, top, child, grandchild } = world;
		const sibling = await create(top);
		const connected = await connectTo(world, sibling);
		const member = await newUser(server);
		await addLightUser(server, user, child, member);
		const refusedTo = (session: Session, through: string) =>
			expectRefusal(getGroup(server, session, connected, through), SERVER_ERRORS.NO_GROUP_ACCESS);
		await refusedTo(member, sibling);
		await refusedTo(member, child);
		await refusedTo(user, top);
		await refusedTo(user, grandchild);
		expect(await result(getGroup(server, user, connected, sibling))).toMatchObject({ rank: 0 });
	});

	it("through a group is one level deep: a group that is reached through another one opens nothing", async () => {
		const world = await threeGenerations();
		const { server, user, top } = world;
		const { other, plain } = await forceInto(world, top);
		const connected = await connectTo(world, top);
		expect(await result(getGroup(server, user, connected, top))).toMatchObject({ rank: 0 });
		for (const through of [top, plain]) {
			await expectRefusal(getGroup(server, other, connected, through), SERVER_ERRORS.NO_GROUP_ACCESS);
		}
	});
});
