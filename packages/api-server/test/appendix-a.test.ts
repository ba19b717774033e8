import { deviceRoutes, groupRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, readAnswer, requestOf, result, startApi } from "./support/api.js";
import { crypto, login, newest, newGroup, newUser, openChallenge, PASSWORD, registerBody } from "./support/client.js";

// One test per line of spec http-api, appendix A, that concerns a route of this server.

describe("A.1 full users", () => {
	it("A.1.1 exists echoes a fresh identifier as available", async () => {
		const server = await startApi();
		const answer = await call(server, userRoutes.exists, { body: { user_identifier: "alice" } });
		expect(answer).toMatchObject({ http: 200, ok: true, result: { user_identifier: "alice", available: true } });
	});

	it("A.1.2 register returns the clear identifier and a user id", async () => {
		const server = await startApi();
		const registered = await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		expect(registered.device_identifier).toBe("alice");
		expect(registered.user_id).not.toBe("");
	});

	it("A.1.3 after the registration the identifier is not available", async () => {
		const server = await startApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const answer = await result(call(server, userRoutes.exists, { body: { user_identifier: "alice" } }));
		expect(answer.available).toBe(false);
	});

	it("A.1.4 registering the same identifier again is 400/101 without a result", async () => {
		const server = await startApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const answer = await call(server, userRoutes.register, { body: registerBody("alice") });
		expect(answer).toMatchObject({ http: 400, ok: false, code: 101 });
		expect(answer.json).not.toContain("result");
	});

	it("A.1.5 a complete login opens all keys", async () => {
		const server = await startApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const session = await login(server, "alice");
		expect(session.userKeys).toHaveLength(1);
		expect(newest(session.userKeys).signKey).toContain("Ed25519");
	});

	it("A.1.6 a wrong password is 112", async () => {
		const server = await startApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const prepareLogin = await result(call(server, userRoutes.prepareLogin, { body: { user_identifier: "alice" } }));
		const { authKey } = crypto.deriveLoginKeys({ password: "another password", prepareLogin });
		const body = { auth_key: authKey, device_identifier: "alice" };
		await expectRefusal(call(server, userRoutes.doneLogin, { body }), SERVER_ERRORS.LOGIN_REFUSED);
	});

	it("A.1.7 a changed challenge is refused", async () => {
		const server = await startApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const { proof } = await openChallenge(server, "alice");
		const changed = { ...proof, challenge: `${proof.challenge}a` };
		expect(await call(server, userRoutes.verifyLogin, { body: changed })).toMatchObject({ ok: false });
	});

	it("A.1.8 after adding a JWT key and deleting the old one, old JWTs are refused and those of a new login work", async () => {
		const server = await startApi();
		const { appId, jwtKeyId, secretToken } = server.app;
		const { apps } = server.api;
		const owner = (jwt: string) => call(server, userRoutes.jwtOwner, { jwt, token: secretToken });
		const before = await newUser(server, "alice");
		const added = await apps.addJwtKey(appId);
		expect(await apps.listJwtKeys(appId)).toMatchObject([{ id: added.id }, { id: jwtKeyId }]);
		expect(await owner(before.jwt)).toMatchObject({ ok: true });
		await apps.deleteJwtKey(appId, jwtKeyId);
		await expectRefusal(owner(before.jwt), SERVER_ERRORS.JWT_KEY_UNKNOWN);
		const after = await login(server, "alice");
		expect(await owner(after.jwt)).toMatchObject({ result: { id: before.userId } });
	});

	it("A.1.13 the public key is the newest user key, and the verify key of that id verifies it", async () => {
		const server = await startApi();
		const { userId, userKeys } = await newUser(server);
		const key = await result(call(server, userRoutes.userPublicKey, { params: { user_id: userId } }));
		expect(key.public_key_id).toBe(newest(userKeys).groupKeyId);
		expect(key.public_key_sig).toEqual(expect.any(String));
		expect(key.public_key_sig_key_id).toEqual(expect.any(String));

		const params = { user_id: userId, key_id: key.public_key_sig_key_id ?? "" };
		const verifyKey = await result(call(server, userRoutes.userVerifyKey, { params }));
		const verified = crypto.verifyUserPublicKey({
			verifyKey: JSON.stringify({
				verify_key_pem: verifyKey.verify_key,
				verify_key_alg: verifyKey.verify_key_alg,
				verify_key_id: verifyKey.verify_key_id,
			}),
			publicKey: JSON.stringify({
				public_key_pem: key.public_key,
				public_key_alg: key.public_key_alg,
				public_key_id: key.public_key_id,
				public_key_sig: key.public_key_sig,
				public_key_sig_key_id: key.public_key_sig_key_id,
			}),
		});
		expect(verified).toBe(true);
	});

	it("A.1.14 the secret token turns a JWT into the user id", async () => {
		const server = await startApi();
		const { jwt, userId, deviceId } = await newUser(server);
		const owner = await result(call(server, userRoutes.jwtOwner, { jwt, token: server.app.secretToken }));
		expect(owner).toEqual({ id: userId, device_id: deviceId });
	});

	it("A.1.15 refresh returns a JWT that is usable and not fresh", async () => {
		const server = await startApi();
		const { jwt, refreshToken, userId, deviceId } = await newUser(server);
		const refreshed = await result(call(server, userRoutes.refresh, { jwt, body: { refresh_token: refreshToken } }));
		expect(refreshed).toMatchObject({ user_id: userId, device_id: deviceId });
		const owner = { jwt: refreshed.jwt, token: server.app.secretToken };
		expect(await result(call(server, userRoutes.jwtOwner, owner))).toEqual({ id: userId, device_id: deviceId });
		expect(claimsOf(jwt)).toMatchObject({ fresh: true });
		expect(claimsOf(refreshed.jwt)).toMatchObject({ fresh: false });
	});

	it("A.1.16 init of a user without invites has an empty list", async () => {
		const server = await startApi();
		const { jwt, refreshToken } = await newUser(server);
		const answer = await result(call(server, userRoutes.init, { jwt, body: { refresh_token: refreshToken } }));
		expect(answer.invites).toEqual([]);
	});

	it("A.1.18 a device that was started, then confirmed by another one, logs in with its own keys", async () => {
		const server = await startApi();
		const first = await newUser(server, "first device");
		const body = { ...registerBody("second device").device };
		const started = await result(call(server, deviceRoutes.prepareRegisterDevice, { body }));

		const publicKey = crypto.exportPublicKey({
			publicKeyString: started.public_key_string,
			algorithm: started.keypair_encrypt_alg,
			id: started.device_id,
		});
		const groupKeys = first.userKeys.map((key) => key.groupKey);
		const userKeys = crypto.prepareKeysForNewMember({ publicKey, groupKeys, rank: null, keySession: false });
		const done = { user_keys: userKeys, token: started.token };
		await result(call(server, deviceRoutes.doneRegisterDevice, { jwt: first.jwt, body: done }));

		const second = await login(server, "second device", PASSWORD);
		expect(second.userId).toBe(first.userId);
		expect(second.deviceId).toBe(started.device_id);
		expect(second.deviceId).not.toBe(first.deviceId);
		expect(newest(second.userKeys).groupKey).toBe(newest(first.userKeys).groupKey);
	});

	it("A.1.25 register with a body of the wrong shape is 422/11", async () => {
		const server = await startApi();
		const body = { device: registerBody("alice").device };
		await expectRefusal(call(server, userRoutes.register, { body }), SERVER_ERRORS.INVALID_JSON);
	});

	it("A.1.26 register and login name the same user", async () => {
		const server = await startApi();
		const registered = await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		expect((await login(server, "alice")).userId).toBe(registered.user_id);
	});
});

