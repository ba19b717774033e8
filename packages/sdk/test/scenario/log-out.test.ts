import { freshName, newUser, PASSWORD, rejection, type ServedApi, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSentc, MemoryStorage, REFRESH_ENDPOINT, type StorageInterface } from "../../src/index.js";
import { fetchThrough, gate, notFound, routeOf } from "../support/fetch-through.js";

let api: ServedApi;
beforeAll(async () => {
	api = await startApi();
});
afterAll(() => api.close());

/** What an app may bring: it can't list its keys, and an item can refuse to be deleted. */
class OwnStorage implements Pick<StorageInterface, "getItem" | "set" | "delete"> {
	readonly items: Map<string, unknown> = new Map();
	broken = false;

	async getItem<T>(key: string): Promise<T | undefined> {
		return structuredClone(this.items.get(key)) as T | undefined;
	}

	async set(key: string, item: unknown): Promise<void> {
		this.items.set(key, structuredClone(item));
	}

	async delete(key: string): Promise<void> {
		if (this.broken) throw new Error("the disk is gone");
		this.items.delete(key);
	}
}

async function startWith(storage: OwnStorage) {
	const { base_url, app_token } = api;
	const getStorage = async () => storage as unknown as StorageInterface;
	const sentc = createSentc({ base_url, app_token, storage: { getStorage } });
	await sentc.init();
	return sentc;
}

