import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statusOf } from "../src/reference.js";
import { createWorld, newest, nextIdentifier, referenceLogin, type World } from "./world.js";

let world: World;
beforeAll(async () => {
	world = await createWorld();
});
afterAll(() => world.close());

const refusal = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		() => "no refusal",
		(thrown) => statusOf(thrown),
	);

describe("the reference client against our API", () => {
	it("asks whether an identifier is free", async () => {
		const { reference, token, url } = world;
		const identifier = nextIdentifier();
		const ask = async () => {
			const response = await fetch(`${url}/api/v1/exists`, {
				method: "POST",
				headers: { "x-sentc-app-token": token },
				body: reference.prepare_check_user_identifier_available(identifier),
			});
			return reference.done_check_user_identifier_available(await response.text());
		};
		expect(await ask()).toBe(true);
		await reference.register(url, token, identifier, "password");
		expect(await ask()).toBe(false);
	});

	it("registers through an own backend: prepare, forward, done", async () => {
		const { reference, token, url } = world;
		const body = reference.prepare_register(nextIdentifier(), "password");
		const response = await fetch(`${url}/api/v1/register`, {
			method: "POST",
			headers: { "x-sentc-app-token": token },
			body,
		});
		expect(reference.done_register(await response.text())).toMatch(/^[0-9a-f-]{36}$/);
	});

	it("is refused a taken identifier with server_101", async () => {
		const { reference, token, url } = world;
		const identifier = nextIdentifier();
		await reference.register(url, token, identifier, "password");
		expect(await refusal(reference.register(url, token, identifier, "password"))).toBe("server_101");
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
		expect(await refusal(reference.login(url, token, identifier, "wrong"))).toBe("server_112");
		expect(await refusal(reference.login(url, token, nextIdentifier(), "password"))).toBe("server_100");
	});

	it("registers a further device and logs in on it with the same user key", async () => {
		const { reference, token, url } = world;
		const user = await world.signUpReference();
		const device = nextIdentifier();
		const waiting = await reference.register_device_start(url, token, device, "device password");
		expect(() => reference.done_register_device_start(waiting)).not.toThrow();
		expect(await refusal(reference.login(url, token, device, "device password"))).toBe("server_100");

		const keys = `[${user.keys.map((key) => key.group_key).join(",")}]`;
		await reference.register_device(url, token, user.jwt, waiting, user.keys.length, keys);
		const onDevice = await referenceLogin(reference, url, token, device, "device password");
		expect(onDevice.id).toBe(user.id);
		expect(onDevice.deviceId).not.toBe(user.deviceId);
		expect(newest(onDevice.keys).group_key).toBe(newest(user.keys).group_key);
	});

	it("fetches a user key by id", async () => {
		const { reference, token, url } = world;
		const user = await world.signUpReference();
		const key = newest(user.keys);
		const response = await fetch(`${url}/api/v1/user/user_keys/key/${key.group_key_id}`, {
			headers: { "x-sentc-app-token": token, Authorization: `Bearer ${user.jwt}` },
		});
		const fetched = reference.done_fetch_user_key(user.device.privateKey, await response.text());
		expect(fetched.get_group_key()).toBe(key.group_key);
	});

	it("refreshes its JWT and restores its session", async () => {
		const { reference, token, url } = world;
		const user = await world.signUpReference();
		const refreshed = await reference.refresh_jwt(url, token, user.jwt, user.refreshToken);
		expect(reference.decode_jwt(refreshed).get_fresh()).toBe(false);
		const restored = await reference.init_user(url, token, refreshed, user.refreshToken);
		expect(reference.decode_jwt(restored.get_jwt()).get_aud()).toBe(user.id);
		expect(restored.get_invites()).toEqual([]);
		expect(await refusal(reference.refresh_jwt(url, token, user.jwt, "wrong"))).toBe("server_114");
	});
});

describe("accounts made by one client, used by the other", () => {
	it("our SDK logs in to an account of the reference client, with the same keys", async () => {
		const theirs = await world.signUpReference();
		const ours = await (await world.connect()).login(theirs.identifier, theirs.password, true);
		expect(ours.user_data.user_id).toBe(theirs.id);
		expect(ours.user_data.device.private_key).toBe(theirs.device.privateKey);
		expect(ours.user_data.user_keys[0]?.group_key).toBe(newest(theirs.keys).group_key);
		expect(ours.user_data.user_keys[0]?.sign_key).toBe(newest(theirs.keys).sign_key);
	});

	it("the reference client logs in to an account of our SDK, with the same keys", async () => {
		const { identifier, password, user } = await world.signUp();
		const theirs = await referenceLogin(world.reference, world.url, world.token, identifier, password);
		expect(theirs.id).toBe(user.user_data.user_id);
		expect(theirs.device.privateKey).toBe(user.user_data.device.private_key);
		expect(newest(theirs.keys).group_key).toBe(user.user_data.user_keys[0]?.group_key);
		expect(newest(theirs.keys).sign_key).toBe(user.user_data.user_keys[0]?.sign_key);
	});

	it("the reference client accepts a device of our SDK, and our SDK one of the reference client", async () => {
		const { reference, token, url } = world;
		const theirs = await world.signUpReference();
		const sentc = await world.connect();
		const ourDevice = nextIdentifier();
		const ourWaiting = await sentc.registerDeviceStart(ourDevice, "device password");
		const keys = `[${newest(theirs.keys).group_key}]`;
		await reference.register_device(url, token, theirs.jwt, String(ourWaiting), 1, keys);
		const onOurs = await sentc.login(ourDevice, "device password", true);
		expect(onOurs.user_data.user_keys[0]?.group_key).toBe(newest(theirs.keys).group_key);

		const { user } = await world.signUp();
		const theirDevice = nextIdentifier();
		await user.registerDevice(await reference.register_device_start(url, token, theirDevice, "device password"));
		const onTheirs = await referenceLogin(reference, url, token, theirDevice, "device password");
		expect(newest(onTheirs.keys).group_key).toBe(user.user_data.user_keys[0]?.group_key);
	});
});
