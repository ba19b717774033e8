import {
	deviceRoutes,
	lightRoutes,
	loginRoutes,
	SERVER_ERRORS,
	sessionRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, serveApi } from "../support/api.js";
import { crypto, loginKeysOf, NEW_PASSWORD, newest, passwordChange, registerBody } from "../support/client.js";
import { startDevice } from "../support/devices.js";
import { lightLogin, newLightUser, registerLight } from "../support/light.js";

// One test per line of protocol/http-api §7.

async function start() {
	const server = await serveApi();
	return { server, user: await newLightUser(server, "alice") };
}

describe("A.2 light users", () => {
	it("A.2.1 register_light takes an identifier that is available; again it is 400/101", async () => {
		const server = await serveApi();
		const exists = () => result(call(server, userRoutes.exists, { body: { user_identifier: "alice" } }));
		expect(await exists()).toEqual({ user_identifier: "alice", available: true });
		const registered = await registerLight(server, "alice");
		expect(registered.device_identifier).toBe("alice");
		expect(registered.user_id).not.toBe("");
		expect(await exists()).toEqual({ user_identifier: "alice", available: false });
		const again = await call(server, lightRoutes.register, { body: registerBody("alice").device });
		expect(again).toMatchObject({ http: 400, ok: false, code: 101 });
		expect(again.json).not.toContain("result");
	});

	it("A.2.2 verify_login_light logs in; a wrong password is 112", async () => {
		const { server, user } = await start();
		const owner = await result(call(server, sessionRoutes.jwtOwner, { jwt: user.jwt, token: server.app.secretToken }));
		expect(owner).toEqual({ id: user.userId, device_id: user.deviceId });
		const { authKey } = await loginKeysOf(server, "alice", NEW_PASSWORD);
		const body = { auth_key: authKey, device_identifier: "alice" };
		await expectRefusal(call(server, loginRoutes.doneLogin, { body }), SERVER_ERRORS.LOGIN_REFUSED);
	});

	it("A.2.3 after adding a JWT key and deleting the old one, old JWTs are refused and those of a new login work", async () => {
		const { server, user } = await start();
		const owner = (jwt: string) => call(server, sessionRoutes.jwtOwner, { jwt, token: server.app.secretToken });
		await server.api.apps.addJwtKey(server.app.appId);
		await server.api.apps.deleteJwtKey(server.app.appId, server.app.jwtKeyId);
		await expectRefusal(owner(user.jwt), SERVER_ERRORS.JWT_KEY_UNKNOWN);
		expect(await owner((await lightLogin(server, "alice")).jwt)).toMatchObject({ result: { id: user.userId } });
	});

	it("A.2.4 update_pw with a fresh JWT: the old password is 112, the new one logs in", async () => {
		const { server, user } = await start();
		const body = await passwordChange(server, "alice", NEW_PASSWORD);
		expect(await result(call(server, userRoutes.changePassword, { jwt: user.jwt, body }))).toBe("Success");
		await expect(lightLogin(server, "alice")).rejects.toThrow("401/112");
		expect(await lightLogin(server, "alice", NEW_PASSWORD)).toMatchObject({ userId: user.userId });
	});

	it("A.2.5 reset_pw_light with the secret token: the old password is 112, the new one logs in", async () => {
		const { server, user } = await start();
		const body = crypto.prepareRegisterDevice({ identifier: "alice", password: NEW_PASSWORD });
		const token = server.app.secretToken;
		expect(await result(call(server, lightRoutes.resetPassword, { token, body }))).toBe("Success");
		await expect(lightLogin(server, "alice")).rejects.toThrow("401/112");
		expect(await lightLogin(server, "alice", NEW_PASSWORD)).toMatchObject({ userId: user.userId });
	});

	it("A.2.6 refresh returns a JWT that is usable and not fresh; init has no invites", async () => {
		const { server, user } = await start();
		const input = { jwt: user.jwt, body: { refresh_token: user.refresh_token } };
		const { jwt } = await result(call(server, sessionRoutes.refresh, input));
		const body = { user_identifier: "alice" };
		const update = call(server, userRoutes.updateIdentifier, { jwt, body });
		await expectRefusal(update, SERVER_ERRORS.IDENTIFIER_EXISTS);
		await expectRefusal(call(server, userRoutes.deleteUser, { jwt }), SERVER_ERRORS.JWT_NOT_FRESH);
		expect(await result(call(server, sessionRoutes.init, input))).toMatchObject({ invites: [] });
	});

	it("A.2.7 a device is started, confirmed, logs in, is listed and paged, is deleted; the last one stays", async () => {
		const { server, user } = await start();
		const { jwt } = user;
		server.clock.advance(1);
		const { token } = await startDevice(server, registerBody("second").device);
		const body = { user_group: { rank: null }, token };
		expect(await result(call(server, lightRoutes.doneRegisterDevice, { jwt, body }))).toBe("Success");
		const second = await lightLogin(server, "second");
		expect(second).toMatchObject({ userId: user.userId });
		expect(second.deviceId).not.toBe(user.deviceId);

		const list = (last_time: string, last_id: string) =>
			result(call(server, deviceRoutes.listDevices, { jwt, params: { last_time, last_id } }));
		const devices = await list("0", "none");
		expect(devices.map((device) => device.device_id)).toEqual([user.deviceId, second.deviceId]);
		expect(await list(`${newest(devices).time}`, newest(devices).device_id)).toEqual(devices.slice(1));

		const remove = (deviceId: string) =>
			call(server, deviceRoutes.deleteDevice, { jwt, params: { device_id: deviceId } });
		expect(await result(remove(second.deviceId))).toBe("Success");
		await expect(lightLogin(server, "second")).rejects.toThrow("401/100");
		await expectRefusal(remove(user.deviceId), SERVER_ERRORS.LAST_DEVICE);
	});

	it("A.2.8 DELETE /user; a wrong body of register_light is 422/11", async () => {
		const { server, user } = await start();
		const deleted = await call(server, userRoutes.deleteUser, { jwt: user.jwt });
		expect(deleted).toMatchObject({ http: 200, ok: true });
		await expect(lightLogin(server, "alice")).rejects.toThrow("401/100");
		const answer = call(server, lightRoutes.register, { body: registerBody("alice") });
		await expectRefusal(answer, SERVER_ERRORS.INVALID_JSON);
	});
});
