import { createHash } from "node:crypto";
import { PASSWORD } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { newest, type ReferenceDevice, referenceLogin, resultOf } from "./reference-device.js";
import { createWorld, nextIdentifier, statusOfFailure } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

interface ListedDevice {
	device_id: string;
	time: number;
	device_identifier: string;
}

const hashOf = (identifier: string) => createHash("sha256").update(identifier).digest("base64");

async function listDevices(user: ReferenceDevice, after?: ListedDevice): Promise<ListedDevice[]> {
	return resultOf(await user.request("GET", `/user/device/${after?.time ?? 0}/${after?.device_id ?? "none"}`));
}

const deleteDevice = (jwt: string, id: string) => world.reference.delete_device(world.url, world.token, jwt, id);

describe("devices of the reference client", () => {
	it("wait until a device that is logged in lets them in", async () => {
		const user = await world.signUpReference();
		const identifier = nextIdentifier();
		const waiting = await world.startReference(identifier);
		expect(() => world.reference.done_register_device_start(waiting)).not.toThrow();
		expect(await statusOfFailure(referenceLogin(world, identifier, PASSWORD))).toBe("server_100");
		await user.registerDevice(waiting);
		const added = await referenceLogin(world, identifier, PASSWORD);
		expect(added.id).toBe(user.id);
		expect(added.deviceId).not.toBe(user.deviceId);
		expect(newest(added.keys).group_key).toBe(newest(user.keys).group_key);
	});

	it("are let in once", async () => {
		const user = await world.signUpReference();
		const waiting = await world.startReference();
		await user.registerDevice(waiting);
		expect(await statusOfFailure(user.registerDevice(waiting))).toBe("server_100");
	});

	it("can't take an identifier that another device has", async () => {
		const { identifier } = await world.signUpReference();
		const waiting = nextIdentifier();
		await world.startReference(waiting);
		expect(await statusOfFailure(world.startReference(identifier))).toBe("server_101");
		// Several may wait with one identifier: that of the reference server would be taken (protocol/http-api §11.2).
		await world.startReference(waiting);
	});

	it("are listed page by page, the oldest first, with the hash of the identifier", async () => {
		const first = await world.signUpReference();
		const second = await world.addReference(first);
		const third = await world.addReference(second);
		const all = await listDevices(third);
		expect(all.map(({ device_id }) => device_id)).toEqual([first.deviceId, second.deviceId, third.deviceId]);
		expect(newest(all).device_identifier).toBe(hashOf(first.identifier));
		expect(await listDevices(first, newest(all))).toEqual(all.slice(1));
		expect(await listDevices(first, all.at(-1))).toEqual([]);
	});

	it("are deleted by one of them: no login, no JWT and no refresh after that", async () => {
		const first = await world.signUpReference();
		const second = await world.addReference(first);
		await deleteDevice(await first.freshJwt(), second.deviceId);
		expect(await statusOfFailure(referenceLogin(world, second.identifier, PASSWORD))).toBe("server_100");
		expect(await statusOfFailure(listDevices(second))).toBe("server_100");
		const refresh = world.reference.refresh_jwt(world.url, world.token, second.jwt, second.refreshToken);
		expect(await statusOfFailure(refresh)).toMatch(/^server_(100|114)$/);
		expect(await listDevices(first)).toHaveLength(1);
	});

	it("are not deleted with an old JWT, by another user, or when nothing would be left", async () => {
		const { reference, token, url } = world;
		const user = await world.signUpReference();
		const stranger = await world.signUpReference();
		const refreshed = await reference.refresh_jwt(url, token, user.jwt, user.refreshToken);
		expect(await statusOfFailure(deleteDevice(refreshed, user.deviceId))).toBe("server_113");
		expect(await statusOfFailure(deleteDevice(stranger.jwt, user.deviceId))).toBe("server_100");
		expect(await statusOfFailure(deleteDevice(await user.freshJwt(), user.deviceId))).toBe("server_115");
	});

	it("have an identifier that can be changed", async () => {
		const { reference } = world;
		const user = await world.signUpReference();
		const taken = await world.signUpReference();
		const next = nextIdentifier();
		const rename = async (identifier: string) =>
			resultOf(await user.request("PUT", "/user", { body: reference.user_prepare_user_identifier_update(identifier) }));
		expect(await statusOfFailure(rename(taken.identifier))).toBe("server_101");
		await rename(next);
		expect((await referenceLogin(world, next, user.password)).deviceId).toBe(user.deviceId);
		expect(await statusOfFailure(referenceLogin(world, user.identifier, user.password))).toBe("server_100");
	});
});

describe("devices of one client seen by the other", () => {
	it("are let in, listed, renamed and deleted by our SDK", async () => {
		const { identifier, password, sentc, user } = await world.signUp();
		const device = nextIdentifier();
		await user.registerDevice(await world.startReference(device));
		const theirs = await referenceLogin(world, device, PASSWORD);
		expect(newest(theirs.keys).group_key).toBe(user.user_data.user_keys[0]?.group_key);
		const listed = await user.getDevices();
		expect(listed).toEqual(await listDevices(theirs));

		const renamed = nextIdentifier();
		await user.updateUser(renamed);
		expect((await referenceLogin(world, renamed, password)).deviceId).toBe(user.user_data.device_id);
		expect(await statusOfFailure(referenceLogin(world, identifier, password))).toBe("server_100");

		const again = await sentc.login(renamed, password, true);
		await again.deleteDevice(password, theirs.deviceId);
		expect(await statusOfFailure(referenceLogin(world, device, PASSWORD))).toBe("server_100");
	});

	it("are let in, listed, renamed and deleted by the reference client", async () => {
		const theirs = await world.signUpReference();
		const sentc = await world.connect();
		const device = nextIdentifier();
		await theirs.registerDevice(String(await sentc.registerDeviceStart(device, PASSWORD)));
		const ours = await sentc.login(device, PASSWORD, true);
		expect(ours.user_data.user_keys[0]?.group_key).toBe(newest(theirs.keys).group_key);
		expect(await ours.getDevices()).toEqual(await listDevices(theirs));

		const renamed = nextIdentifier();
		const body = world.reference.user_prepare_user_identifier_update(renamed);
		resultOf(await theirs.request("PUT", "/user", { body }));
		const again = await (await world.connect()).login(renamed, theirs.password, true);
		expect(again.user_data.device_id).toBe(theirs.deviceId);

		await deleteDevice(theirs.jwt, ours.user_data.device_id);
		expect(await statusOfFailure(sentc.login(device, PASSWORD))).toBe("server_100");
		expect(await statusOfFailure(ours.getDevices())).toBe("server_100");
	});
});
