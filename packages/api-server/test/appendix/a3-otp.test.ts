import { codeAt, STEP } from "@sentc-ts/test-world";
import { forcedRoutes, loginRoutes, otpRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, serveApi } from "../support/api.js";
import { login, loginKeysOf, newest, newUser } from "../support/client.js";
import { loginWith, prove, registerOtp } from "../support/second-factor.js";

// One test per line of protocol/http-api §13.4.

/** A user whose second factor is active. */
async function start() {
	const server = await serveApi();
	const user = await newUser(server, "alice");
	const otp = await registerOtp(server, user);
	const { jwt, userId } = user;
	return {
		server,
		...{ jwt, userId, otp },
		code: (secret = otp.secret) => codeAt(secret, server.clock.now()),
		recoveryKeys: async () => (await result(call(server, otpRoutes.recoveryKeys, { jwt }))).keys,
		recover: (key: string | undefined) => loginWith(server, "alice", key ?? "", "validateRecoveryKey"),
		reset: () => result(call(server, otpRoutes.resetOtp, { jwt })),
	};
}

describe("A.3 one-time passwords", () => {
	it("A.3.1 register_otp returns a secret and recovery keys", async () => {
		const { otp } = await start();
		expect(otp).toEqual({
			secret: expect.stringMatching(/^[A-Z2-7]{52}$/),
			alg: "totp_sha256",
			recover: Array(6).fill(expect.stringMatching(/^[A-Z2-7]{52}$/)),
		});
	});

	it("A.3.2 then done_login is Otp, and a code leads to the challenge that ends the login", async () => {
		const { server, userId, code } = await start();
		const { authKey } = await loginKeysOf(server, "alice");
		const body = { auth_key: authKey, device_identifier: "alice" };
		expect(await result(call(server, loginRoutes.doneLogin, { body }))).toBe("Otp");
		const done = await result(prove(server, "alice", code()));
		expect(Object.keys(done).sort()).toEqual(["challenge", "device_keys"]);
		server.clock.advance(STEP);
		expect(await loginWith(server, "alice", code())).toMatchObject({ userId });
	});

	it("A.3.3 otp_recovery_keys has as many keys as were issued", async () => {
		const { otp, recoveryKeys } = await start();
		expect(await recoveryKeys()).toEqual(otp.recover);
	});

	it("A.3.4 a login with a recovery key leaves one less", async () => {
		const { userId, otp, recover, recoveryKeys } = await start();
		expect(await recover(otp.recover[0])).toMatchObject({ userId });
		expect(await recoveryKeys()).toEqual(otp.recover.slice(1));
	});

	it("A.3.5 the same recovery key is refused a second time", async () => {
		const { server, otp, recover } = await start();
		const key = newest(otp.recover);
		await recover(key);
		await expectRefusal(prove(server, "alice", key, "validateRecoveryKey"), SERVER_ERRORS.OTP_NOT_ENABLED);
	});

	it("A.3.6 every recovery key works once, then there is none", async () => {
		const { userId, otp, recover, recoveryKeys } = await start();
		for (const key of otp.recover) expect(await recover(key)).toMatchObject({ userId });
		expect(await recoveryKeys()).toEqual([]);
	});

	it("A.3.7 reset_otp: a new secret and new keys, which work; again with unused keys left", async () => {
		const { server, userId, otp, code, recover, recoveryKeys, reset } = await start();
		const renewed = await reset();
		expect([otp.secret, ...otp.recover]).not.toContain(renewed.secret);
		expect(await loginWith(server, "alice", code(renewed.secret))).toMatchObject({ userId });
		expect(await recover(renewed.recover[0])).toMatchObject({ userId });
		const again = await reset();
		expect(await recoveryKeys()).toEqual(again.recover);
		expect(await loginWith(server, "alice", code(again.secret))).toMatchObject({ userId });
	});

	it("A.3.8 forced logins, full and light, work although a second factor is active", async () => {
		const { server, userId } = await start();
		for (const route of [forcedRoutes.login, forcedRoutes.lightLogin]) {
			const answer = call(server, route, { token: server.app.secretToken, body: { user_identifier: "alice" } });
			expect(await result(answer)).toMatchObject({ device_keys: { user_id: userId } });
		}
	});

	it("A.3.9 after disable_otp the login is direct again", async () => {
		const { server, jwt, userId } = await start();
		expect(await result(call(server, otpRoutes.disableOtp, { jwt }))).toBe("Success");
		expect(await login(server, "alice")).toMatchObject({ userId });
	});

	it("A.3.10 after forced/disable_otp of a second factor that was registered again, too", async () => {
		const { server, jwt, userId } = await start();
		await result(call(server, otpRoutes.disableOtp, { jwt }));
		await registerOtp(server, { jwt });
		const body = { user_identifier: "alice" };
		const disabled = call(server, forcedRoutes.disableOtp, { token: server.app.secretToken, body });
		expect(await result(disabled)).toBe("Success");
		expect(await login(server, "alice")).toMatchObject({ userId });
	});
});
