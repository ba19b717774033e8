import {
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	memberRoutes,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { expectRefusal, result, serveApi } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import { FIRST_PAGE } from "../support/devices.js";
import { addLightUser, callAs, doAs, getGroup } from "../support/sharing.js";

// One test per acceptance criterion of light groups (protocol/http-api §12.1, §12.4, §12.6), and what else they can do.

describe("A.8 a light group", () => {
	it("A.8.1 is read with empty lists of keys and rank 0, as a full group and as a light one", async () => {
		const server = await serveApi();
		const user = await newUser(server);
		const params = await doAs(server, user, lightGroupRoutes.createGroup, {});
		const group = await doAs(server, user, groupRoutes.getGroup, params);
		expect(group).toMatchObject({ rank: 0, keys: [], hmac_keys: [], sortable_keys: [], key_update: false });
		expect(await doAs(server, user, groupRoutes.getGroupLight, params)).toMatchObject({ rank: 0, access_by: "User" });
		expect(await doAs(server, user, groupRoutes.checkGroupUpdate, params)).toEqual({ rank: 0, key_update: false });
		expect(await doAs(server, user, lightGroupRoutes.checkGroupUpdate, params)).toEqual({ rank: 0 });
	});

	it("A.8.2 gets members by light invites and by light answers to join requests, with rank 4", async () => {
		const server = await serveApi();
		const [owner, invited, asking] = [await newUser(server), await newUser(server), await newUser(server)];
		const { group_id } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
		const body = { rank: null };
		const invite = { group_id, user_id: invited.userId };
		expect(await doAs(server, owner, lightGroupRoutes.inviteUser, invite, { body })).toBe("Success");
		expect(await doAs(server, invited, inviteRoutes.listInvites, FIRST_PAGE)).toMatchObject([{ group_id }]);
		await doAs(server, invited, inviteRoutes.accept, { group_id });
		await doAs(server, asking, joinRequestRoutes.send, { group_id });
		const request = { group_id, user_id: asking.userId };
		expect(await doAs(server, owner, lightGroupRoutes.acceptJoinRequest, request, { body: {} })).toBe("Success");
		for (const user of [invited, asking]) {
			expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 4, keys: [] });
		}
	});

	it("has children, connected groups, and groups as members, without keys", async () => {
		const server = await serveApi();
		const [owner, other] = [await newUser(server), await newUser(server)];
		const { group_id } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
		const child = await doAs(server, owner, lightGroupRoutes.createChildGroup, { group_id });
		expect(await result(getGroup(server, owner, child.group_id))).toMatchObject({
			parent_group_id: group_id,
			keys: [],
		});
		const connected = await doAs(server, owner, lightGroupRoutes.createConnectedGroup, { group_id });
		const { group_id: invited_group_id } = await doAs(server, other, lightGroupRoutes.createGroup, {});
		const params = { ...connected, invited_group_id };
		const given = { body: { rank: 3 }, through: group_id };
		await doAs(server, owner, lightGroupRoutes.inviteGroup, params, given);
		const answer = { group_id: invited_group_id, inviting_group_id: connected.group_id };
		await doAs(server, other, inviteRoutes.acceptForGroup, answer);
		const read = () => getGroup(server, other, connected.group_id, invited_group_id);
		expect(await result(read())).toMatchObject({ rank: 3, keys: [] });
		const kick = { ...connected, user_id: invited_group_id };
		await doAs(server, owner, memberRoutes.kickMember, kick, { through: group_id });
		await expectRefusal(read(), SERVER_ERRORS.NO_GROUP_ACCESS);
		await doAs(server, owner, lightGroupRoutes.inviteGroupAuto, params, given);
		expect(await result(read())).toMatchObject({ rank: 3 });
	});

	it.each([
		["a number instead of an object", 3],
		["a rank that is no number", { rank: "3" }],
		["no body", undefined],
	])("refuses an invite with %s", async (_, body) => {
		const server = await serveApi();
		const owner = await newUser(server);
		const { group_id } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
		const invite = callAs(server, owner, lightGroupRoutes.inviteUser, { group_id, user_id: "x" }, { body });
		await expectRefusal(invite, SERVER_ERRORS.INVALID_JSON);
	});

	it("takes members without keys in a group that has keys, too", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		await addLightUser(server, owner, group_id, user);
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ keys: [], rank: 4 });
	});
});
