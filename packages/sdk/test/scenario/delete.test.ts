import { addDevice, authenticator, PASSWORD, rejection, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { answering, fetchThrough, notFound } from "../support/between.js";

const api = await startApi();
const codeOf = authenticator(api.clock);
afterAll(() => api.close());

const ENDED = { code: "SESSION_ENDED" };

describe("deleteUser", () => {
	it("deletes the user everywhere, and all of it on this device", async () => {
		const { sentc, storage, name, user } = await signUp(api);
		const phone = await addDevice(api, user);
		await user.getGroup(await user.createGroup());
		await user.deleteUser(PASSWORD);
		expect(await storage.keys()).toEqual([]);
		expect(await rejection(user.getJwt())).toMatchObject(ENDED);
		expect(await rejection(sentc.getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
		expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject({ status: "server_100" });
		expect(await rejection(phone.user.createGroup())).toMatchObject({ status: "server_100" });
		expect(await sentc.checkUserIdentifierAvailable(name)).toBe(true);
	});

	it("leaves everything as it was with a wrong password, and when the app does not allow it", async () => {
		const forbidden = { status: false, err_msg: "forbidden", err_code: 203 };
		const fetch = fetchThrough(answering(/^DELETE \/user$/, () => Response.json(forbidden)));
		const { sentc, storage, name, user } = await signUp(api, { fetch });
		const before = await storage.keys();
		expect(await rejection(user.deleteUser("wrong"))).toMatchObject({ status: "server_112" });
		expect(await rejection(user.deleteUser(PASSWORD))).toMatchObject({ status: "server_203" });
		expect(await storage.keys()).toEqual(before);
		expect(await user.createGroup()).toBeTypeOf("string");
		expect((await sentc.login(name, PASSWORD)).kind).toBe("user");
	});

	it("with MFA needs a code", async () => {
		const { storage, user } = await signUp(api);
		const { secret } = await user.registerRawOtp(PASSWORD);
		expect(await rejection(user.deleteUser(PASSWORD))).toMatchObject({ status: "client_10000" });
		expect(await rejection(user.deleteDevice(PASSWORD, "any"))).toMatchObject({ status: "client_10000" });
		await user.deleteUser(PASSWORD, codeOf(secret));
		expect(await storage.keys()).toEqual([]);
	});
});

describe("deleteDevice", () => {
	it("deletes another device: its session ends, this one goes on", async () => {
		const { storage, user } = await signUp(api);
		const phone = await addDevice(api, user);
		const before = await storage.keys();
		await user.deleteDevice(PASSWORD, phone.user.user_data.device_id);
		expect(await storage.keys()).toEqual(before);
		expect((await user.getDevices()).map(({ device_id }) => device_id)).toEqual([user.user_data.device_id]);
		const { jwt, refresh_token } = phone.user.user_data;
		expect(await rejection(phone.sentc.refreshJwt(jwt, refresh_token))).toMatchObject(ENDED);
		expect(await rejection(phone.sentc.login(phone.name, PASSWORD))).toMatchObject({ status: "server_100" });
	});

	it("of this device takes everything from the storage, too", async () => {
		const { user } = await signUp(api);
		const phone = await addDevice(api, user);
		await phone.user.getGroup(await phone.user.createGroup());
		await phone.user.deleteDevice(PASSWORD, phone.user.user_data.device_id);
		expect(await phone.storage.keys()).toEqual([]);
		expect(await rejection(phone.user.getJwt())).toMatchObject(ENDED);
		expect(await user.getDevices()).toHaveLength(1);
	});

	it("takes a recovery key of a user with MFA", async () => {
		const { user } = await signUp(api);
		const phone = await addDevice(api, user);
		const { recover } = await user.registerRawOtp(PASSWORD);
		await user.deleteDevice(PASSWORD, phone.user.user_data.device_id, recover[0], true);
		expect(await user.getDevices()).toHaveLength(1);
	});

	it("does not delete the last device, an unknown one, or anything with a wrong password", async () => {
		const { storage, user } = await signUp(api);
		const phone = await addDevice(api, user);
		const { user: stranger } = await signUp(api);
		const before = await storage.keys();
		const id = phone.user.user_data.device_id;
		expect(await rejection(user.deleteDevice("wrong", id))).toMatchObject({ status: "server_112" });
		const strange = stranger.user_data.device_id;
		expect(await rejection(user.deleteDevice(PASSWORD, strange))).toMatchObject({ status: "server_100" });
		expect(await rejection(stranger.deleteDevice(PASSWORD, strange))).toMatchObject({ status: "server_115" });
		expect(await stranger.getDevices()).toHaveLength(1);
		expect(await user.getDevices()).toHaveLength(2);
		expect(await storage.keys()).toEqual(before);
	});

	it("needs the id of a device", async () => {
		const { user } = await signUp(api);
		const before = api.requests.length;
		for (const id of ["", 5, undefined]) {
			expect(await rejection(user.deleteDevice(PASSWORD, id as string))).toMatchObject({ field: "device_id" });
		}
		expect(api.requests.length).toBe(before);
	});

	it("of this device keeps what is stored when the API does not delete it", async () => {
		const fetch = fetchThrough(answering("DELETE /user/device/", notFound));
		const { storage, user } = await signUp(api, { fetch });
		const before = await storage.keys();
		const deletion = user.deleteDevice(PASSWORD, user.user_data.device_id);
		expect(await rejection(deletion)).toMatchObject({ status: "server_404" });
		expect(await storage.keys()).toEqual(before);
		expect(await user.createGroup()).toBeTypeOf("string");
	});
});
