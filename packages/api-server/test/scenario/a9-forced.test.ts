import { forcedRoutes, groupRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, result, startApi } from "../support/api.js";
import { crypto, login, newest, newGroup, newUser } from "../support/client.js";

// Line 4 of protocol/http-api §8; the others concern groups.

describe("A.9 reset of users", () => {
	it("A.9.4 reset_user of a member: same user id, the group is readable, its keys are not", async () => {
		const server = await startApi();
		const user = await newUser(server, "alice");
		const groupId = await newGroup(server, user);
		const body = crypto.prepareRegister({ identifier: "alice", password: "another password" });
		expect(await result(call(server, forcedRoutes.resetUser, { token: server.app.secretToken, body }))).toBe("Success");

		await expect(login(server, "alice")).rejects.toThrow("401/112");
		const after = await login(server, "alice", "another password");
		expect(after.userId).toBe(user.userId);
		const key = await result(call(server, userRoutes.userPublicKey, { params: { user_id: user.userId } }));
		expect(key.public_key_id).toBe(newest(after.userKeys).groupKeyId);

		const params = { group_id: groupId };
		const { keys, rank } = await result(call(server, groupRoutes.getGroup, { jwt: after.jwt, params }));
		expect(rank).toBe(0);
		const open = ({ privateKey }: { privateKey: string }): unknown[] =>
			crypto.openGroupKeys({ keys: keys.map((key) => ({ privateKey, key })) }).keys;
		expect(open(newest(user.userKeys))).toHaveLength(1);
		expect(open(newest(after.userKeys))).toEqual([]);
	});
});
