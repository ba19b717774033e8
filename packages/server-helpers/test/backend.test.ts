import { randomUUID } from "node:crypto";
import { createSentc, type User } from "@sentc-ts/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createBackend, readGroupCreation, readRegistration, verifyJwt } from "../src/index.js";
import { createWorld, type World } from "./world.js";

let world: World;
let user: User;
beforeAll(async () => {
	world = await createWorld();
	user = await world.signUp();
});
afterEach(() => world.setNow(Date.now()));
afterAll(() => world.close());

describe("what the client prepared, forwarded with the secret token", () => {
	it("tells whether an identifier is free", async () => {
		const sentc = createSentc();
		const isFree = async (name: string) =>
			sentc.doneCheckUserIdentifierAvailable(
				await world.backend.checkIdentifier(String(sentc.prepareCheckUserIdentifierAvailable(name))),
			);
		const name = `user-${randomUUID()}`;
		expect(await isFree(name)).toBe(true);
		await world.signUp(name);
		expect(await isFree(name)).toBe(false);
	});

	it("registers a user, which the public token may not", async () => {
		const name = `user-${randomUUID()}`;
		const answer = await world.backend.register(createSentc().prepareRegister(name, "password"));
		expect(readRegistration(answer)).toMatchObject({ device_identifier: name });
		expect(createSentc().doneRegister(answer)).toBe(readRegistration(answer).user_id);
	});

	it("hands a refusal back as the API's answer, and reads it as an error", async () => {
		const input = createSentc().prepareRegister(`user-${randomUUID()}`, "password");
		await world.backend.register(input);
		const answer = await world.backend.register(input);
		expect(JSON.parse(answer)).toMatchObject({ status: false, err_code: 101 });
		expect(() => readRegistration(answer)).toThrow(expect.objectContaining({ code: "IDENTIFIER_EXISTS" }));
	});

	it("registers a waiting device", async () => {
		const sentc = createSentc();
		const answer = await world.backend.registerDevice(
			sentc.prepareRegisterDeviceStart(`device-${randomUUID()}`, "password"),
		);
		expect(() => sentc.doneRegisterDeviceStart(answer)).not.toThrow();
		await expect(user.registerDevice(answer)).resolves.toBeUndefined();
	});

	it("creates and deletes a group with the user's JWT", async () => {
		const jwt = await user.getJwt();
		const { group_id } = readGroupCreation(await world.backend.createGroup(jwt, user.prepareGroupCreate()));
		expect(await world.backend.groupAccess(jwt, group_id)).toMatchObject({ group_id, rank: 0, access_by: "User" });
		await world.backend.deleteGroup(jwt, group_id);
		expect(await world.backend.groupAccess(jwt, group_id)).toBeUndefined();
		await expect(world.backend.deleteGroup(jwt, group_id)).rejects.toMatchObject({ code: "NO_GROUP_ACCESS" });
	});
});

describe("a session", () => {
	it("gets a new JWT, until it is ended", async () => {
		const { jwt, refresh_token, user_id, device_id } = (await world.signUp()).user_data;
		expect(await world.backend.refresh(jwt, refresh_token)).toMatchObject({ user_id, device_id });
		expect(await world.backend.endSession(jwt, refresh_token)).toBe(true);
		await expect(world.backend.refresh(jwt, refresh_token)).rejects.toMatchObject({ code: "REFRESH_TOKEN_UNKNOWN" });
		await expect(world.backend.endSession(jwt, refresh_token)).resolves.toBe(true);
	});

	it("ends with an expired JWT, too, and no other one with it", async () => {
		const { jwt, refresh_token } = (await world.signUp()).user_data;
		const other = (await world.signUp()).user_data;
		world.setNow(Date.now() + 24 * 60 * 60 * 1000);
		await world.backend.endSession(jwt, refresh_token);
		await expect(world.backend.refresh(other.jwt, other.refresh_token)).resolves.toMatchObject({
			user_id: other.user_id,
		});
	});
});

