import type { TestApi } from "@sentc-ts/test-world";
import type { ForcedDeviceKeys } from "@sentc-ts/transport/contract";
import { forcedRoutes, groupRoutes, SERVER_ERRORS, sessionRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import {
	crypto,
	doneLogin,
	login,
	loginKeysOf,
	NEW_PASSWORD,
	newest,
	newGroup,
	newUser,
	refresh,
	registerBody,
} from "../support/client.js";
import { rows } from "../support/database.js";
import { addDevice } from "../support/devices.js";
import { claimsOf } from "../support/jwt.js";
import { newLightUser } from "../support/light.js";
import { loginWith, registerOtp } from "../support/second-factor.js";

function forcedLogin(server: TestApi, identifier: string, token = server.app.secretToken) {
	return call(server, forcedRoutes.login, { token, body: { user_identifier: identifier } });
}

describe("a forced login", () => {
	it("has the stored keys of the device and a session like any other", async () => {
		const server = await startApi();
		const user = await newUser(server, "alice");
		const { device_keys, verify } = await result(forcedLogin(server, "alice"));
		const keys = await doneLogin(server, "alice", await loginKeysOf(server, "alice"));
		const { keypair_encrypt_id, keypair_sign_id, ...expected } = keys.device_keys;
		expect(device_keys).toEqual(expected satisfies ForcedDeviceKeys);
		expect([keypair_encrypt_id, keypair_sign_id]).toEqual([user.deviceId, user.deviceId]);
		const { userKeys } = crypto.openUser({ privateKey: user.device.privateKey, userKeys: verify.user_keys });
		expect(userKeys).toEqual(user.userKeys);
		expect(verify.hmac_keys).toHaveLength(1);
		expect(claimsOf(verify.jwt)).toMatchObject({ aud: user.userId, sub: user.deviceId, fresh: true });
		const body = { refresh_token: verify.refresh_token };
		expect(await call(server, sessionRoutes.refresh, { jwt: verify.jwt, body })).toMatchObject({ ok: true });
	});

	it("is 401/112 for an unknown identifier, and for the public token 400/203", async () => {
		const server = await startApi();
		await newUser(server, "alice");
		await expectRefusal(forcedLogin(server, "nobody"), SERVER_ERRORS.LOGIN_REFUSED);
		const asPublic = forcedLogin(server, "alice", server.app.publicToken);
		await expectRefusal(asPublic, SERVER_ERRORS.ENDPOINT_FORBIDDEN);
		const body = { user_identifier: "nobody" };
		const light = call(server, forcedRoutes.lightLogin, { token: server.app.secretToken, body });
		await expectRefusal(light, SERVER_ERRORS.LOGIN_REFUSED);
	});

	it("of a light user has no user keys", async () => {
		const server = await startApi();
		const user = await newLightUser(server, "alice");
		const token = server.app.secretToken;
		const body = { user_identifier: "alice" };
		const forced = await result(call(server, forcedRoutes.lightLogin, { token, body }));
		expect(Object.keys(forced.verify).sort()).toEqual(["jwt", "refresh_token"]);
		expect(forced.device_keys).toMatchObject({ device_id: user.deviceId, user_id: user.userId });
		expect(forced.device_keys.public_key_string).toBe(registerBody("alice").device.derived.public_key);
		expect(await result(forcedLogin(server, "alice"))).toMatchObject({ verify: { user_keys: [], hmac_keys: [] } });
	});
});

describe("a reset user", () => {
	const reset = (server: TestApi, body: object) =>
		call(server, forcedRoutes.resetUser, { token: server.app.secretToken, body });

	async function start() {
		const server = await startApi();
		const user = await newUser(server, "alice");
		const body = crypto.prepareRegister({ identifier: "alice", password: NEW_PASSWORD });
		return { server, user, body };
	}

	it("has the same id, one new device, a new user group, and is still in their groups", async () => {
		const { server, user, body } = await start();
		const second = await addDevice(server, user, "second");
		const groupId = await newGroup(server, user);
		const [oldGroup] = rows(server, "users").map((row) => row["userGroupId"]);
		expect(await result(reset(server, body))).toBe("Success");

		await expect(login(server, "alice")).rejects.toThrow("401/112");
		await expect(login(server, "second")).rejects.toThrow("401/100");
		const after = await login(server, "alice", NEW_PASSWORD);
		expect(after.userId).toBe(user.userId);
		expect([user.deviceId, second.deviceId]).not.toContain(after.deviceId);
		expect(after.userKeys).toHaveLength(1);
		expect(newest(after.userKeys).groupKeyId).not.toBe(newest(user.userKeys).groupKeyId);
		const key = await result(call(server, userRoutes.userPublicKey, { params: { user_id: user.userId } }));
		expect(key.public_key_id).toBe(newest(after.userKeys).groupKeyId);

		const group = await result(call(server, groupRoutes.getGroup, { jwt: after.jwt, params: { group_id: groupId } }));
		expect(group).toMatchObject({ rank: 0, keys: [expect.anything()] });
		expect(rows(server, "devices")).toHaveLength(1);
		expect(rows(server, "groups").map((row) => row["id"])).not.toContain(oldGroup);
		expect(
			rows(server, "members")
				.map((row) => row["memberId"])
				.sort(),
		).toEqual([user.userId, after.deviceId].sort());
	});

	it("has none of the old sessions and JWTs", async () => {
		const { server, user, body } = await start();
		await result(reset(server, body));
		await expectRefusal(refresh(server, user), SERVER_ERRORS.USER_NOT_FOUND);
		await expectRefusal(call(server, userRoutes.deleteUser, { jwt: user.jwt }), SERVER_ERRORS.USER_NOT_FOUND);
	});

	it("keeps the second factor", async () => {
		const { server, user } = await start();
		const { recover } = await registerOtp(server, user);
		await result(reset(server, registerBody("alice")));
		const key = recover[0] ?? "";
		expect(await loginWith(server, "alice", key, "validateRecoveryKey")).toMatchObject({ userId: user.userId });
	});

	it("is found by the identifier of any device, which becomes that of the new one", async () => {
		const { server, user } = await start();
		await addDevice(server, user, "second");
		await result(reset(server, registerBody("second")));
		expect(await login(server, "second")).toMatchObject({ userId: user.userId });
		const exists = await result(call(server, userRoutes.exists, { body: { user_identifier: "alice" } }));
		expect(exists.available).toBe(true);
	});

	it("is 400/100 for an unknown identifier, 400/117 without the keys of the user, and nothing changes", async () => {
		const { server, user, body } = await start();
		await expectRefusal(reset(server, registerBody("nobody")), SERVER_ERRORS.USER_NOT_FOUND);
		const { public_key_sig, ...group } = body.group;
		await expectRefusal(reset(server, { ...body, group }), SERVER_ERRORS.USER_GROUP_KEYS_MISSING);
		const unusable = { ...body, group: { ...body.group, public_group_key: "unusable" } };
		await expectRefusal(reset(server, unusable), SERVER_ERRORS.PUBLIC_KEY_UNUSABLE);
		expect(await login(server, "alice")).toMatchObject({ deviceId: user.deviceId });
	});
});
