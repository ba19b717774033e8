import { afterAll, describe, expect, it } from "vitest";
import { newest, referenceLogin, request } from "./reference-device.js";
import { createWorld, nextIdentifier, statusOfFailure } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

describe("the reference client against our API", () => {
	it("asks whether an identifier is free", async () => {
		const { reference, token, url } = world;
		const identifier = nextIdentifier();
		const ask = async () => {
			const body = reference.prepare_check_user_identifier_available(identifier);
			return reference.done_check_user_identifier_available(await request(world, "POST", "/exists", { body }));
		};
		expect(await ask()).toBe(true);
		await reference.register(url, token, identifier, "password");
		expect(await ask()).toBe(false);
	});

	it("registers through an own backend: prepare, forward, done", async () => {
		const { reference } = world;
		const body = reference.prepare_register(nextIdentifier(), "password");
		const answer = await request(world, "POST", "/register", { body });
		expect(reference.done_register(answer)).toMatch(/^[0-9a-f-]{36}$/);
	});

	it("is refused a taken identifier with server_101", async () => {
		const { reference, token, url } = world;
		const identifier = nextIdentifier();
		await reference.register(url, token, identifier, "password");
		expect(await statusOfFailure(reference.register(url, token, identifier, "password"))).toBe("server_101");
	});

	it("logs in and opens its keys", async () => {
		const user = await world.signUpReference();
		expect(user.keys).toHaveLength(1);
		expect(world.reference.decode_jwt(user.jwt).get_aud()).toBe(user.id);
		expect(world.reference.decode_jwt(user.jwt).get_fresh()).toBe(true);
	});

	it("is refused a wrong password with server_112 and an unknown user with server_100", async () => {
		const { reference, token, url } = world;
		const { identifier } = await world.signUpReference();
		expect(await statusOfFailure(reference.login(url, token, identifier, "wrong"))).toBe("server_112");
		expect(await statusOfFailure(reference.login(url, token, nextIdentifier(), "password"))).toBe("server_100");
	});

	it("fetches a user key by id", async () => {
		const user = await world.signUpReference();
		const key = newest(user.keys);
		expect(await user.fetchKey(key.group_key_id)).toEqual(key);
	});
});

describe("accounts made by one client, used by the other", () => {
	it("our SDK logs in to an account of the reference client, with the same keys", async () => {
		const theirs = await world.signUpReference();
		const ours = await world.login(theirs);
		expect(ours.user_data.user_id).toBe(theirs.id);
		expect(ours.user_data.device.private_key).toBe(theirs.device.privateKey);
		expect(ours.user_data.user_keys[0]?.group_key).toBe(newest(theirs.keys).group_key);
		expect(ours.user_data.user_keys[0]?.sign_key).toBe(newest(theirs.keys).sign_key);
	});

	it("the reference client logs in to an account of our SDK, with the same keys", async () => {
		const { identifier, password, user } = await world.signUp();
		const theirs = await referenceLogin(world, identifier, password);
		expect(theirs.id).toBe(user.user_data.user_id);
		expect(theirs.device.privateKey).toBe(user.user_data.device.private_key);
		expect(newest(theirs.keys).group_key).toBe(user.user_data.user_keys[0]?.group_key);
		expect(newest(theirs.keys).sign_key).toBe(user.user_data.user_keys[0]?.sign_key);
	});
});