describe("A.4 groups", () => {
	it("A.4.1 the creator of a group reads it with rank 0, one key, one HMAC key and one sortable key", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const groupId = await newGroup(server, user);
		const group = await result(call(server, groupRoutes.getGroup, { jwt: user.jwt, params: { group_id: groupId } }));
		expect(group).toMatchObject({ group_id: groupId, rank: 0, access_by: "User", is_connected_group: false });

		const keys = crypto.openGroupKeys({ privateKey: newest(user.userKeys).privateKey, keys: group.keys });
		expect(keys).toHaveLength(1);
		expect(group.hmac_keys).toHaveLength(1);
		expect(group.sortable_keys).toHaveLength(1);
		const { groupKey } = newest(keys);
		expect(crypto.openHmacKey({ groupKey, hmacKey: newest(group.hmac_keys) })).toContain("HmacSha256");
		expect(crypto.openSortableKey({ groupKey, sortableKey: newest(group.sortable_keys) })).toContain("Ope16");
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
		const first = { last_time: "0", last_id: "none" };
		const groups = await result(call(server, groupRoutes.listGroups, { jwt: user.jwt, params: first }));
		expect(groups.map((group) => group.group_id)).toEqual(created);

		const { time, group_id } = newest(groups);
		const params = { last_time: `${time}`, last_id: group_id };
		const rest = await result(call(server, groupRoutes.listGroups, { jwt: user.jwt, params }));
		expect(rest.map((group) => group.group_id)).toEqual(created.slice(1));
	});
});

function claimsOf(jwt: string): unknown {
	return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
}
