import { freshName, newUser, PASSWORD, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";

const api = await startApi();
afterAll(() => api.close());

const UNKNOWN = { status: "server_100" };

describe("updateUser", () => {
	it("logins take the new identifier, also the ones for fresh JWTs", async () => {
		const { sentc, name, user } = await signUp(api);
		const next = freshName();
		await user.updateUser(next);
		expect(await user.getOtpRecoverKeys(PASSWORD)).toEqual([]);
		await user.changePassword(PASSWORD, "new");
		await user.resetPassword(PASSWORD);
		expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject(UNKNOWN);
		const again = await sentc.login(next, PASSWORD, true);
		expect(again.user_data.device_id).toBe(user.user_data.device_id);
	});

	it("is remembered under the names that are stored already, until logOut", async () => {
		const { storage, name, user } = await signUp(api);
		const keys = await storage.keys();
		await user.updateUser(freshName());
		await user.updateUser(freshName());
		expect(await storage.keys()).toEqual(keys);

		const { sentc: reloaded } = await startSentc(api, { storage });
		const [resumed, identifier] = await reloaded.getActualUser(false, true);
		expect(identifier).toBe(name);
		expect(await resumed.getOtpRecoverKeys(PASSWORD)).toEqual([]);
		await resumed.logOut();
		expect(await storage.keys()).toEqual([]);
	});

	it("leaves nothing under the old identifier after a login with the new one and logOut", async () => {
		const { sentc, storage, name, user } = await signUp(api);
		const next = freshName();
		await user.updateUser(next);
		const again = await sentc.login(next, PASSWORD, true);
		expect(await storage.keys()).not.toContain(`user_data_id_${name}`);
		expect(await sentc.getActualUser()).toBe(again);
		await again.logOut();
		expect(await storage.keys()).toEqual([]);
	});

	it("of somebody else who logs in takes nothing from the user before", async () => {
		const { sentc, name, user } = await signUp(api);
		await newUser(sentc);
		expect(await sentc.getUser(name)).toBe(user);
	});

	it("changes nothing when the identifier is taken", async () => {
		const { sentc, name, user } = await signUp(api);
		const other = await signUp(api);
		expect(await rejection(user.updateUser(other.name))).toMatchObject({ status: "server_101" });
		expect(await user.getOtpRecoverKeys(PASSWORD)).toEqual([]);
		expect((await sentc.login(name, PASSWORD)).kind).toBe("user");
	});

	it("needs an identifier", async () => {
		const { user } = await signUp(api);
		const before = api.requests.length;
		for (const identifier of ["", 5, undefined, "\ud800", "ü".repeat(513)]) {
			expect(await rejection(user.updateUser(identifier as string))).toMatchObject({ field: "newIdentifier" });
		}
		expect(api.requests.length).toBe(before);
	});
});
