import {
	freshName,
	gate,
	newUser,
	rejection,
	signUp,
	startApi,
	startSentc,
	withExpiringJwt,
} from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import {
	createSentc,
	type MemoryStorage,
	REFRESH_ENDPOINT,
	type SessionEnded,
	type UserData,
} from "../../src/index.js";

const api = await startApi();
afterAll(() => api.close());

const refreshes = (): number => api.requests.filter((request) => request === "PUT /api/v1/refresh").length;

describe("getJwt", () => {
	it("sends one refresh for 50 parallel calls", async () => {
		const { sentc, storage } = await startSentc(api);
		const name = freshName();
		const user = await withExpiringJwt(api, () => newUser(sentc, name));
		const before = refreshes();
		const jwts = await Promise.all(Array.from({ length: 50 }, () => user.getJwt()));
		expect(refreshes() - before).toBe(1);
		expect(new Set(jwts).size).toBe(1);
		expect(await storage.getItem(`user_data_id_${name}`)).toMatchObject({ jwt: jwts[0] });
	});

	it("sends nothing while the JWT is valid", async () => {
		const { user } = await signUp(api);
		const before = refreshes();
		expect(await user.getJwt()).toBe(user.user_data.jwt);
		expect(refreshes()).toBe(before);
	});

	it("shares one session between all objects of a user", async () => {
		const { sentc } = await startSentc(api);
		const user = await withExpiringJwt(api, () => newUser(sentc));
		const before = refreshes();
		await Promise.all([user.getJwt(), sentc.getActualUser(true), user.createGroup()]);
		expect(refreshes() - before).toBe(1);
	});
});

describe("a refresh that comes back after logOut", () => {
	it("stores nothing and is not handed out", async () => {
		const { reached, open, pass } = gate();
		const { sentc, storage } = await startSentc(api, {
			fetch: async (input, init) => {
				const request = new Request(input, init);
				const response = await fetch(request);
				if (request.method === "PUT") await pass();
				return response;
			},
		});
		const user = await withExpiringJwt(api, () => newUser(sentc));
		const jwt = rejection(user.getJwt());
		await reached;
		await user.logOut();
		open();
		expect(await jwt).toMatchObject({ code: "SESSION_ENDED" });
		expect(await storage.keys()).toEqual([]);
	});

	it("stores nothing when another page logged out, and the session ends with its JWT", async () => {
		const { base_url, app_token } = api;
		for (const expiring of [false, true]) {
			const { sentc, storage } = await startSentc(api);
			const user = await (expiring ? withExpiringJwt(api, () => newUser(sentc)) : newUser(sentc));
			const otherPage = createSentc({ base_url, app_token, storage: { getStorage: async () => storage } });
			await (await otherPage.init())?.logOut();
			if (expiring)
				expect(await rejection(user.getJwt())).toMatchObject({ status: "server_114", code: "SESSION_ENDED" });
			else await user.getGroup(await user.createGroup());
			expect((await storage.keys()).filter((key) => /^(user_data|group_data|actual)/.test(key))).toEqual([]);
		}
	});
});

describe("after logOut", () => {
	it("every call of the user and of its groups throws SessionEnded", async () => {
		const { user } = await signUp(api);
		const groupId = await user.createGroup();
		const group = await user.getGroup(groupId);
		const text = group.encryptStringSync("hello");
		const { user_id } = user.user_data;
		await user.logOut();
		await user.logOut();

		const ended = { code: "SESSION_ENDED" };
		const calls: (() => Promise<unknown>)[] = [
			() => user.getJwt(),
			() => user.createGroup(),
			() => user.getGroups(),
			() => user.getGroup(groupId),
			() => user.encryptString("hello", user_id),
			() => user.fetchUserKey("key"),
			() => group.decryptString(text),
			() => group.groupUpdateCheck(),
			() => group.deleteGroup(),
		];
		for (const call of calls) await expect(call()).rejects.toMatchObject(ended);
		for (const call of [
			() => user.user_data,
			() => user.prepareGroupCreate(),
			() => user.getNewestSignKey(),
			() => group.data,
			() => group.encryptStringSync("hello"),
			() => group.decryptStringSync(text),
		]) {
			expect(call).toThrow(expect.objectContaining(ended));
		}
	});
});

