import { randomBytes } from "node:crypto";
import { codeAt, STEP, type TestApi } from "@sentc-ts/test-world";
import { forcedRoutes, loginRoutes, otpRoutes, SERVER_ERRORS, sessionRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { type Answer, call, expectRefusal, requestOf, result, startApi } from "../support/api.js";
import { login, loginKeysOf, newUser, openChallenge, registerBody } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { addDevice, confirmDevice, startDevice } from "../support/devices.js";
import { loginWith, prove, registerOtp, wrongCode } from "../support/second-factor.js";

/** A user who has just activated the second factor. */
async function startWithMfa() {
	const server = await startApi(undefined, undefined, { rateLimits: false });
	const user = await newUser(server, "alice");
	const otp = await registerOtp(server, user);
	const { clock } = server;
	return {
		server,
		user,
		otp,
		code: (offset = 0) => codeAt(otp.secret, clock.now() + offset * STEP),
		fail: () => prove(server, "alice", wrongCode(otp.secret, clock.now())),
		recoveryKeys: async () => (await result(call(server, otpRoutes.recoveryKeys, { jwt: user.jwt }))).keys,
	};
}

const succeeded = (answers: readonly Answer<unknown>[]) => answers.filter((answer) => answer.ok);

describe("a second factor", () => {
	it("is a secret and six recovery keys, 32 bytes in base32 each", async () => {
		const { otp, recoveryKeys } = await startWithMfa();
		expect(otp.alg).toBe("totp_sha256");
		for (const text of [otp.secret, ...otp.recover]) expect(text).toMatch(/^[A-Z2-7]{52}$/);
		expect(new Set([otp.secret, ...otp.recover]).size).toBe(7);
		expect(await recoveryKeys()).toEqual(otp.recover);
	});

	it("is asked for at the login of every device of the user, and of nobody else", async () => {
		const server = await startApi();
		const user = await newUser(server, "alice");
		await addDevice(server, user, "second");
		await registerOtp(server, user);
		await newUser(server, "bob");
		for (const [identifier, expected] of [
			["alice", "Otp"],
			["second", "Otp"],
			["bob", { Direct: expect.anything() }],
		] as const) {
			const { authKey } = await loginKeysOf(server, identifier);
			const body = { auth_key: authKey, device_identifier: identifier };
			expect(await result(call(server, loginRoutes.doneLogin, { body }))).toEqual(expected);
		}
	});

	it("is asked for of a login that had begun before it was activated", async () => {
		const server = await startApi();
		const user = await newUser(server, "alice");
		const { proof } = await openChallenge(server, "alice");
		await registerOtp(server, user);
		await expectRefusal(call(server, loginRoutes.verifyLogin, { body: proof }), SERVER_ERRORS.LOGIN_REFUSED);
	});

	it("is replaced by registering again, which adds six recovery keys", async () => {
		const { server, user, otp, code, recoveryKeys } = await startWithMfa();
		const oldCode = code();
		const second = await registerOtp(server, user);
		expect(await recoveryKeys()).toEqual([...otp.recover, ...second.recover]);
		await expectRefusal(prove(server, "alice", oldCode), SERVER_ERRORS.OTP_WRONG);
		await loginWith(server, "alice", codeAt(second.secret, server.clock.now()));
		await loginWith(server, "alice", otp.recover[0] ?? "", "validateRecoveryKey");
	});

	it("is reset to another secret and six other recovery keys", async () => {
		const { server, user, otp, recoveryKeys } = await startWithMfa();
		const reset = await result(call(server, otpRoutes.resetOtp, { jwt: user.jwt }));
		expect(await recoveryKeys()).toEqual(reset.recover);
		for (const key of otp.recover) {
			await expectRefusal(prove(server, "alice", key, "validateRecoveryKey"), SERVER_ERRORS.OTP_NOT_ENABLED);
		}
		expect(reset.secret).not.toBe(otp.secret);
		await loginWith(server, "alice", codeAt(reset.secret, server.clock.now()));
	});

	it("leaves nothing when it is disabled", async () => {
		const { server, user, otp, code, recoveryKeys } = await startWithMfa();
		await result(call(server, otpRoutes.disableOtp, { jwt: user.jwt }));
		expect(await recoveryKeys()).toEqual([]);
		expect(rows(server, "secondFactors")).toEqual([]);
		await expectRefusal(prove(server, "alice", code()), SERVER_ERRORS.OTP_NOT_ENABLED);
		const recovery = prove(server, "alice", otp.recover[0] ?? "", "validateRecoveryKey");
		await expectRefusal(recovery, SERVER_ERRORS.OTP_NOT_ENABLED);
		await login(server, "alice");
	});

	it("is changed and shown to a fresh JWT only", async () => {
		const { server, user } = await startWithMfa();
		const body = { refresh_token: user.refreshToken };
		const { jwt } = await result(call(server, sessionRoutes.refresh, { jwt: user.jwt, body }));
		const { registerOtp, resetOtp, disableOtp, recoveryKeys } = otpRoutes;
		for (const route of [registerOtp, resetOtp, disableOtp, recoveryKeys]) {
			await expectRefusal(call(server, route, { jwt }), SERVER_ERRORS.JWT_NOT_FRESH);
		}
		await result(call(server, disableOtp, { jwt: user.jwt }));
		expect(await call(server, registerOtp, { jwt })).toMatchObject({ ok: true });
	});

	it("of another user stays untouched", async () => {
		const { server, code, recoveryKeys, otp } = await startWithMfa();
		const bob = await newUser(server, "bob");
		const { recover } = await registerOtp(server, bob);
		await expectRefusal(prove(server, "bob", code()), SERVER_ERRORS.OTP_WRONG);
		const foreignKey = prove(server, "alice", recover[0] ?? "", "validateRecoveryKey");
		await expectRefusal(foreignKey, SERVER_ERRORS.OTP_NOT_ENABLED);
		for (const route of [otpRoutes.resetOtp, otpRoutes.disableOtp]) {
			await result(call(server, route, { jwt: bob.jwt }));
		}
		expect(await recoveryKeys()).toEqual(otp.recover);
		await loginWith(server, "alice", code());
	});

	it("that was changed in the database is 400/900", async () => {
		const { server, user, code } = await startWithMfa();
		withDatabase(server, (connection) => {
			connection.exec(`update "secondFactors" set "sealedSecret" = 'AAAA'`);
			connection.exec(`update "recoveryKeys" set "sealedKey" = 'AAAA'`);
		});
		await expectRefusal(prove(server, "alice", code()), SERVER_ERRORS.OTP_SECRET_UNUSABLE);
		const keys = call(server, otpRoutes.recoveryKeys, { jwt: user.jwt });
		await expectRefusal(keys, SERVER_ERRORS.OTP_SECRET_UNUSABLE);
	});
});

describe("a proof with a second factor", () => {
	const refusals = [
		["an unknown identifier", { device_identifier: "nobody" }, FAILURES.LOGIN_USER_NOT_FOUND],
		["a malformed auth key", { auth_key: "AAAA" }, SERVER_ERRORS.AUTH_KEY_MALFORMED],
		["another auth key", { auth_key: randomBytes(32).toString("base64") }, SERVER_ERRORS.LOGIN_REFUSED],
	] as const;

	it.each(refusals)("is refused for %s, before the code is looked at", async (_, change, error) => {
		const { server, otp, code, recoveryKeys } = await startWithMfa();
		const { authKey } = await loginKeysOf(server, "alice");
		const proof = { auth_key: authKey, device_identifier: "alice", ...change };
		for (const token of [code(), wrongCode(otp.secret, server.clock.now())]) {
			await expectRefusal(call(server, loginRoutes.validateMfa, { body: { ...proof, token } }), error);
		}
		const body = { ...proof, token: otp.recover[0] };
		await expectRefusal(call(server, loginRoutes.validateRecoveryKey, { body }), error);
		expect(rows(server, "secondFactors")).toMatchObject([{ failures: 0 }]);
		expect(await recoveryKeys()).toHaveLength(6);
		await loginWith(server, "alice", code());
	});
});

describe("a code", () => {
	it.each([-1, 0, 1])("counts %i steps away, and not twice", async (offset) => {
		const { server, code } = await startWithMfa();
		const token = code(offset);
		await loginWith(server, "alice", token);
		await expectRefusal(prove(server, "alice", token), SERVER_ERRORS.OTP_WRONG);
		server.clock.advance(STEP);
		await expectRefusal(prove(server, "alice", token), SERVER_ERRORS.OTP_WRONG);
	});

	it.each([-2, 2])("does not count %i steps away", async (offset) => {
		const { server, code } = await startWithMfa();
		await expectRefusal(prove(server, "alice", code(offset)), SERVER_ERRORS.OTP_WRONG);
	});

	it("does not count when a later one was used", async () => {
		const { server, code } = await startWithMfa();
		await loginWith(server, "alice", code(1));
		for (const offset of [-1, 0]) {
			await expectRefusal(prove(server, "alice", code(offset)), SERVER_ERRORS.OTP_WRONG);
		}
		server.clock.advance(STEP);
		await loginWith(server, "alice", code(1));
	});

	it("logs in once also when it is sent many times at once", async () => {
		const { server, code } = await startWithMfa();
		const answers = await Promise.all(Array.from({ length: 4 }, () => prove(server, "alice", code())));
		expect(succeeded(answers)).toHaveLength(1);
		for (const answer of answers.filter(({ ok }) => !ok)) await expectRefusal(answer, SERVER_ERRORS.OTP_WRONG);
	});

	it("is only that of the own recovery route, and the other way round", async () => {
		const { server, otp, code } = await startWithMfa();
		await expectRefusal(prove(server, "alice", otp.recover[0] ?? ""), SERVER_ERRORS.OTP_WRONG);
		const recovery = prove(server, "alice", code(), "validateRecoveryKey");
		await expectRefusal(recovery, SERVER_ERRORS.OTP_NOT_ENABLED);
	});

	it.each(["", "12345", "1234567", "１２３４５６", "abcdef", "12345\n"])("is not %j", async (token) => {
		const { server } = await startWithMfa();
		await expectRefusal(prove(server, "alice", token), SERVER_ERRORS.OTP_WRONG);
	});
});

describe("wrong codes", () => {
	/** The header of an answer that has to be a refusal to wait, s. */
	async function retryAfter(server: TestApi, token: string): Promise<number> {
		const { authKey } = await loginKeysOf(server, "alice");
		const body = { auth_key: authKey, device_identifier: "alice", token };
		const response = await server.api.fetch(requestOf(server.app, loginRoutes.validateMfa, { body }));
		expect(response.status).toBe(SERVER_ERRORS.TOO_MANY_REQUESTS.http);
		expect(await response.json()).toMatchObject({ err_code: SERVER_ERRORS.TOO_MANY_REQUESTS.code });
		expect(response.headers.get("Access-Control-Expose-Headers")).toBe("Retry-After");
		return Number(response.headers.get("Retry-After"));
	}

	it("make the next attempt wait after five in a row: 30 s, doubling up to 15 min", async () => {
		const { server, fail, code } = await startWithMfa();
		for (let count = 0; count < 5; count++) await expectRefusal(fail(), SERVER_ERRORS.OTP_WRONG);
		for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
			expect(await retryAfter(server, code())).toBe(seconds);
			server.clock.advance(seconds * 1000 - 1);
			expect(await retryAfter(server, code())).toBe(1);
			server.clock.advance(1);
			await expectRefusal(fail(), SERVER_ERRORS.OTP_WRONG);
		}
		server.clock.advance(900_000);
		await loginWith(server, "alice", code());
	});

	it("are forgotten with the first right one", async () => {
		const { server, fail, code } = await startWithMfa();
		for (let count = 0; count < 4; count++) await fail();
		await loginWith(server, "alice", code());
		for (let count = 0; count < 5; count++) await expectRefusal(fail(), SERVER_ERRORS.OTP_WRONG);
		await expectRefusal(fail(), SERVER_ERRORS.TOO_MANY_REQUESTS);
	});

	it("do not use up the right one that comes while an attempt has to wait", async () => {
		const { server, fail, code } = await startWithMfa();
		for (let count = 0; count < 5; count++) await fail();
		server.clock.advance(STEP - 1);
		const token = code();
		await expectRefusal(prove(server, "alice", token), SERVER_ERRORS.TOO_MANY_REQUESTS);
		server.clock.advance(1);
		await loginWith(server, "alice", token);
	});

	it("are all counted when they come at once", async () => {
		const { fail } = await startWithMfa();
		const answers = await Promise.all(Array.from({ length: 8 }, fail));
		const codes = answers.map((answer) => (answer.ok ? 0 : answer.code)).sort((a, b) => a - b);
		const { TOO_MANY_REQUESTS, OTP_WRONG } = SERVER_ERRORS;
		expect(codes).toEqual([...Array(3).fill(TOO_MANY_REQUESTS.code), ...Array(5).fill(OTP_WRONG.code)]);
	});

	it("make nobody wait because the clock was set back, not even when it was years ahead", async () => {
		const { server, fail, code } = await startWithMfa();
		server.clock.advance(10 * 365 * 24 * 3_600_000);
		for (let count = 0; count < 7; count++) await fail();
		server.clock.advance(-9 * 365 * 24 * 3_600_000);
		await loginWith(server, "alice", code());
	});

	it("neither stop recovery keys nor other users", async () => {
		const { server, fail, otp } = await startWithMfa();
		const bob = await registerOtp(server, await newUser(server, "bob"));
		for (let count = 0; count < 6; count++) await fail();
		await expectRefusal(fail(), SERVER_ERRORS.TOO_MANY_REQUESTS);
		await loginWith(server, "alice", otp.recover[0] ?? "", "validateRecoveryKey");
		await loginWith(server, "bob", codeAt(bob.secret, server.clock.now()));
	});
});

