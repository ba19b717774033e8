import { randomUUID } from "node:crypto";
import { createSentc, type User } from "@sentc-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBackend, readGroupCreation, readRegistration } from "../src/index.js";
import { createWorld, type World } from "./world.js";

let world: World;
let user: User;
beforeAll(async () => {
	world = await createWorld();
	user = await world.signUp();
});
afterAll(() => world.close());

describe("what the client prepared, forwarded with the secret token", () => {
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
		expect(JSON.parse(await world.backend.deleteGroup(jwt, group_id))).toMatchObject({ status: true });
		expect(await world.backend.groupAccess(jwt, group_id)).toBeUndefined();
	});

	it("refreshes a JWT", async () => {
		const { jwt, refresh_token, user_id } = user.user_data;
		const answer = JSON.parse(await world.backend.refresh(jwt, refresh_token));
		expect(answer).toMatchObject({ status: true, result: { user_id } });
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
