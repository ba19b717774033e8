import { lightRoutes, loginRoutes, SERVER_ERRORS, sessionRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { crypto, NEW_PASSWORD, newUser, openChallenge, registerBody } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { startDevice } from "../support/devices.js";
import { lightLogin, newLightUser, registerLight } from "../support/light.js";
import { loginWith, registerOtp } from "../support/second-factor.js";

describe("a light user", () => {
	it("has a user group with one device and no keys", async () => {
		const server = await startApi();
		const { user_id } = await registerLight(server, "alice");
		expect(rows(server, "groups")).toMatchObject([{ type: 1 }]);
		expect(rows(server, "members")).toHaveLength(1);
		for (const table of ["groupKeys", "wrappedKeys", "searchKeys"]) expect(rows(server, table)).toEqual([]);
		const key = call(server, userRoutes.userPublicKey, { params: { user_id } });
		await expectRefusal(key, SERVER_ERRORS.USER_NOT_FOUND);
	});

	it("needs public keys that can be used", async () => {
		const server = await startApi();
		const body = registerBody("alice").device;
		body.derived = { ...body.derived, public_key: "unusable" };
		await expectRefusal(call(server, lightRoutes.register, { body }), SERVER_ERRORS.PUBLIC_KEY_UNUSABLE);
	});

	it("logs in by the route of full users with no keys, and a full one by theirs", async () => {
		const server = await startApi();
		await registerLight(server, "alice");
		const { proof } = await openChallenge(server, "alice");
		const verified = await result(call(server, loginRoutes.verifyLogin, { body: proof }));
		expect(verified).toMatchObject({ user_keys: [], hmac_keys: [] });
		await newUser(server, "bob");
		const session = await lightLogin(server, "bob");
		expect(Object.keys(session).sort()).toEqual(["deviceId", "jwt", "refresh_token", "userId"]);
	});

	it("answers a challenge once", async () => {
		const server = await startApi();
		await registerLight(server, "alice");
		const { proof } = await openChallenge(server, "alice");
		const answers = await Promise.all([1, 2].map(() => call(server, lightRoutes.verifyLogin, { body: proof })));
		expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
	});

	it("may have a second factor", async () => {
		const server = await startApi();
		const user = await newLightUser(server, "alice");
		const { recover } = await registerOtp(server, user);
		await loginWith(server, "alice", recover[0] ?? "", "validateRecoveryKey");
		await expect(lightLogin(server, "alice")).rejects.toThrow("one-time password");
	});
});

describe("a device of a light user", () => {
	it.each([{ rank: null }, {}, { rank: 2 }])("joins with %j", async (userGroup) => {
		const server = await startApi();
		const user = await newLightUser(server, "alice");
		const { token, device_id } = await startDevice(server, registerBody("second").device);
		const body = { user_group: userGroup, token };
		expect(await result(call(server, lightRoutes.doneRegisterDevice, { jwt: user.jwt, body }))).toBe("Success");
		expect(await lightLogin(server, "second")).toMatchObject({ userId: user.userId, deviceId: device_id });
		const member = rows(server, "members").find((row) => row["memberId"] === device_id);
		expect(member).toMatchObject({ rank: userGroup.rank ?? 4, keySessionId: null });
		const again = call(server, lightRoutes.doneRegisterDevice, { jwt: user.jwt, body });
		await expectRefusal(again, SERVER_ERRORS.USER_NOT_FOUND);
	});

	it.each([0, -1, 5])("does not join with rank %i, and can afterwards", async (rank) => {
		const server = await startApi();
		const { jwt } = await newLightUser(server, "alice");
		const { token } = await startDevice(server, registerBody("second").device);
		const join = (user_group: object) =>
			call(server, lightRoutes.doneRegisterDevice, { jwt, body: { user_group, token } });
		await expectRefusal(join({ rank }), SERVER_ERRORS.RANK_INSUFFICIENT);
		expect(await join({})).toMatchObject({ ok: true });
	});

	it("does not join a user group that it is in already", async () => {
		const server = await startApi();
		const { jwt } = await newLightUser(server, "alice");
		const { token, device_id } = await startDevice(server, registerBody("second").device);
		withDatabase(server, (connection) =>
			connection
				.prepare(
					`insert into members ("groupId", "memberId", rank, type, "joinedAt") select id, ?, 4, 0, 1 from groups`,
				)
				.run([device_id]),
		);
		const body = { user_group: {}, token };
		const answer = call(server, lightRoutes.doneRegisterDevice, { jwt, body });
		await expectRefusal(answer, SERVER_ERRORS.ALREADY_MEMBER);
		await expect(lightLogin(server, "second")).rejects.toThrow("401/100");
	});
});

describe("new keys for the device of a light user", () => {
	const reset = (server: Awaited<ReturnType<typeof startApi>>, identifier: string, token = server.app.secretToken) => {
		const body = crypto.prepareRegisterDevice({ identifier, password: NEW_PASSWORD });
		return call(server, lightRoutes.resetPassword, { token, body });
	};

	it("come with a new password, and end the sessions of the device", async () => {
		const server = await startApi();
		const user = await newLightUser(server, "alice");
		expect(await result(reset(server, "alice"))).toBe("Success");
		await expect(lightLogin(server, "alice")).rejects.toThrow("401/112");
		const after = await lightLogin(server, "alice", NEW_PASSWORD);
		expect(after).toMatchObject({ userId: user.userId, deviceId: user.deviceId });
		const refresh = { jwt: user.jwt, body: { refresh_token: user.refresh_token } };
		await expectRefusal(call(server, sessionRoutes.refresh, refresh), SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
	});

	it("need the secret token", async () => {
		const server = await startApi();
		await registerLight(server, "alice");
		await expectRefusal(reset(server, "alice", server.app.publicToken), SERVER_ERRORS.ENDPOINT_FORBIDDEN);
		await lightLogin(server, "alice");
	});

	it("are no error for an unknown identifier, and create nothing", async () => {
		const server = await startApi();
		expect(await result(reset(server, "nobody"))).toBe("Success");
		expect(rows(server, "devices")).toEqual([]);
	});

	it("are not for a device that waits: it stays what its token was given for", async () => {
		const server = await startApi();
		await startDevice(server, registerBody("waiting").device);
		const before = rows(server, "waitingDevices");
		await reset(server, "waiting");
		expect(rows(server, "devices")).toEqual([]);
		expect(rows(server, "waitingDevices")).toEqual(before);
	});
});

describe("a deleted light user", () => {
	it("is gone", async () => {
		const server = await startApi();
		const { jwt } = await newLightUser(server, "alice");
		await result(call(server, userRoutes.deleteUser, { jwt }));
		for (const table of ["users", "devices", "groups", "members", "sessions"]) {
			expect(rows(server, table)).toEqual([]);
		}
	});
});
