import { gate, newUser, PASSWORD, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it, vi } from "vitest";
import { createSentc, MemoryStorage, REFRESH_ENDPOINT } from "../../src/index.js";
import { answering, fetchThrough, notFound, routeOf } from "../support/between.js";
import { OwnStorage } from "../support/storages.js";

const api = await startApi();
afterAll(() => api.close());

describe("logOut", () => {
	it("lets nobody bring the user back while it is under way", async () => {
		const { sentc, storage, user } = await signUp(api);
		const leaving = user.logOut();
		expect(await rejection(sentc.getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
		await leaving;
		expect(await storage.keys()).toEqual([]);
	});

	it("lets nobody bring the user back who asked just before", async () => {
		const { sentc, storage, user } = await signUp(api);
		const asked = sentc.getActualUser().catch(() => undefined);
		await user.logOut();
		const found = await asked;
		expect(found === undefined || found === user).toBe(true);
		expect(await rejection(user.getJwt())).toMatchObject({ code: "SESSION_ENDED" });
		expect(await storage.keys()).toEqual([]);
	});

	it("can be repeated when the storage failed, and says so until it succeeds", async () => {
		const storage = new OwnStorage();
		const { user } = await signUp(api, storage.option);
		storage.broken = true;
		expect(await rejection(user.logOut())).toMatchObject({ name: "StorageFailed" });
		expect(await rejection(user.logOut())).toMatchObject({ name: "StorageFailed" });
		storage.broken = false;
		await user.logOut();
		expect([...storage.items.keys()]).toEqual([]);
	});

	it("leaves no key of a group that the reference client reached through a group, once no other user is stored", async () => {
		const storage = new MemoryStorage();
		const left = "group_data_user_a-group_id_another-group";
		const first = await signUp(api, { storage });
		await storage.set(left, { group_id: "another-group" });
		await storage.set("something_of_the_app", "kept");
		const second = await signUp(api, { storage });
		await first.user.logOut();
		expect(await storage.getItem(left)).toEqual({ group_id: "another-group" });
		await second.user.logOut();
		expect(await storage.keys()).toEqual(["something_of_the_app"]);
	});

	it("removes the keys of the user also when the list of stored keys was lost", async () => {
		const storage = new OwnStorage();
		const { user } = await signUp(api, storage.option);
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
		const { sentc, user } = await signUp(api, { fetch, storage });
		const { jwt, refresh_token } = user.user_data;
		expect(await sentc.refreshJwt(jwt, refresh_token)).toBeTypeOf("string");
		await Promise.all([user.logOut(), user.logOut()]);
		await user.logOut();
		expect(await rejection(sentc.refreshJwt(jwt, refresh_token))).toMatchObject({ status: "server_114" });
		expect(stored).toEqual([[]]);
	});

	it("ends although the storage failed", async () => {
		const storage = new OwnStorage();
		const { sentc, user } = await signUp(api, storage.option);
		const { jwt, refresh_token } = user.user_data;
		storage.broken = true;
		expect(await rejection(user.logOut())).toMatchObject({ name: "StorageFailed" });
		expect(await rejection(sentc.refreshJwt(jwt, refresh_token))).toMatchObject({ status: "server_114" });
	});

	const left: [reason: string, identifier: string][] = [];
	const on_session_left = (...told: [string, string]): void => {
		left.push(told);
	};

	it.each([
		["has no such route", "unsupported", async () => notFound()],
		["is behind a proxy that doesn't find it", "failed", async () => new Response("", { status: 404 })],
		["can't be reached", "failed", () => Promise.reject(new TypeError("offline"))],
		["answers nonsense", "failed", async () => new Response("<html>", { status: 502 })],
		["does not answer in time", "failed", () => new Promise<Response>(() => {})],
	])("goes on when the API %s: the app is told that", async (_, reason, answer: () => Promise<Response>) => {
		const fetch = fetchThrough(answering(END, answer));
		const { sentc, name, storage, user } = await signUp(api, { fetch, on_session_left });
		const { jwt, refresh_token } = user.user_data;
		await user.logOut();
		expect(left.splice(0)).toEqual([[reason, name]]);
		expect(await storage.keys()).toEqual([]);
		expect(await rejection(user.getJwt())).toMatchObject({ code: "SESSION_ENDED" });
		expect(await sentc.refreshJwt(jwt, refresh_token)).toBeTypeOf("string");
	});

	it("that goes on is told to a function whose own error changes nothing", async () => {
		const storage = new OwnStorage();
		const mine = new Error("mine");
		const reported: unknown[] = [];
		vi.stubGlobal("reportError", (error: unknown) => reported.push(error));
		const { user } = await signUp(api, {
			...storage.option,
			fetch: fetchThrough(answering(END, notFound)),
			on_session_left: () => {
				throw mine;
			},
		});
		storage.broken = true;
		expect(await rejection(user.logOut())).toMatchObject({ name: "StorageFailed" });
		storage.broken = false;
		await user.logOut();
		expect(reported).toEqual([mine]);
		vi.unstubAllGlobals();
	});

	it("that has ended is nothing to be told", async () => {
		const { user } = await signUp(api, { on_session_left });
		await user.logOut();
		expect(left).toEqual([]);
	});

	it("is left to the own backend, which has the refresh token", async () => {
		const refresh = { endpoint: REFRESH_ENDPOINT.cookie_fn, endpoint_fn: async () => "not asked" };
		const { storage } = await signUp(api, { refresh });
		const { sentc: reloaded } = await startSentc(api, { refresh, storage });
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
		const { sentc, name, user } = await signUp(api, { fetch });
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
		const { user } = await signUp(api, {
			fetch: async (input, init) => {
				const asked = new Request(input, init);
				const url = lie ? asked.url.replace(/key\/unknown$/, `key/${newest}`) : asked.url;
				return fetch(url, asked);
			},
		});
		const newest = user.user_data.newest_key_id;
		const before = structuredClone(user.user_data.user_keys);
		lie = true;
		expect(await rejection(user.fetchUserKey("unknown"))).toMatchObject({ code: "ANSWER_FORGED" });
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
		expect(await rejection(group.getSymKeyById("unknown"))).toMatchObject({ code: "ANSWER_FORGED" });
		expect(group.data.keys).toHaveLength(1);
	});
});

describe("an option that is undefined", () => {
	it("does not switch a default off", async () => {
		const { base_url, app_token } = api;
		const getStorage = async () => new MemoryStorage();
		const strict = {
			base_url,
			app_token,
			storage: { getStorage },
			require_signatures: undefined,
			worker: false,
		} as object;
		const sentc = createSentc(strict);
		await sentc.init({ app_token: undefined } as object);
		const user = await newUser(sentc);
		const group = await user.getGroup(await user.createGroup());
		const unsigned = await group.encryptString("text");
		const read = group.decryptString(unsigned, true, user.user_data.user_id);
		expect(await rejection(read)).toMatchObject({ code: "SIGNATURE_REQUIRED" });
	});
});
