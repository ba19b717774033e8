import {
	ACCESS,
	deviceRoutes,
	forcedRoutes,
	loginRoutes,
	SERVER_ERRORS,
	sessionRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { call, expectRefusal, result, serveApi } from "../support/api.js";
import {
	crypto,
	login,
	loginKeysOf,
	NEW_PASSWORD,
	newest,
	newUser,
	openChallenge,
	PASSWORD,
	passwordChange,
	refresh,
	registerBody,
} from "../support/client.js";
import { deleteDevice, finish, listDevices, listKeys, listRotations, rotate, twoDevices } from "../support/devices.js";
import { claimsOf } from "../support/jwt.js";

// One test per line of protocol/http-api §7.

describe("A.1 full users", () => {
	it("A.1.1 exists echoes a fresh identifier as available", async () => {
		const server = await serveApi();
		const answer = await call(server, userRoutes.exists, { body: { user_identifier: "alice" } });
		expect(answer).toMatchObject({ http: 200, ok: true, result: { user_identifier: "alice", available: true } });
	});

	it("A.1.2 register returns the clear identifier and a user id", async () => {
		const server = await serveApi();
		const registered = await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		expect(registered.device_identifier).toBe("alice");
		expect(registered.user_id).not.toBe("");
	});

	it("A.1.3 after the registration the identifier is not available", async () => {
		const server = await serveApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const answer = await result(call(server, userRoutes.exists, { body: { user_identifier: "alice" } }));
		expect(answer.available).toBe(false);
	});

	it("A.1.4 registering the same identifier again is 400/101 without a result", async () => {
		const server = await serveApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const answer = await call(server, userRoutes.register, { body: registerBody("alice") });
		expect(answer).toMatchObject({ http: 400, ok: false, code: 101 });
		expect(answer.json).not.toContain("result");
	});

	it("A.1.5 a complete login opens all keys", async () => {
		const server = await serveApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const session = await login(server, "alice");
		expect(session.userKeys).toHaveLength(1);
		expect(newest(session.userKeys).signKey).toContain("Ed25519");
	});

	it("A.1.6 a wrong password is 112", async () => {
		const server = await serveApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const prepareLogin = await result(call(server, loginRoutes.prepareLogin, { body: { user_identifier: "alice" } }));
		const { authKey } = crypto.deriveLoginKeys({ password: "another password", prepareLogin });
		const body = { auth_key: authKey, device_identifier: "alice" };
		await expectRefusal(call(server, loginRoutes.doneLogin, { body }), SERVER_ERRORS.LOGIN_REFUSED);
	});

	it("A.1.7 a changed challenge is refused", async () => {
		const server = await serveApi();
		await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const { proof } = await openChallenge(server, "alice");
		const changed = { ...proof, challenge: `${proof.challenge}a` };
		expect(await call(server, loginRoutes.verifyLogin, { body: changed })).toMatchObject({ ok: false });
	});

	it("A.1.8 after adding a JWT key and deleting the old one, old JWTs are refused and those of a new login work", async () => {
		const server = await serveApi();
		const { appId, jwtKeyId, secretToken } = server.app;
		const { apps } = server.api;
		const owner = (jwt: string) => call(server, sessionRoutes.jwtOwner, { jwt, token: secretToken });
		const before = await newUser(server, "alice");
		const added = await apps.addJwtKey(appId);
		expect(await apps.listJwtKeys(appId)).toMatchObject([{ id: added.id }, { id: jwtKeyId }]);
		expect(await owner(before.jwt)).toMatchObject({ ok: true });
		await apps.deleteJwtKey(appId, jwtKeyId);
		await expectRefusal(owner(before.jwt), SERVER_ERRORS.JWT_KEY_UNKNOWN);
		const after = await login(server, "alice");
		expect(await owner(after.jwt)).toMatchObject({ result: { id: before.userId } });
	});

	it("A.1.9 update_pw with a fresh JWT: the old password is 112, the new one logs in", async () => {
		const server = await serveApi();
		const user = await newUser(server, "alice");
		const body = await passwordChange(server, "alice", NEW_PASSWORD);
		expect(await result(call(server, userRoutes.changePassword, { jwt: user.jwt, body }))).toBe("Success");
		await expect(login(server, "alice")).rejects.toThrow("401/112");
		expect(await login(server, "alice", NEW_PASSWORD)).toMatchObject({ userId: user.userId });
	});

	it("A.1.10 reset_pw with a normal JWT: the old password is 112, the new one opens the same device keys", async () => {
		const server = await serveApi();
		const user = await newUser(server, "alice");
		const { jwt } = await result(refresh(server, user));
		const body = crypto.preparePasswordReset({ ...user.device, newPassword: NEW_PASSWORD });
		expect(await result(call(server, userRoutes.resetPassword, { jwt, body }))).toBe("Success");
		await expect(login(server, "alice")).rejects.toThrow("401/112");
		expect((await login(server, "alice", NEW_PASSWORD)).device).toEqual(user.device);
	});

	it("A.1.11 PUT /user changes the identifier", async () => {
		const server = await serveApi();
		const { jwt, userId } = await newUser(server, "alice");
		const body = { user_identifier: "new name" };
		expect(await call(server, userRoutes.updateIdentifier, { jwt, body })).toMatchObject({ http: 200, ok: true });
		expect(await login(server, "new name")).toMatchObject({ userId });
	});

	it("A.1.12 PUT /user with an identifier in use, its own new one, is 400/101", async () => {
		const server = await serveApi();
		const { jwt } = await newUser(server, "alice");
		const update = () => call(server, userRoutes.updateIdentifier, { jwt, body: { user_identifier: "new name" } });
		await result(update());
		await expectRefusal(update(), SERVER_ERRORS.IDENTIFIER_EXISTS);
	});

	it("A.1.13 the public key is the newest user key, and the verify key of that id verifies it", async () => {
		const server = await serveApi();
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
		const server = await serveApi();
		const { jwt, userId, deviceId } = await newUser(server);
		const owner = await result(call(server, sessionRoutes.jwtOwner, { jwt, token: server.app.secretToken }));
		expect(owner).toEqual({ id: userId, device_id: deviceId });
	});

	it("A.1.15 refresh returns a JWT that is usable and not fresh", async () => {
		const server = await serveApi();
		const user = await newUser(server, "alice");
		const { userId, deviceId } = user;
		const { jwt, ...refreshed } = await result(refresh(server, user));
		expect(refreshed).toEqual({ user_id: userId, device_id: deviceId });
		const body = { user_identifier: "alice" };
		const update = call(server, userRoutes.updateIdentifier, { jwt, body });
		await expectRefusal(update, SERVER_ERRORS.IDENTIFIER_EXISTS);
		await expectRefusal(call(server, userRoutes.deleteUser, { jwt }), SERVER_ERRORS.JWT_NOT_FRESH);
		expect(claimsOf(user.jwt)).toMatchObject({ fresh: true });
		expect(claimsOf(jwt)).toMatchObject({ fresh: false });
	});

	it("A.1.16 init of a user without invites has an empty list", async () => {
		const server = await serveApi();
		const { jwt, refreshToken } = await newUser(server);
		const answer = await result(call(server, sessionRoutes.init, { jwt, body: { refresh_token: refreshToken } }));
		expect(answer.invites).toEqual([]);
	});

	it("A.1.17 an own backend ends the sessions: the old refresh token fails", async () => {
		const server = await serveApi();
		const user = await newUser(server, "alice");
		const body = { user_identifier: "alice" };
		const ended = call(server, forcedRoutes.endSessions, { token: server.app.secretToken, body });
		expect(await result(ended)).toBe("Success");
		await expectRefusal(refresh(server, user), SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
	});

	it("A.1.18 a device that was started, then confirmed by another one, logs in with its own keys", async () => {
		const server = await serveApi();
		const first = await newUser(server, "first");
		const body = { ...registerBody("second").device };
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

		const second = await login(server, "second", PASSWORD);
		expect(second.userId).toBe(first.userId);
		expect(second.deviceId).toBe(started.device_id);
		expect(second.deviceId).not.toBe(first.deviceId);
		expect(newest(second.userKeys).groupKey).toBe(newest(first.userKeys).groupKey);
	});

	it("A.1.19 the device list has both devices in the order of registration, the page after the first the second", async () => {
		const { server, first, second } = await twoDevices();
		const devices = await listDevices(server, first);
		expect(devices.map((device) => device.device_id)).toEqual([first.deviceId, second.deviceId]);
		const { time, device_id } = newest(devices);
		expect(await listDevices(server, first, { last_time: `${time}`, last_id: device_id })).toEqual(devices.slice(1));
	});

	it("A.1.20 a rotation gives the starter the new key at once; its key list is newest first and paged", async () => {
		const { server, first } = await twoDevices();
		const rotated = await rotate(server, first);
		const keys = await listKeys(server, first);
		expect(keys.map((key) => key.group_key_id)).toEqual(rotated.userKeys.map((key) => key.groupKeyId));
		expect(keys).toHaveLength(2);
		const { time, group_key_id } = newest(keys);
		expect(await listKeys(server, first, { last_time: `${time}`, last_id: group_key_id })).toEqual(keys.slice(1));
	});

	it("A.1.21 the other device gets the entry, finishes it, and lists two keys", async () => {
		const { server, first, second } = await twoDevices();
		const rotated = await rotate(server, first);
		await server.api.runJobs();
		const rotations = await listRotations(server, second);
		expect(rotations).toHaveLength(1);
		const finished = await finish(server, second, newest(rotations));
		expect(newest(finished.userKeys).signKey).toBe(newest(rotated.userKeys).signKey);
		expect(await listKeys(server, second)).toHaveLength(2);
	});

	it("A.1.22 after its deletion a device gets a salt, but done_login is 100", async () => {
		const { server, first, second } = await twoDevices();
		expect(await result(deleteDevice(server, first, second.deviceId))).toBe("Success");
		const { authKey } = await loginKeysOf(server, "second");
		const body = { auth_key: authKey, device_identifier: "second" };
		await expectRefusal(call(server, loginRoutes.doneLogin, { body }), FAILURES.LOGIN_USER_NOT_FOUND);
	});

	it("A.1.23 the only remaining device cannot be deleted: 115", async () => {
		const { server, first, second } = await twoDevices();
		await result(deleteDevice(server, first, second.deviceId));
		await expectRefusal(deleteDevice(server, first, first.deviceId), SERVER_ERRORS.LAST_DEVICE);
	});

	it("A.1.24 DELETE /user with a fresh JWT", async () => {
		const server = await serveApi({ user_register: ACCESS.public });
		const { jwt } = await newUser(server, "alice");
		const answer = await call(server, userRoutes.deleteUser, { jwt, token: server.app.secretToken });
		expect(answer).toMatchObject({ http: 200, ok: true });
		await expect(login(server, "alice")).rejects.toThrow("401/100");
	});

	it("A.1.25 register with a body of the wrong shape is 422/11", async () => {
		const server = await serveApi();
		const body = { device: registerBody("alice").device };
		await expectRefusal(call(server, userRoutes.register, { body }), SERVER_ERRORS.INVALID_JSON);
	});

	it("A.1.26 register and login name the same user, whom an own backend deletes by the identifier", async () => {
		const server = await serveApi();
		const registered = await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		expect((await login(server, "alice")).userId).toBe(registered.user_id);
		const body = { user_identifier: "alice" };
		const deleted = call(server, forcedRoutes.deleteUserByIdentifier, { token: server.app.secretToken, body });
		expect(await result(deleted)).toBe("Success");
		await expect(login(server, "alice")).rejects.toThrow("401/100");
	});
});
