import { freshName, newUser, PASSWORD, signUp, startApi, startSentc, withExpiringJwt } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { createSentc, SentcClient, User } from "../../src/index.js";
import { TEXT } from "../support/samples.js";

const api = await startApi();
const sentc = (await startSentc(api)).sentc;
afterAll(() => api.close());

describe("account", () => {
	it("registers, logs in and knows the user", async () => {
		const name = freshName();
		expect(await sentc.checkUserIdentifierAvailable(name)).toBe(true);
		const userId = await sentc.register(name, PASSWORD);
		expect(await sentc.checkUserIdentifierAvailable(name)).toBe(false);

		expect(sentc).toBeInstanceOf(SentcClient);
		const login = await sentc.login(name, PASSWORD);
		expect(login.kind).toBe("user");
		expect(login.u).toBeInstanceOf(User);
		const user = login.u as User;
		expect(user.user_data.user_id).toBe(userId);
		expect(await sentc.getActualUser()).toBe(user);
		expect(await sentc.getActualUser(true)).toBe(user);
		expect(await sentc.getActualUser(false, true)).toEqual([user, name]);
		expect(await sentc.getUser(name)).toBe(user);
		expect(await sentc.getUser("somebody else")).toBe(false);
	});

	it("registers through an own backend: prepare, send, done", async () => {
		const name = freshName();
		const send = async (path: string, body: string | false): Promise<string> => {
			const headers = { "x-sentc-app-token": api.app_token };
			const answer = await fetch(`${api.base_url}/api/v1${path}`, { method: "POST", headers, body: String(body) });
			return answer.text();
		};
		const exists = await send("/exists", sentc.prepareCheckUserIdentifierAvailable(name));
		expect(sentc.doneCheckUserIdentifierAvailable(exists)).toBe(true);
		const userId = sentc.doneRegister(await send("/register", sentc.prepareRegister(name, PASSWORD)));
		expect((await sentc.login(name, PASSWORD, true)).user_data.user_id).toBe(userId);

		const other = await sentc.prepareRegisterAsync(freshName(), PASSWORD);
		expect(sentc.doneRegister(await send("/register", other))).not.toBe(userId);
	});

	it("takes generated data", async () => {
		const [identifier, password] = sentc.generateRegisterData();
		await sentc.register(identifier, password);
		expect(await sentc.login(identifier, password, true)).toBeDefined();
	});

	it("gives the own keys", async () => {
		const user = await newUser(sentc);
		const { newest_key_id, user_id } = user.user_data;
		const key = user.user_data.user_keys[0];
		expect(await user.getUserSymKey(newest_key_id)).toBe(key?.group_key);
		expect(await user.getPrivateKey(newest_key_id)).toBe(user.getPrivateKeySync(newest_key_id));
		expect(await user.getPublicKey(user_id)).toEqual(await sentc.getUserPublicKey(user_id));
		expect(user.getNewestKey()).toBe(key);
		expect(user.getNewestPublicKey()).toBe(key?.public_key);
		expect(await user.getSignKey()).toBe(user.getSignKeySync());
		expect(user.getNewestSignKey()).toBe(user.getSignKeySync());
		expect(user.getNewestHmacKey()).toBeTypeOf("string");
		const fetched = await user.fetchUserKey(newest_key_id, true);
		expect(fetched).toEqual(key);
		expect(user.user_data.user_keys).toHaveLength(1);
	});
});

describe("a session", () => {
	it("is refreshed before the JWT expires, resumed by the next page and leaves nothing behind", async () => {
		const { storage, user } = await withExpiringJwt(api, () => signUp(api));
		const first = user.user_data.jwt;
		const groupId = await user.createGroup();
		expect(user.user_data.jwt).not.toBe(first);
		const text = (await user.getGroup(groupId)).encryptStringSync(TEXT);

		const { base_url, app_token } = api;
		const nextPage = createSentc({ base_url, app_token, storage: { getStorage: async () => storage } });
		const resumed = await nextPage.init();
		expect(api.requests.at(-1)).toBe("POST /api/v1/init");
		expect(resumed?.user_data.user_id).toBe(user.user_data.user_id);
		expect(resumed?.group_invites).toEqual([]);
		expect(await nextPage.init()).toBe(resumed);
		expect(await nextPage.getStore()).toBe(storage);
		expect(await (await resumed?.getGroup(groupId))?.decryptString(text)).toBe(TEXT);

		await resumed?.logOut();
		expect(await storage.keys()).toEqual([]);
		expect(await nextPage.init()).toBeUndefined();
		await expect(nextPage.getActualUser()).rejects.toMatchObject({ code: "NO_ACTUAL_USER" });
	});

	it("is refreshed on demand", async () => {
		const user = await newUser(sentc);
		const { jwt, refresh_token } = user.user_data;
		const next = await sentc.refreshJwt(jwt, refresh_token);
		expect(next).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
	});

	it("of two accounts in one process are independent", async () => {
		const { sentc: one, storage } = await startSentc(api);
		const { sentc: two } = await startSentc(api);
		const ann = await newUser(one);
		const bob = await newUser(two);
		const text = await ann.encryptString(TEXT, bob.user_data.user_id);
		await ann.logOut();
		expect(await storage.keys()).toEqual([]);
		expect(await bob.decryptString(text)).toBe(TEXT);
		expect(await two.getActualUser()).toBe(bob);
	});

	it("of two accounts on one storage: the one that stays keeps its data", async () => {
		const { sentc: page, storage, name: annName, user: ann } = await signUp(api);
		const annGroup = await ann.createGroup();
		await ann.getGroup(annGroup);
		const bob = await newUser(page);
		await bob.getGroup(await bob.createGroup());
		await bob.logOut();
		expect(await page.getUser(annName)).toBe(ann);
		await expect(page.getActualUser()).rejects.toMatchObject({ code: "NO_ACTUAL_USER" });
		expect((await storage.keys()).toSorted()).toEqual(
			[`user_data_id_${annName}`, `group_data_user_${ann.user_data.user_id}_id_${annGroup}`].toSorted(),
		);
	});
});
