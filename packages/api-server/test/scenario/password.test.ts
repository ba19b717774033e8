import { randomBytes } from "node:crypto";
import { loginRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import {
	crypto,
	login,
	NEW_PASSWORD,
	newest,
	newUser,
	openChallenge,
	passwordChange,
	refresh,
} from "../support/client.js";
import { addDevice } from "../support/devices.js";
import { claimsOf } from "../support/jwt.js";

async function start() {
	const server = await startApi();
	const user = await newUser(server, "alice");
	return { server, user };
}

describe("a changed password", () => {
	it("opens the same keys; the old one does not log in, sessions go on", async () => {
		const { server, user } = await start();
		const body = await passwordChange(server, "alice", NEW_PASSWORD);
		expect(await result(call(server, userRoutes.changePassword, { jwt: user.jwt, body }))).toBe("Success");
		await expect(login(server, "alice")).rejects.toThrow("401/112");
		const after = await login(server, "alice", NEW_PASSWORD);
		expect(after.device).toEqual(user.device);
		expect(newest(after.userKeys).groupKey).toBe(newest(user.userKeys).groupKey);
		expect(await refresh(server, user)).toMatchObject({ ok: true });
	});

	it("is that of one device only", async () => {
		const { server, user } = await start();
		await addDevice(server, user, "second");
		const body = await passwordChange(server, "alice", NEW_PASSWORD);
		await result(call(server, userRoutes.changePassword, { jwt: user.jwt, body }));
		await login(server, "second");
	});

	it.each([
		["another old auth key", { old_auth_key: randomBytes(32).toString("base64") }, SERVER_ERRORS.LOGIN_REFUSED],
		["no base64", { old_auth_key: "*" }, SERVER_ERRORS.AUTH_KEY_MALFORMED],
		["a short auth key", { old_auth_key: "AAAA" }, SERVER_ERRORS.AUTH_KEY_MALFORMED],
	])("is refused for %s, and nothing changes", async (_, change, error) => {
		const { server, user } = await start();
		const body = { ...(await passwordChange(server, "alice", NEW_PASSWORD)), ...change };
		await expectRefusal(call(server, userRoutes.changePassword, { jwt: user.jwt, body }), error);
		await login(server, "alice");
	});

	it("needs a fresh JWT", async () => {
		const { server, user } = await start();
		const body = await passwordChange(server, "alice", NEW_PASSWORD);
		const { jwt } = await result(refresh(server, user));
		await expectRefusal(call(server, userRoutes.changePassword, { jwt, body }), SERVER_ERRORS.JWT_NOT_FRESH);
	});

	it("is one of two that are sent at once", async () => {
		const { server, user } = await start();
		const passwords = ["first new password", "second new password"];
		const bodies = await Promise.all(passwords.map((password) => passwordChange(server, "alice", password)));
		const answers = await Promise.all(
			bodies.map((body) => call(server, userRoutes.changePassword, { jwt: user.jwt, body })),
		);
		expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
		const winner = answers.findIndex(({ ok }) => ok);
		await login(server, "alice", passwords[winner] ?? "");
		await expectRefusal(answers[1 - winner] ?? Promise.reject(), SERVER_ERRORS.LOGIN_REFUSED);
	});
});

describe("a reset password", () => {
	it("opens the same keys under a new master key, with a JWT that is not fresh", async () => {
		const { server, user } = await start();
		const { jwt } = await result(refresh(server, user));
		expect(claimsOf(jwt)).toMatchObject({ fresh: false });
		const body = crypto.preparePasswordReset({ ...user.device, newPassword: NEW_PASSWORD });
		expect(await result(call(server, userRoutes.resetPassword, { jwt, body }))).toBe("Success");
		await expect(login(server, "alice")).rejects.toThrow("401/112");
		const after = await login(server, "alice", NEW_PASSWORD);
		expect(after.device).toEqual(user.device);
	});

	it("ends every session of the device, and no other one", async () => {
		const { server, user } = await start();
		const second = await addDevice(server, user, "second");
		const sessions = [user, await login(server, "alice")];
		const { proof } = await openChallenge(server, "alice");
		const body = crypto.preparePasswordReset({ ...user.device, newPassword: NEW_PASSWORD });
		await result(call(server, userRoutes.resetPassword, { jwt: user.jwt, body }));
		for (const session of sessions) await expectRefusal(refresh(server, session), SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
		expect(await refresh(server, second)).toMatchObject({ ok: true });
		await expectRefusal(call(server, loginRoutes.verifyLogin, { body: proof }), SERVER_ERRORS.LOGIN_REFUSED);
	});
});
