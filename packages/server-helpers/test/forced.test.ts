import { randomUUID } from "node:crypto";
import { createSentc } from "@sentc-ts/sdk";
import { createClient } from "@sentc-ts/transport";
import { lightRoutes, otpRoutes } from "@sentc-ts/transport/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Backend, readUserReset, verifyJwt } from "../src/index.js";
import { createWorld, PASSWORD, type World } from "./world.js";

let world: World;
beforeAll(async () => {
	world = await createWorld();
});
afterAll(() => world.close());

const newName = () => `user-${randomUUID()}`;
const isFree = async (name: string) => {
	const sentc = createSentc();
	const answer = await world.backend.checkIdentifier(String(sentc.prepareCheckUserIdentifierAvailable(name)));
	return sentc.doneCheckUserIdentifierAvailable(answer);
};

describe("the own backend acts for a user", () => {
	it("deletes by user id", async () => {
		const name = newName();
		const { user_id } = (await world.signUp(name)).user_data;
		await world.backend.deleteUser(user_id);
		expect(await isFree(name)).toBe(true);
		await expect(world.logIn(name)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
	});

	it("deletes by identifier", async () => {
		const name = newName();
		await world.signUp(name);
		await world.backend.deleteUserByIdentifier(name);
		expect(await isFree(name)).toBe(true);
	});

	it("switches the second factor off: the password alone logs in again", async () => {
		const name = newName();
		const user = await world.signUp(name);
		const client = createClient({ baseUrl: world.url, appToken: world.publicToken });
		await client.call(otpRoutes.registerOtp, { jwt: await user.getJwt() });
		await expect(world.logIn(name)).rejects.toMatchObject({ code: "MFA_REQUIRED" });
		await world.backend.disableMfa(name);
		await expect(world.logIn(name)).resolves.toMatchObject({ user_data: { user_id: user.user_data.user_id } });
	});

	it("ends every session of every device", async () => {
		const name = newName();
		const first = (await world.signUp(name)).user_data;
		const second = (await world.logIn(name)).user_data;
		await world.backend.endSessions(name);
		for (const { jwt, refresh_token } of [first, second]) {
			await expect(world.backend.refresh(jwt, refresh_token)).rejects.toMatchObject({ code: "REFRESH_TOKEN_UNKNOWN" });
		}
	});

	it("resets a user who lost everything: same id, new password, no key of before", async () => {
		const name = newName();
		const user = await world.signUp(name);
		const before = user.user_data;
		const secret = await user.encryptString("for my eyes only", before.user_id);

		readUserReset(await world.backend.forceResetUser(createSentc().prepareRegister(name, "a new password")));
		await expect(world.logIn(name)).rejects.toMatchObject({ code: "LOGIN_REFUSED" });
		await expect(world.backend.refresh(before.jwt, before.refresh_token)).rejects.toMatchObject({ name: "ApiError" });

		const again = await world.logIn(name, "a new password");
		expect(again.user_data.user_id).toBe(before.user_id);
		expect(again.user_data.device_id).not.toBe(before.device_id);
		await expect(again.decryptString(secret)).rejects.toMatchObject({ name: "ApiError" });
	});

	it("opens a session without the password; the keys in it stay closed", async () => {
		const name = newName();
		const { user_id, device_id } = (await world.signUp(name)).user_data;
		const { device_keys, verify } = await world.backend.forceLogin(name);
		expect(device_keys).toMatchObject({ user_id, device_id });
		expect(device_keys.encrypted_private_key.length).toBeGreaterThan(100);
		expect(await verifyJwt(verify.jwt, world.verifyKey)).toMatchObject({ user_id, device_id, fresh: true });
		expect(await world.backend.refresh(verify.jwt, verify.refresh_token)).toMatchObject({ user_id });
	});

	it("opens a session of a user without keys", async () => {
		const name = newName();
		const client = createClient({ baseUrl: world.url, appToken: world.secretToken });
		const { device } = JSON.parse(createSentc().prepareRegister(name, PASSWORD));
		const { user_id, device_id } = await client.call(lightRoutes.register, { body: device });
		const { device_keys, verify } = await world.backend.forceLightLogin(name);
		expect(device_keys).toMatchObject({ user_id, device_id });
		expect(await verifyJwt(verify.jwt, world.verifyKey)).toMatchObject({ user_id, device_id, fresh: true });
		expect(await world.backend.refresh(verify.jwt, verify.refresh_token)).toMatchObject({ user_id });
	});
});

type Call = [name: string, call: (backend: Backend, of: { name: string; userId: string }) => Promise<unknown>];

/** As one that throws for each refusal. */
const calls: Call[] = [
	["deleteUser", (backend, { userId }) => backend.deleteUser(userId)],
	["deleteUserByIdentifier", (backend, { name }) => backend.deleteUserByIdentifier(name)],
	["disableMfa", (backend, { name }) => backend.disableMfa(name)],
	["endSessions", (backend, { name }) => backend.endSessions(name)],
	["forceLogin", (backend, { name }) => backend.forceLogin(name)],
	["forceLightLogin", (backend, { name }) => backend.forceLightLogin(name)],
	[
		"forceResetUser",
		async (backend, { name }) =>
			readUserReset(await backend.forceResetUser(createSentc().prepareRegister(name, "new"))),
	],
];

describe("none of it works", () => {
	it.each(calls)("with the public token: %s", async (_, call) => {
		const name = newName();
		const { user_data } = await world.signUp(name);
		const { jwt, refresh_token, user_id } = user_data;
		await expect(call(world.publicBackend, { name, userId: user_id })).rejects.toMatchObject({
			code: "ENDPOINT_FORBIDDEN",
			serverCode: 203,
		});
		expect(await world.backend.refresh(jwt, refresh_token)).toMatchObject({ user_id });
		await expect(world.logIn(name, PASSWORD)).resolves.toMatchObject({ user_data: { user_id } });
	});

	it.each(calls)("for a user who does not exist: %s", async (name, call) => {
		await expect(call(world.backend, { name: newName(), userId: randomUUID() })).rejects.toMatchObject({
			code: /Login$/.test(name) ? "LOGIN_REFUSED" : "USER_NOT_FOUND",
		});
	});

	it.each([[""], [undefined], [{ name: "ada" }]])("for what is no identifier: %j", (identifier) => {
		const { backend } = world;
		const { deleteUserByIdentifier, disableMfa, endSessions, forceLogin, forceLightLogin } = backend;
		for (const call of [deleteUserByIdentifier, disableMfa, endSessions, forceLogin, forceLightLogin]) {
			expect(() => call(identifier as string)).toThrow(expect.objectContaining({ field: "identifier" }));
		}
		expect(() => backend.forceResetUser(identifier as string)).toThrow(expect.objectContaining({ field: "input" }));
	});

	it.each([[""], [".."]])("for what is no user id: %j", async (userId) => {
		await expect(world.backend.deleteUser(userId)).rejects.toMatchObject({ field: "user_id" });
	});
});