describe("logOut", () => {
	it("lets nobody bring the user back while it is under way", async () => {
		const { sentc, storage } = await startSentc(api);
		const user = await newUser(sentc);
		const leaving = user.logOut();
		expect(await rejection(sentc.getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
		await leaving;
		expect(await storage.keys()).toEqual([]);
	});

	it("lets nobody bring the user back who asked just before", async () => {
		const { sentc, storage } = await startSentc(api);
		const user = await newUser(sentc);
		const asked = sentc.getActualUser().catch(() => undefined);
		await user.logOut();
		const found = await asked;
		expect(found === undefined || found === user).toBe(true);
		expect(await rejection(user.getJwt())).toMatchObject({ code: "SESSION_ENDED" });
		expect(await storage.keys()).toEqual([]);
	});

	it("can be repeated when the storage failed, and says so until it succeeds", async () => {
		const storage = new OwnStorage();
		const user = await newUser(await startWith(storage));
		storage.broken = true;
		expect(await rejection(user.logOut())).toMatchObject({ name: "StorageFailed" });
		expect(await rejection(user.logOut())).toMatchObject({ name: "StorageFailed" });
		storage.broken = false;
		await user.logOut();
		expect([...storage.items.keys()]).toEqual([]);
	});

	it("removes the keys of the user also when the list of stored keys was lost", async () => {
		const storage = new OwnStorage();
		const user = await newUser(await startWith(storage));
		storage.items.delete("stored_keys");
		await user.logOut();
		expect([...storage.items.keys()].filter((key) => /user_data|actual_user/.test(key))).toEqual([]);
	});
});

describe("the session at the API", () => {
	const END = "DELETE /refresh";

	it("ends with logOut, which is local first", async () => {
		const stored: string[][] = [];
		const storage = new MemoryStorage();
		const fetch = fetchThrough(async (request, send) => {
			if (routeOf(request) === END) stored.push(await storage.keys());
			return send();
		});
		const { sentc } = await startSentc(api, { fetch, storage: { getStorage: async () => storage } });
		const user = await newUser(sentc);
		const { jwt, refresh_token } = user.user_data;
		expect(await sentc.refreshJwt(jwt, refresh_token)).toBeTypeOf("string");
		await Promise.all([user.logOut(), user.logOut()]);
		await user.logOut();
		expect(await rejection(sentc.refreshJwt(jwt, refresh_token))).toMatchObject({ status: "server_114" });
		expect(stored).toEqual([[]]);
	});

	it("ends although the storage failed", async () => {
		const storage = new OwnStorage();
		const sentc = await startWith(storage);
		const user = await newUser(sentc);
		const { jwt, refresh_token } = user.user_data;
		storage.broken = true;
		expect(await rejection(user.logOut())).toMatchObject({ name: "StorageFailed" });
		expect(await rejection(sentc.refreshJwt(jwt, refresh_token))).toMatchObject({ status: "server_114" });
	});

	it.each([
		["does not know how", async () => notFound()],
		["can't be reached", () => Promise.reject(new TypeError("offline"))],
		["answers nonsense", async () => new Response("<html>", { status: 502 })],
		["does not answer in time", () => new Promise<Response>(() => {})],
	])("is no matter when the API %s", async (_, answer: () => Promise<Response>) => {
		const fetch = fetchThrough((request, send) => (routeOf(request) === END ? answer() : send()));
		const { sentc, storage } = await startSentc(api, { fetch });
		const user = await newUser(sentc);
		await user.logOut();
		expect(await storage.keys()).toEqual([]);
		expect(await rejection(user.getJwt())).toMatchObject({ code: "SESSION_ENDED" });
	});

	it("is left to the own backend, which has the refresh token", async () => {
		const refresh = { endpoint: REFRESH_ENDPOINT.cookie_fn, endpoint_fn: async () => "not asked" };
		const { sentc, storage } = await startSentc(api, { refresh });
		await newUser(sentc);
		const { sentc: reloaded } = await startSentc(api, { refresh, storage: { getStorage: async () => storage } });
		const user = await reloaded.getActualUser();
		expect(user.user_data.refresh_token).toBe("");
		const before = api.requests.length;
		await user.logOut();
		expect(api.requests.length).toBe(before);
		expect(await storage.keys()).toEqual([]);
	});

	it("of a login meanwhile is not the one that ends", async () => {
		const { reached, open, pass } = gate();
		const fetch = fetchThrough(async (request, send) => {
			if (routeOf(request) === END) await pass();
			return send();
		});
		const { sentc } = await startSentc(api, { fetch });
		const name = freshName();
		const user = await newUser(sentc, name);
		const leaving = user.logOut();
		await reached;
		const again = await sentc.login(name, PASSWORD, true);
		open();
		await leaving;
		const { jwt, refresh_token } = again.user_data;
		expect(await sentc.refreshJwt(jwt, refresh_token)).toBeTypeOf("string");
		expect(await sentc.getActualUser()).toBe(again);
	});
});

describe("a server that answers another key than was asked for", () => {
	it("can't replace the newest keys of the user", async () => {
		let lie = false;
		const { sentc } = await startSentc(api, {
			fetch: async (input, init) => {
				const asked = new Request(input, init);
				const url = lie ? asked.url.replace(/key\/unknown$/, `key/${newest}`) : asked.url;
				return fetch(url, asked);
			},
		});
		const user = await newUser(sentc);
		const newest = user.user_data.newest_key_id;
		const before = structuredClone(user.user_data.user_keys);
		lie = true;
		expect(await rejection(user.fetchUserKey("unknown"))).toMatchObject({ name: "EnvelopeError" });
		expect(user.user_data.user_keys).toEqual(before);
	});

	it("can't put another key in a group", async () => {
		let lie = false;
		let newest = "";
		const { sentc } = await startSentc(api, {
			fetch: async (input, init) => {
				const asked = new Request(input, init);
				return fetch(lie ? asked.url.replace(/key\/unknown$/, `key/${newest}`) : asked.url, asked);
			},
		});
		const user = await newUser(sentc);
		const group = await user.getGroup(await user.createGroup());
		newest = group.data.newest_key_id;
		lie = true;
		expect(await rejection(group.getSymKeyById("unknown"))).toMatchObject({ name: "EnvelopeError" });
		expect(group.data.keys).toHaveLength(1);
	});
});

describe("an option that is undefined", () => {
	it("does not switch a default off", async () => {
		const { base_url, app_token } = api;
		const getStorage = async () => new MemoryStorage();
		const strict = { base_url, app_token, storage: { getStorage }, require_signatures: undefined } as object;
		const sentc = createSentc(strict);
		await sentc.init({ app_token: undefined } as object);
		const user = await newUser(sentc);
		const group = await user.getGroup(await user.createGroup());
		const unsigned = await group.encryptString("text");
		const read = group.decryptString(unsigned, true, user.user_data.user_id);
		expect(await rejection(read)).toMatchObject({ code: "SIGNATURE_REQUIRED" });
	});
});