describe("the sessions of a user", () => {
	const NONE = () => Response.json({ status: false, err_msg: "not found", err_code: 404 }, { status: 404 });

	it("are listed a page at a time, and the id of one is in its JWT", async () => {
		const first = (await world.signUp("grace")).user_data;
		const { verify } = await world.backend.forceLogin("grace");
		const sessions = await world.backend.listSessions(verify.jwt);
		const ids = await Promise.all([verify, first].map(async ({ jwt }) => verifyJwt(jwt, world.verifyKey)));
		expect(sessions?.map(({ session_id }) => session_id)).toEqual(ids.map(({ session_id }) => session_id));
		expect(sessions).toMatchObject([{ device_id: first.device_id }, { device_id: first.device_id }]);
		expect(await world.backend.listSessions(verify.jwt, sessions?.[0])).toEqual(sessions?.slice(1));
	});

	it("all end but one, by a fresh JWT", async () => {
		const { jwt, refresh_token, user_id } = (await world.signUp("joan")).user_data;
		const { verify } = await world.backend.forceLogin("joan");
		const { session_id = "" } = await verifyJwt(jwt, world.verifyKey);
		const refreshed = await world.backend.refresh(jwt, refresh_token, true);
		expect(refreshed).toMatchObject({ user_id, refresh_token: expect.any(String) });
		expect(refreshed.refresh_token).not.toBe(refresh_token);
		const notFresh = world.backend.endOtherSessions(refreshed.jwt, session_id);
		await expect(notFresh).rejects.toMatchObject({ code: "JWT_NOT_FRESH" });
		expect(await world.backend.endOtherSessions(verify.jwt, session_id)).toBe(true);
		expect(await world.backend.refresh(jwt, refresh_token)).toMatchObject({ user_id });
		const ended = { code: "REFRESH_TOKEN_UNKNOWN" };
		await expect(world.backend.refresh(verify.jwt, verify.refresh_token)).rejects.toMatchObject(ended);
	});

	it("are refused without the id of the one that stays: all would end", async () => {
		expect(() => world.backend.endOtherSessions("a.b.c", "")).toThrow(expect.objectContaining({ field: "keep" }));
	});

	it("are not known to an API like the reference's, and the answer says so", async () => {
		const backend = createBackend({ base_url: world.url, secret_token: world.secretToken, fetch: async () => NONE() });
		expect(await backend.listSessions("a.b.c")).toBeUndefined();
		expect(await backend.endOtherSessions("a.b.c", "id")).toBe(false);
	});
});

describe("jwtOwner", () => {
	it("answers user and device of a valid JWT", async () => {
		const { user_id, device_id } = user.user_data;
		expect(await world.backend.jwtOwner(await user.getJwt())).toEqual({ id: user_id, device_id });
	});

	it("knows that a user is gone, which the JWT alone does not say", async () => {
		const { jwt, user_id } = (await world.signUp()).user_data;
		await world.backend.deleteUser(user_id);
		await expect(verifyJwt(jwt, world.verifyKey)).resolves.toMatchObject({ user_id });
		await expect(world.backend.jwtOwner(jwt)).rejects.toMatchObject({ name: "ApiError" });
	});

	it("is refused for the public token", async () => {
		await expect(world.publicBackend.jwtOwner(await user.getJwt())).rejects.toMatchObject({ serverCode: 203 });
	});
});

describe("groupAccess", () => {
	it("is undefined for a group of somebody else, and for what is no group id", async () => {
		const other = await world.signUp();
		const groupId = await other.createGroup();
		expect(await world.backend.groupAccess(await user.getJwt(), groupId)).toBeUndefined();
		for (const id of ["no-uuid", "..", ""]) {
			expect(await world.backend.groupAccess(await user.getJwt(), id)).toBeUndefined();
		}
	});

	it("throws when the JWT is refused", async () => {
		await expect(world.backend.groupAccess("not a jwt", randomUUID())).rejects.toMatchObject({ name: "ApiError" });
	});
});

describe("bad input", () => {
	it.each([[""], [undefined], [{ device: {} }]])("register(%j) is refused before anything is sent", (input) => {
		expect(() => world.backend.register(input as string)).toThrow(expect.objectContaining({ field: "input" }));
	});

	it.each([[""], [undefined], ["not base64 !"]])("secret_token %j is refused without showing it", (token) => {
		const make = () => createBackend({ base_url: world.url, secret_token: token as string });
		expect(make).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
		expect(make).not.toThrow(/not base64 !/);
	});

	it("a missing API is a RequestError", async () => {
		const nowhere = createBackend({ base_url: "http://127.0.0.1:9", secret_token: "c2VjcmV0" });
		await expect(nowhere.register("{}")).rejects.toMatchObject({ name: "RequestError" });
	});
});