describe("a recovery key", () => {
	it("works once, also when it is sent many times at once", async () => {
		const { server, otp, recoveryKeys } = await startWithMfa();
		const [key = "", ...others] = otp.recover;
		const send = () => prove(server, "alice", key, "validateRecoveryKey");
		const answers = await Promise.all(Array.from({ length: 4 }, send));
		expect(succeeded(answers)).toHaveLength(1);
		for (const answer of answers.filter(({ ok }) => !ok)) {
			await expectRefusal(answer, SERVER_ERRORS.OTP_NOT_ENABLED);
		}
		await expectRefusal(send(), SERVER_ERRORS.OTP_NOT_ENABLED);
		expect(await recoveryKeys()).toEqual(others);
	});

	it("is kept when no challenge can be made for the device", async () => {
		const { server, otp, recoveryKeys } = await startWithMfa();
		withDatabase(server, (connection) => connection.exec(`update devices set "publicKey" = 'unusable'`));
		const answer = prove(server, "alice", otp.recover[0] ?? "", "validateRecoveryKey");
		await expectRefusal(answer, SERVER_ERRORS.PUBLIC_KEY_UNUSABLE);
		expect(await recoveryKeys()).toEqual(otp.recover);
	});
});

describe("an own backend", () => {
	it.each(["disableOtp", "disableOtpByDelete"] as const)("disables the second factor by %s", async (name) => {
		const { server, user } = await startWithMfa();
		await confirmDevice(server, user, await startDevice(server, registerBody("second").device));
		const token = server.app.secretToken;
		const disable = (identifier: string) =>
			call(server, forcedRoutes[name], { token, body: { user_identifier: identifier } });
		await expectRefusal(disable("nobody"), SERVER_ERRORS.USER_NOT_FOUND);
		expect(await result(disable("second"))).toBe("Success");
		await login(server, "alice");
		expect(rows(server, "recoveryKeys")).toEqual([]);
	});
});
