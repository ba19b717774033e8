import { afterAll, describe, expect, it } from "vitest";
import { newest, type ReferenceDevice, referenceLogin } from "./reference-device.js";
import { createWorld, statusOfFailure } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

const NEXT = "another password";

const change = ({ identifier, password }: { identifier: string; password: string }) =>
	world.reference.change_password(world.url, world.token, identifier, password, NEXT);

const reset = ({ jwt, device }: ReferenceDevice) =>
	world.reference.reset_password(world.url, world.token, jwt, NEXT, device.privateKey, device.signKey);

describe("the reference client changes a password", () => {
	it("and keeps its keys", async () => {
		const user = await world.signUpReference();
		await change(user);
		const again = await referenceLogin(world, user.identifier, NEXT);
		expect(again.device).toEqual(user.device);
		expect(newest(again.keys).group_key).toBe(newest(user.keys).group_key);
		expect(await statusOfFailure(referenceLogin(world, user.identifier, user.password))).toBe("server_112");
	});

	it("and keeps its sessions, also those whose refresh token an own backend has in a cookie", async () => {
		const user = await world.signUpReference();
		const inCookie = await referenceLogin(world, user.identifier, user.password);
		await change(user);
		for (const [{ token }, { jwt, refreshToken }] of [[world, user] as const, [world.backend, inCookie] as const]) {
			const refreshed = await world.reference.refresh_jwt(world.url, token, jwt, refreshToken);
			expect(world.reference.decode_jwt(refreshed).get_aud()).toBe(user.id);
			const restored = await world.reference.init_user(world.url, token, jwt, refreshToken);
			expect(world.reference.decode_jwt(restored.get_jwt()).get_aud()).toBe(user.id);
		}
	});

	it("only with the old one", async () => {
		const { identifier } = await world.signUpReference();
		expect(await statusOfFailure(change({ identifier, password: "wrong" }))).toBe("server_112");
	});

	it("and our SDK logs in with the new one", async () => {
		const { identifier, password, user } = await world.signUp();
		await change({ identifier, password });
		const again = await (await world.connect()).login(identifier, NEXT, true);
		expect(again.user_data.device).toEqual(user.user_data.device);
	});
});

describe("the reference client resets a password", () => {
	it("without the old one, and keeps its keys", async () => {
		const user = await world.signUpReference();
		await reset(user);
		const again = await referenceLogin(world, user.identifier, NEXT);
		expect(again.device).toEqual(user.device);
		expect(newest(again.keys).group_key).toBe(newest(user.keys).group_key);
		expect(await statusOfFailure(referenceLogin(world, user.identifier, user.password))).toBe("server_112");
	});

	it("which ends the sessions of the device", async () => {
		const user = await world.signUpReference();
		await reset(user);
		const refresh = world.reference.refresh_jwt(world.url, world.token, user.jwt, user.refreshToken);
		expect(await statusOfFailure(refresh)).toBe("server_114");
	});

	it("and our SDK logs in with the new one", async () => {
		const { identifier, password, user } = await world.signUp();
		await reset(await referenceLogin(world, identifier, password));
		const again = await (await world.connect()).login(identifier, NEXT, true);
		expect(again.user_data.device).toEqual(user.user_data.device);
	});
});

describe("our SDK", () => {
	it("changes a password, and the reference client logs in with the new one", async () => {
		const theirs = await world.signUpReference();
		const ours = await world.login(theirs);
		await ours.changePassword(theirs.password, NEXT);
		const again = await referenceLogin(world, theirs.identifier, NEXT);
		expect(again.device).toEqual(theirs.device);
		expect(await statusOfFailure(referenceLogin(world, theirs.identifier, theirs.password))).toBe("server_112");
	});

	it("resets a password, and the reference client logs in with the new one", async () => {
		const theirs = await world.signUpReference();
		const ours = await world.login(theirs);
		await ours.resetPassword(NEXT);
		const again = await referenceLogin(world, theirs.identifier, NEXT);
		expect(again.device).toEqual(theirs.device);
		expect(newest(again.keys).group_key).toBe(newest(theirs.keys).group_key);
		expect(await ours.getDevices()).toHaveLength(1);
	});
});