describe("a session the API refuses to go on with", () => {
	async function refusedSession(): Promise<{ storage: MemoryStorage; name: string }> {
		const { sentc, storage } = await startSentc(api);
		const name = freshName();
		await withExpiringJwt(api, () => newUser(sentc, name));
		const data = await storage.getItem<UserData>(`user_data_id_${name}`);
		await storage.set(`user_data_id_${name}`, { ...data, refresh_token: "another one" });
		return { storage, name };
	}

	it("is not resumed: the reason is kept and told once, the stored data stays", async () => {
		const { storage, name } = await refusedSession();
		const { base_url, app_token } = api;
		const told: [SessionEnded, string][] = [];
		const sentc = createSentc({
			base_url,
			app_token,
			storage: { getStorage: async () => storage },
			on_session_end: (reason, identifier) => {
				told.push([reason, identifier]);
				throw new Error("That is the app's own matter");
			},
		});
		expect(await sentc.init()).toBeUndefined();
		expect(sentc.resumeError).toMatchObject({ code: "SESSION_ENDED", status: "server_114" });
		expect(await storage.keys()).toContain(`user_data_id_${name}`);

		const user = await sentc.getActualUser();
		const before = api.requests.length;
		for (const error of await Promise.all(Array.from({ length: 10 }, () => rejection(user.getJwt())))) {
			expect(error).toBe(sentc.resumeError);
		}
		expect(api.requests.length).toBe(before);
		expect(told).toEqual([[sentc.resumeError, name]]);
	});

	it("is not resumed while the API can't be reached, but may be later", async () => {
		const { storage } = await signUp(api);
		let online = false;
		const { base_url, app_token } = api;
		const sentc = createSentc({
			base_url,
			app_token,
			storage: { getStorage: async () => storage },
			fetch: (input, init) => (online ? fetch(input, init) : Promise.reject(new TypeError("offline"))),
		});
		expect(await sentc.init()).toBeUndefined();
		expect(sentc.resumeError).toMatchObject({ code: "REFRESH_FAILED" });
		online = true;
		const user = await sentc.getActualUser(true);
		expect(await user.createGroup()).toBeTypeOf("string");
	});
});

describe("a refresh by the developer", () => {
	it("keeps the refresh token in the user object only", async () => {
		const calls: string[] = [];
		const { sentc: plain } = await startSentc(api);
		const { sentc, storage } = await startSentc(api, {
			refresh: {
				endpoint: REFRESH_ENDPOINT.cookie_fn,
				endpoint_fn: async (jwt) => {
					calls.push(jwt);
					return plain.refreshJwt(jwt, refreshToken);
				},
			},
		});
		const name = freshName();
		const user = await withExpiringJwt(api, () => newUser(sentc, name));
		const refreshToken = user.user_data.refresh_token;
		const old = user.user_data.jwt;
		expect(refreshToken).not.toBe("");
		const jwt = await user.getJwt();
		expect(calls).toEqual([old]);
		expect(user.user_data.refresh_token).toBe(refreshToken);
		expect(await storage.getItem(`user_data_id_${name}`)).toMatchObject({ jwt, refresh_token: "" });
	});

	it("is not taken when it is no JWT of this user: the session stays", async () => {
		const { sentc: plain, user: stranger } = await signUp(api);
		let answer = "<html>";
		const { sentc } = await startSentc(api, {
			refresh: { endpoint: REFRESH_ENDPOINT.cookie_fn, endpoint_fn: async () => answer },
		});
		const user = await withExpiringJwt(api, () => newUser(sentc));
		const { jwt, refresh_token } = user.user_data;
		await expect(user.getJwt()).rejects.toMatchObject({ code: "REFRESH_FAILED" });
		answer = stranger.user_data.jwt;
		await expect(user.getJwt()).rejects.toMatchObject({ code: "REFRESH_FAILED" });
		answer = await plain.refreshJwt(jwt, refresh_token);
		expect(await user.getJwt()).toBe(answer);
	});

	it("resumes without a request while the JWT is valid", async () => {
		const refresh = { endpoint: REFRESH_ENDPOINT.cookie_fn, endpoint_fn: async () => "not asked" };
		const { storage, user } = await signUp(api, { refresh });
		const { base_url, app_token } = api;
		const before = api.requests.length;
		const next = createSentc({ base_url, app_token, refresh, storage: { getStorage: async () => storage } });
		expect((await next.init())?.user_data.jwt).toBe(user.user_data.jwt);
		expect(api.requests.length).toBe(before);
	});
});
