import {
	freshName,
	gate,
	newUser,
	PASSWORD,
	rejection,
	signUp,
	startApi,
	startSentc,
	withExpiringJwt,
} from "@sentc-ts/test-world";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { MemoryStorage, type UserData } from "../../src/index.js";
import { fetchThrough, routeOf } from "../support/between.js";

const api = await startApi();
afterAll(() => api.close());
afterEach(() => vi.unstubAllGlobals());

/** Two tabs of a browser. In the first a user has logged in, whose JWT is about to expire. */
async function openTabs() {
	const storage = new MemoryStorage();
	const [{ sentc }, { sentc: there }] = [await startSentc(api, { storage }), await startSentc(api, { storage })];
	const name = freshName();
	return { storage, name, sentc, there, user: await withExpiringJwt(api, () => newUser(sentc, name)) };
}

describe("another tab", () => {
	it("that was frozen with the lock makes nobody wait for ever", async () => {
		const { user } = await signUp(api, { storage: { getStorage: async () => new MemoryStorage(), timeout: 20 } });
		const request = (_: string, { signal }: { signal: AbortSignal }): Promise<never> =>
			new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
		vi.stubGlobal("navigator", { locks: { request } });
		expect(await rejection(user.logOut())).toMatchObject({ name: "StorageFailed", cause: { name: "TimeoutError" } });
	});

	it("that logged out is noticed by whoever asks for the key of somebody else", async () => {
		const { user: bob } = await signUp(api);
		const { sentc, storage, there } = await openTabs();
		await (await there.getActualUser()).logOut();
		await sentc.getUserPublicKey(bob.user_data.user_id);
		// For nobody: what is known of the keys of others belongs to a user, and goes with the log out.
		expect(await storage.keys()).toEqual([`user_public_key_id_${bob.user_data.user_id}`]);
	});

	it("keeps the keys it added when this one stores a new JWT, and this one learns them", async () => {
		const { name, storage, user, there } = await openTabs();
		const record = `user_data_id_${name}`;
		const stored = await storage.getItem<UserData>(record);
		const [first] = stored?.user_keys ?? [];
		const added = { ...first, group_key_id: "made by another tab" };
		await storage.set(record, { ...stored, user_keys: [first, added], newest_key_id: added.group_key_id, mfa: true });

		const jwt = await user.getJwt();
		expect(await storage.getItem(record)).toMatchObject({
			jwt,
			user_keys: [first, added],
			newest_key_id: added.group_key_id,
			mfa: true,
		});
		expect(await user.getUserSymKey(added.group_key_id)).toBe(first?.group_key);
		expect((await there.getActualUser()).user_data.newest_key_id).toBe(added.group_key_id);
	});

	it("that has proof of a key lends it to this one", async () => {
		const { name, storage, user } = await openTabs();
		const record = `user_data_id_${name}`;
		const stored = await storage.getItem<UserData>(record);
		const [first] = user.user_data.user_keys;
		if (!first) throw new Error("A new user has a key");
		const rotated = { ...first, group_key_id: "made by a rotation" };
		user.user_data.key_map.set(rotated.group_key_id, user.user_data.user_keys.push({ ...rotated, unproven: true }) - 1);
		await storage.set(record, { ...stored, user_keys: [first, rotated] });
		await user.getJwt();
		expect(user.user_data.user_keys).toEqual([first, rotated]);
		expect(await storage.getItem(record)).toMatchObject({ user_keys: [first, rotated] });
	});

	it("that refreshed the JWT, too, keeps the session alive in both", async () => {
		const { storage, user, there } = await openTabs();
		const other = await there.getActualUser();
		const jwts = await Promise.all([user.getJwt(), other.getJwt()]);
		for (const page of [user, other]) expect(jwts).toContain(page.user_data.jwt);
		const record = `user_data_id_${await storage.getItem("actual_user")}`;
		expect(jwts).toContain((await storage.getItem<UserData>(record))?.jwt);
	});

	it("that exchanged the refresh token, too, has the same one as this one and the storage", async () => {
		const { storage, name, user, there } = await openTabs();
		const first = user.user_data.refresh_token;
		const other = await there.getActualUser();
		await Promise.all([user.getJwt(), other.getJwt()]);
		const { refresh_token } = user.user_data;
		expect(refresh_token).not.toBe(first);
		expect(other.user_data.refresh_token).toBe(refresh_token);
		expect(await storage.getItem(`user_data_id_${name}`)).toMatchObject({ refresh_token });
	});

	it("that exchanged the refresh token minutes ago has left the next one here", async () => {
		const { sentc, storage, user } = await openTabs();
		const first = user.user_data.refresh_token;
		await withExpiringJwt(api, () => startSentc(api, { storage }));
		expect(await user.getJwt()).toBeTypeOf("string");
		const { jwt, refresh_token } = user.user_data;
		expect(refresh_token).not.toBe(first);
		expect(await sentc.refreshJwt(jwt, refresh_token)).toBeTypeOf("string");
	});

	it("that changed the password has the session that is kept when this one ends the others", async () => {
		const storage = new MemoryStorage();
		const { sentc, user } = await signUp(api, { storage });
		const other = await (await startSentc(api, { storage })).sentc.getActualUser();
		await other.changePassword(PASSWORD, "another password");
		await user.endOtherSessions("another password");
		for (const { user_data } of [user, other]) {
			expect(await sentc.refreshJwt(user_data.jwt, user_data.refresh_token)).toBeTypeOf("string");
		}
	});

	it("of another log in under the same identifier is not mixed with this one", async () => {
		const { name, storage, user } = await openTabs();
		const record = `user_data_id_${name}`;
		const stored = await storage.getItem<UserData>(record);
		const [first] = stored?.user_keys ?? [];
		const foreign = { ...first, group_key_id: "of somebody else" };
		await storage.set(record, { ...stored, user_id: "somebody else", user_keys: [first, foreign] });
		await user.getJwt();
		expect(user.user_data.user_keys).toHaveLength(1);
		expect(await storage.getItem(record)).toMatchObject({ user_id: "somebody else", user_keys: [first, foreign] });
	});

	it.each(["request", "answer"])(
		"that changed the password while the %s of a refresh was on its way has the session of both",
		async (held) => {
			const { reached, open, pass } = gate();
			const fetch = fetchThrough(async (request, send) => {
				if (routeOf(request) !== "PUT /refresh") return send();
				if (held === "request") await pass();
				const response = await send();
				if (held === "answer") await pass();
				return response;
			});
			const { storage, user } = await openTabs();
			const { sentc: there } = await withExpiringJwt(api, () => startSentc(api, { storage, fetch }));
			const other = await there.getActualUser();
			const jwt = other.getJwt();
			await reached;
			await user.changePassword(PASSWORD, "another password");
			open();
			expect(await jwt).toBeTypeOf("string");
			for (const page of [user, other]) expect(await page.getSessions()).toMatchObject([{ current: true }]);
			const { sentc: reloaded } = await startSentc(api, { storage });
			expect(reloaded.resumeError).toBeUndefined();
		},
	);

	it("that changed the password is logged out, at the API, too, when this one logs out", async () => {
		const { sentc, there, user } = await openTabs();
		const other = await there.getActualUser();
		await other.changePassword(PASSWORD, "another password");
		const { jwt, refresh_token } = other.user_data;
		expect(user.user_data.refresh_token).not.toBe(refresh_token);
		await user.logOut();
		expect(await rejection(sentc.refreshJwt(jwt, refresh_token))).toMatchObject({ status: "server_114" });
	});

	it("that reset the password has the session of both", async () => {
		const { user, there } = await openTabs();
		const other = await there.getActualUser();
		await user.resetPassword("another password");
		expect(await other.getJwt()).toBeTypeOf("string");
		for (const page of [user, other]) expect(await page.getSessions()).toMatchObject([{ current: true }]);
	});
});
