import { groupRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, readAnswer, requestOf, result, startApi } from "../support/api.js";
import { crypto, newest, newGroup, newUser } from "../support/client.js";
import { FIRST_PAGE } from "../support/devices.js";

// One test per line of protocol/http-api §12, that concerns a route of this server.

describe("A.4 groups", () => {
	it("A.4.1 the creator of a group reads it with rank 0, one key, one HMAC key and one sortable key", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const groupId = await newGroup(server, user);
		const group = await result(call(server, groupRoutes.getGroup, { jwt: user.jwt, params: { group_id: groupId } }));
		expect(group).toMatchObject({ group_id: groupId, rank: 0, access_by: "User", is_connected_group: false });

		const { privateKey } = newest(user.userKeys);
		const { keys } = crypto.openGroupKeys({ keys: group.keys.map((key) => ({ privateKey, key })) });
		expect(keys).toHaveLength(1);
		expect(group.hmac_keys).toHaveLength(1);
		expect(group.sortable_keys).toHaveLength(1);
		const { groupKey } = newest(keys);
		expect(crypto.openHmacKeys({ keys: [{ groupKey, hmacKey: newest(group.hmac_keys) }] }).keys[0]).toContain(
			"HmacSha256",
		);
		expect(
			crypto.openSortableKeys({ keys: [{ groupKey, sortableKey: newest(group.sortable_keys) }] }).keys[0],
		).toContain("Ope16");
	});

	it("A.4.2 light and update check of a full group have rank 0 and no key update", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const input = { jwt: user.jwt, params: { group_id: await newGroup(server, user) } };
		expect(await result(call(server, groupRoutes.getGroupLight, input))).toMatchObject({ rank: 0 });
		expect(await result(call(server, groupRoutes.checkGroupUpdate, input))).toEqual({ rank: 0, key_update: false });
	});

	it("A.4.8 a group of others is 400/310", async () => {
		const server = await startApi();
		const groupId = await newGroup(server, await newUser(server));
		const { jwt } = await newUser(server);
		const answer = call(server, groupRoutes.getGroup, { jwt, params: { group_id: groupId } });
		await expectRefusal(answer, SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("A.4.25 delete removes the group", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const input = { jwt: user.jwt, params: { group_id: await newGroup(server, user) } };
		const response = await server.api.fetch(requestOf(server.app, groupRoutes.deleteGroup, input));
		expect(response.status).toBe(200);
		expect(await result(readAnswer(response, groupRoutes.deleteGroup))).toBe("Success");
		await expectRefusal(call(server, groupRoutes.getGroup, input), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("A.4.26 the groups of a user come in the order of creation, and the page after the first has the rest", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const created = [];
		for (let count = 0; count < 3; count++) created.push(await newGroup(server, user));
		const groups = await result(call(server, groupRoutes.listGroups, { jwt: user.jwt, params: FIRST_PAGE }));
		expect(groups.map((group) => group.group_id)).toEqual(created);

		const { time, group_id } = newest(groups);
		const params = { last_time: `${time}`, last_id: group_id };
		const rest = await result(call(server, groupRoutes.listGroups, { jwt: user.jwt, params }));
		expect(rest.map((group) => group.group_id)).toEqual(created.slice(1));
	});
});
