import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { TestApi } from "@sentc-ts/test-world";
import { deviceRoutes, loginRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { createApi, generateRootKey } from "../../src/index.js";
import { call, expectRefusal, result, startApi, temporaryFolder } from "../support/api.js";
import { crypto, login, openChallenge, register, registerBody } from "../support/client.js";

const CHALLENGE_LIFETIME = 5 * 60 * 1000;

function saltOf(server: Pick<TestApi, "api" | "app">, identifier: string) {
	return result(call(server, loginRoutes.prepareLogin, { body: { user_identifier: identifier } }));
}

describe("prepare login", () => {
	it("has the salt of the device", async () => {
		const server = await startApi();
		await register(server, "alice");
		const { client_random_value } = registerBody("alice").device.derived;
		expect(await saltOf(server, "alice")).toEqual({
			salt_string: crypto.createSalt({ clientRandomValue: client_random_value, addString: "" }),
			derived_encryption_key_alg: "ARGON-2-SHA256",
		});
	});

	it("has a salt of the same form for an unknown identifier, always the same one", async () => {
		const server = await startApi();
		await register(server, "alice");
		const known = await saltOf(server, "alice");
		const unknown = await saltOf(server, "nobody");
		expect(Object.keys(unknown)).toEqual(Object.keys(known));
		expect(unknown.derived_encryption_key_alg).toBe(known.derived_encryption_key_alg);
		expect(Buffer.from(unknown.salt_string, "base64")).toHaveLength(32);
		expect(unknown.salt_string).toMatch(/^[A-Za-z0-9+/]{43}=$/);
		expect(await saltOf(server, "nobody")).toEqual(unknown);
		expect(await saltOf(server, "somebody else")).not.toEqual(unknown);
	});

	it("has a made-up salt for a device that waits to be confirmed", async () => {
		const server = await startApi();
		const before = await saltOf(server, "waiting");
		await result(call(server, deviceRoutes.prepareRegisterDevice, { body: registerBody("waiting").device }));
		expect(await saltOf(server, "waiting")).toEqual(before);
	});

	it("makes salts up from a secret of the installation and the app, not from the published constant", async () => {
		const server = await startApi();
		const { salt_string } = await saltOf(server, "nobody");
		const published = crypto.createSalt({ clientRandomValue: "zx4AKPCMHkeZnh21ciQ62w==", addString: "nobody" });
		expect(salt_string).not.toBe(published);
		const otherApp = { ...server, app: await server.api.apps.create() };
		expect((await saltOf(otherApp, "nobody")).salt_string).not.toBe(salt_string);

		await server.api.close();
		const { database, rootKey } = server;
		const restarted = await createApi({ database, rootKey });
		onTestFinished(() => restarted.close());
		expect((await saltOf({ ...server, api: restarted }, "nobody")).salt_string).toBe(salt_string);

		const other = await createApi({ database: join(temporaryFolder(), "other.db"), rootKey: generateRootKey() });
		onTestFinished(() => other.close());
		expect((await saltOf({ api: other, app: await other.apps.create() }, "nobody")).salt_string).not.toBe(salt_string);
	});

	it("is 401/110 for a device whose random value cannot be used", async () => {
		const server = await startApi();
		const body = registerBody("alice");
		body.device = { ...body.device, derived: { ...body.device.derived, client_random_value: "AAAA" } };
		await result(call(server, userRoutes.register, { body }));
		const answer = call(server, loginRoutes.prepareLogin, { body: { user_identifier: "alice" } });
		await expectRefusal(answer, SERVER_ERRORS.SALT_FAILED);
	});
});

describe("done login and verify login", () => {
	const refusals = [
		["an unknown identifier", { device_identifier: "nobody" }, FAILURES.LOGIN_USER_NOT_FOUND],
		["a waiting device", { device_identifier: "waiting" }, FAILURES.LOGIN_USER_NOT_FOUND],
		["no base64", { auth_key: "*" }, SERVER_ERRORS.AUTH_KEY_MALFORMED],
		["a short auth key", { auth_key: "AAAA" }, SERVER_ERRORS.AUTH_KEY_MALFORMED],
		["a wrong auth key", { auth_key: randomBytes(32).toString("base64") }, SERVER_ERRORS.LOGIN_REFUSED],
	] as const;

	it.each(refusals)("refuse %s", async (_, change, error) => {
		const server = await startApi();
		await register(server, "alice");
		await result(call(server, deviceRoutes.prepareRegisterDevice, { body: registerBody("waiting").device }));
		const { proof } = await openChallenge(server, "alice");
		const body = { ...proof, ...change };
		await expectRefusal(call(server, loginRoutes.doneLogin, { body }), error);
		await expectRefusal(call(server, loginRoutes.verifyLogin, { body }), error);
	});

	it("refuse a device whose stored hash cannot be used", async () => {
		const server = await startApi();
		const body = registerBody("alice");
		body.device = { ...body.device, derived: { ...body.device.derived, hashed_authentication_key: "AAAA" } };
		await result(call(server, userRoutes.register, { body }));
		const proof = { auth_key: randomBytes(32).toString("base64"), device_identifier: "alice" };
		await expectRefusal(call(server, loginRoutes.doneLogin, { body: proof }), SERVER_ERRORS.AUTH_KEY_MALFORMED);
	});
});

describe("a login challenge", () => {
	it("is 67 characters and works once", async () => {
		const server = await startApi();
		await register(server, "alice");
		const { proof } = await openChallenge(server, "alice");
		expect(proof.challenge).toMatch(/^[\w-]{67}$/);
		await result(call(server, loginRoutes.verifyLogin, { body: proof }));
		await expectRefusal(call(server, loginRoutes.verifyLogin, { body: proof }), SERVER_ERRORS.LOGIN_REFUSED);
	});

	it("works once also when it is sent twice at the same time", async () => {
		const server = await startApi();
		await register(server, "alice");
		const { proof } = await openChallenge(server, "alice");
		const answers = await Promise.all([1, 2].map(() => call(server, loginRoutes.verifyLogin, { body: proof })));
		expect(answers.map((answer) => answer.ok).sort()).toEqual([false, true]);
	});

	it("may be one of several, until one of them is used", async () => {
		const server = await startApi();
		await register(server, "alice");
		const first = await openChallenge(server, "alice");
		const second = await openChallenge(server, "alice");
		await result(call(server, loginRoutes.verifyLogin, { body: first.proof }));
		await expectRefusal(call(server, loginRoutes.verifyLogin, { body: second.proof }), SERVER_ERRORS.LOGIN_REFUSED);
	});

	it("expires after five minutes", async () => {
		const server = await startApi();
		await register(server, "alice");
		const { proof } = await openChallenge(server, "alice");
		server.clock.advance(CHALLENGE_LIFETIME + 1);
		await expectRefusal(call(server, loginRoutes.verifyLogin, { body: proof }), SERVER_ERRORS.LOGIN_REFUSED);

		const { proof: next } = await openChallenge(server, "alice");
		server.clock.advance(CHALLENGE_LIFETIME);
		expect(await call(server, loginRoutes.verifyLogin, { body: next })).toMatchObject({ ok: true });
	});

	it("belongs to one device", async () => {
		const server = await startApi();
		await register(server, "alice");
		await register(server, "bob");
		const { proof } = await openChallenge(server, "alice");
		const body = { ...proof, device_identifier: "bob" };
		await expectRefusal(call(server, loginRoutes.verifyLogin, { body }), SERVER_ERRORS.LOGIN_REFUSED);
		await expect(login(server, "bob")).resolves.toBeDefined();
	});
});
