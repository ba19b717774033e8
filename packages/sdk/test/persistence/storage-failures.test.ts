import { freshName, newUser, PASSWORD, rejection, startApi, startSentc, withExpiringJwt } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { MemoryStorage, type SentcClient, type StorageInterface, type UserData } from "../../src/index.js";
import { recordLogins } from "../support/logins.js";
import { FailingStorage, QUOTA } from "../support/storages.js";

const api = await startApi();
afterAll(() => api.close());

async function startWith(storage: StorageInterface, timeout?: number): Promise<SentcClient> {
	const options = { storage: { getStorage: async () => storage, timeout }, worker: false } as const;
	return (await startSentc(api, options)).sentc;
}

describe("a full storage", () => {
	it("makes a log in fail and leaves nothing of it, whichever write is the first that fails", async () => {
		const storage = new FailingStorage();
		const sentc = await startWith(storage);
		const name = freshName();
		await sentc.register(name, PASSWORD);
		for (const room of [0, 1, 2, 3]) {
			storage.room = room;
			expect(await rejection(sentc.login(name, PASSWORD, true))).toMatchObject({
				name: "StorageFailed",
				code: "STORAGE_FAILED",
				cause: QUOTA,
			});
			expect(await storage.content()).toEqual({});
			expect(await rejection(sentc.getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
		}
		storage.room = Number.POSITIVE_INFINITY;
		expect(await sentc.login(name, PASSWORD, true)).toBe(await sentc.getActualUser());
	});

	it("leaves what was stored when the same or another user logs in again", async () => {
		const storage = new FailingStorage();
		const sentc = await startWith(storage);
		const [first, second] = [freshName(), freshName()];
		const user = await newUser(sentc, first);
		await sentc.register(second, PASSWORD);
		const before = await storage.content();
		for (const [name, room] of [
			[first, 2],
			[second, 2],
		] as const) {
			storage.room = room;
			expect(await rejection(sentc.login(name, PASSWORD, true))).toMatchObject({ cause: QUOTA });
			storage.room = Number.POSITIVE_INFINITY;
		}
		expect(Object.keys(await storage.content()).toSorted()).toEqual(Object.keys(before).toSorted());
		expect(await sentc.getActualUser()).toBe(user);
	});

	it("keeps the old record when a new JWT can't be stored, and the session goes on", async () => {
		const storage = new FailingStorage();
		const sentc = await startWith(storage);
		const name = freshName();
		const user = await withExpiringJwt(api, () => newUser(sentc, name));
		const before = await storage.getItem(`user_data_id_${name}`);
		storage.room = 0;
		expect(await rejection(user.getJwt())).toMatchObject({ name: "StorageFailed", cause: QUOTA });
		expect(await storage.getItem(`user_data_id_${name}`)).toEqual(before);
		storage.room = 100;
		const jwt = await user.getJwt();
		expect(jwt).not.toBe((before as UserData).jwt);
		await user.fetchUserKey(user.user_data.newest_key_id);
		expect(await storage.getItem(`user_data_id_${name}`)).toMatchObject({ jwt });
	});

	it("does not encrypt for a key that could not be remembered", async () => {
		const bob = await newUser(await startWith(new MemoryStorage()));
		const storage = new FailingStorage();
		const user = await newUser(await startWith(storage));
		storage.room = 0;
		const text = user.encryptString("text", bob.user_data.user_id);
		expect(await rejection(text)).toMatchObject({ name: "StorageFailed", cause: QUOTA });
	});
});

describe("a storage that never answers", () => {
	const TIMEOUT_MS = 20;

	it.each(["getItem", "set", "delete", "keys"])("%s: every call ends with StorageFailed", async (silent) => {
		const storage = new FailingStorage();
		const sentc = await startWith(storage, TIMEOUT_MS);
		const name = freshName();
		await sentc.register(name, PASSWORD);
		const user = await sentc.login(name, PASSWORD, true);
		const bob = await newUser(await startWith(new MemoryStorage()));
		storage.silent = [silent];
		const late = { name: "StorageFailed", cause: { name: "TimeoutError" } };
		const calls: Record<string, (() => Promise<unknown>)[]> = {
			getItem: [
				() => sentc.getActualUser(),
				() => sentc.getUser(name),
				() => sentc.getUserPublicKey(bob.user_data.user_id),
				() => sentc.login(name, PASSWORD, true),
				() => user.getGroup("any"),
			],
			set: [
				() => user.encryptString("text", bob.user_data.user_id),
				() => user.fetchUserKey(user.user_data.newest_key_id),
				() => sentc.login(name, PASSWORD, true),
			],
			delete: [],
			keys: [],
		};
		for (const call of calls[silent] ?? []) expect(await rejection(call())).toMatchObject(late);
		if (silent !== "set") expect(await rejection(user.logOut())).toMatchObject(late);
		storage.silent = [];
		await user.logOut();
		expect(await storage.content()).toEqual({});
	});

	it("does not make init wait for ever", async () => {
		const silent = { getStorage: () => new Promise<never>(() => {}), timeout: TIMEOUT_MS };
		const late = { name: "StorageFailed", cause: { name: "TimeoutError" } };
		expect(await rejection(startSentc(api, { storage: silent }))).toMatchObject(late);

		const storage = new FailingStorage();
		storage.silent = ["getItem"];
		const sentc = await startWith(storage, TIMEOUT_MS);
		expect(sentc.resumeError).toMatchObject(late);
	});

	it("may throw or answer no promise", async () => {
		const throws = { getItem: () => 5, set: () => undefined, delete: () => undefined } as unknown as StorageInterface;
		expect(await rejection((await startWith(throws)).getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
		throws.getItem = () => {
			throw new TypeError("no");
		};
		const sentc = await startWith(throws);
		expect(await rejection(sentc.getActualUser())).toMatchObject({ name: "StorageFailed", cause: TypeError("no") });
	});

	it("is not waited for with an invalid timeout", async () => {
		for (const timeout of [0, -1, 1.5, Number.NaN, "10" as unknown as number]) {
			const failed = rejection(startSentc(api, { storage: { timeout } }));
			expect(await failed).toMatchObject({ name: "InvalidInput", field: "storage.timeout" });
		}
	});
});

describe("a change that can't be stored", () => {
	it("is stored with the next one", async () => {
		const storage = new FailingStorage();
		const name = freshName();
		const user = await withExpiringJwt(api, async () => newUser(await startWith(storage), name));
		storage.room = 0;
		await user.registerRawOtp(PASSWORD);
		storage.room = Number.POSITIVE_INFINITY;
		await user.getJwt();
		expect(user.enabledMfa()).toBe(true);
		expect(await storage.getItem(`user_data_id_${name}`)).toMatchObject({ mfa: true });
	});
});

describe("a log in that can't be stored", () => {
	it("leaves no session at the API", async () => {
		const { fetch, logins } = recordLogins();
		const storage = new MemoryStorage();
		const { sentc } = await startSentc(api, { fetch, storage });
		const name = freshName();
		await sentc.register(name, PASSWORD);
		storage.set = () => Promise.reject(new Error("full"));
		expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject({ name: "StorageFailed" });
		const [login] = logins;
		const refreshed = sentc.refreshJwt(login?.jwt ?? "", login?.refresh_token ?? "");
		expect(await rejection(refreshed)).toMatchObject({ status: "server_114" });
	});
});
