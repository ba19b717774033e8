import type { TestApi } from "@sentc-ts/test-world";
import { loginRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { call, expectRefusal } from "../support/api.js";
import { login, openChallenge, register, registerBody } from "../support/client.js";
import { limited } from "../support/limited.js";

const { LOGIN_REFUSED } = SERVER_ERRORS;
const { LOGIN_USER_NOT_FOUND } = FAILURES;
const WRONG_KEY = Buffer.alloc(32).toString("base64");

describe("an identifier", () => {
	const tryKey = (server: TestApi, identifier: string, authKey = WRONG_KEY) => {
		const body = { device_identifier: identifier, auth_key: authKey };
		return call(server, loginRoutes.doneLogin, { body });
	};

	it.each([
		["known", LOGIN_REFUSED],
		["unknown", LOGIN_USER_NOT_FOUND],
	])("that is %s delays attempts more and more, up to a limit, and never refuses them", async (identifier, error) => {
		const { server, delays } = await limited();
		await register(server, "known");
		for (let attempt = 0; attempt < 20; attempt++) await expectRefusal(tryKey(server, identifier), error);
		expect(delays).toEqual([250, 500, 1000, 2000, ...Array(11).fill(4000)]);
	});

	it("lets its owner in, whatever others try; the login ends the delays", async () => {
		const { server, delays } = await limited();
		await register(server, "alice");
		for (let attempt = 0; attempt < 1000; attempt++) await expectRefusal(tryKey(server, "alice"), LOGIN_REFUSED);
		delays.length = 0;
		await login(server, "alice");
		expect(delays).toEqual([4000, 4000]);
		await login(server, "alice");
		await expectRefusal(tryKey(server, "alice"), LOGIN_REFUSED);
		expect(delays).toHaveLength(2);
	});

	it("is not cleared by the first half of a login", async () => {
		const { server, delays } = await limited();
		await register(server, "alice");
		for (let attempt = 0; attempt < 5; attempt++) await tryKey(server, "alice");
		await openChallenge(server, "alice");
		await tryKey(server, "alice");
		expect(delays).toEqual([250, 250]);
	});

	it("delays wrong answers to a challenge, too, and nobody else", async () => {
		const { server, delays } = await limited();
		await register(server, "alice");
		await register(server, "bob");
		const { proof } = await openChallenge(server, "alice");
		const verify = async () => {
			const body = { ...proof, challenge: "wrong" };
			await expectRefusal(call(server, loginRoutes.verifyLogin, { body }), LOGIN_REFUSED);
		};
		for (let attempt = 0; attempt < 6; attempt++) await verify();
		expect(delays).toEqual([250]);
		await login(server, "bob");
		expect(delays).toEqual([250]);
	});

	it("delays many attempts at once, too", async () => {
		const { server, delays } = await limited();
		await Promise.all(Array.from({ length: 10 }, () => tryKey(server, "alice")));
		expect(delays.sort((a, b) => a - b)).toEqual([250, 500, 1000, 2000, 4000]);
	});

	it("delays an own backend, too", async () => {
		const { server, delays } = await limited();
		const body = { device_identifier: "alice", auth_key: WRONG_KEY };
		for (let attempt = 0; attempt < 6; attempt++) {
			await call(server, loginRoutes.doneLogin, { body, token: server.app.secretToken });
		}
		expect(delays).toEqual([250]);
	});

	it("is forgotten after a quarter of an hour", async () => {
		const { server, delays } = await limited();
		for (let attempt = 0; attempt < 6; attempt++) await tryKey(server, "alice");
		server.clock.advance(15 * 60_000 + 1);
		for (let attempt = 0; attempt < 5; attempt++) await tryKey(server, "alice");
		expect(delays).toEqual([250]);
	});

	it("delays nothing when limits are off", async () => {
		const { server, delays } = await limited({ rateLimits: false });
		for (let attempt = 0; attempt < 20; attempt++) await tryKey(server, "alice");
		expect(delays).toEqual([]);
	});

	it("also delays guesses of the old password at a change of it, until one is right", async () => {
		const { server, delays } = await limited();
		await register(server, "alice");
		const { jwt } = await login(server, "alice");
		const { auth_key: authKey } = (await openChallenge(server, "alice")).proof;
		const { derived, master_key } = registerBody("alice").device;
		const change = (oldAuthKey: string) => {
			const body = {
				new_derived_alg: derived.derived_alg,
				new_client_random_value: derived.client_random_value,
				new_hashed_authentication_key: derived.hashed_authentication_key,
				new_encrypted_master_key: master_key.encrypted_master_key,
				new_encrypted_master_key_alg: master_key.encrypted_master_key_alg,
				old_auth_key: oldAuthKey,
			};
			return call(server, userRoutes.changePassword, { jwt, body });
		};
		for (let attempt = 0; attempt < 6; attempt++) await expectRefusal(change(WRONG_KEY), LOGIN_REFUSED);
		expect(await change(authKey)).toMatchObject({ ok: true });
		expect(await change(authKey)).toMatchObject({ ok: true });
		expect(delays).toEqual([250, 500]);
	});
});
