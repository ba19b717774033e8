import { createCrypto } from "@sentc-ts/core-crypto";
import { freshName, newUser, PASSWORD, sample, signUp, startApi, startSentc, thrown, tier } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SentcClient, SentcOptions, User } from "../../src/index.js";
import { changing, fetchThrough, routeOf } from "../support/between.js";

const crypto = createCrypto();

// More keys than a month allows.
const api = await startApi({ userRotationsPerMonth: 1000 });
afterAll(() => api.close());

/** Keys in one page of the API's list. */
const PAGE = 50;

/** With 201, a new device gets those above 100 by two uploads. Each key costs, so the quick tests do with one. */
const MOST = tier === "quick" ? 101 : 201;

/** Changes what the API answers. */
const lying = (route: RegExp, change: (result: never) => unknown) => ({
	fetch: fetchThrough(changing(route, change as (result: unknown) => unknown)),
});

const login = async (name: string, options?: Partial<SentcOptions>): Promise<User> =>
	(await startSentc(api, options)).sentc.login(name, PASSWORD, true);

/** The requests that a call sends, with the ids left out. */
async function requestsOf(call: () => Promise<unknown>): Promise<string[]> {
	const requests = await api.requestsOf(call);
	return requests.map((request) => request.replace("/api/v1", "").replace(/[0-9a-f-]{36}/, "<id>"));
}

const idsOf = ({ user_data }: User): string[] => user_data.user_keys.map((key) => key.group_key_id);

describe("a user with many keys", () => {
	let name: string;
	beforeAll(async () => {
		name = freshName();
		await newUser((await startSentc(api)).sentc, name);
	});

	/** Rotates through the API itself until the user has `count` keys. Each of them replaces the first. */
	async function growTo(count: number): Promise<User> {
		const user = await login(name);
		const { device, user_keys } = user.user_data;
		const previousKey = user_keys.at(-1)?.group_key ?? "";
		const headers = { "x-sentc-app-token": api.app_token, Authorization: `Bearer ${await user.getJwt()}` };
		for (let held = user_keys.length; held < count; held++) {
			const { public_key: publicKey } = device;
			const body = JSON.stringify(crypto.prepareKeyRotation({ publicKey, previousKey, signPair: true }));
			const url = `${api.base_url}/api/v1/user/user_keys/rotation`;
			expect(await (await fetch(url, { method: "POST", headers, body })).json()).toMatchObject({ status: true });
		}
		await api.runJobs();
		return login(name);
	}

	/** Something that only one key opens, for each of these keys. */
	function contentOf(keys: readonly User["user_data"]["user_keys"][number][]): string[] {
		return keys.map((key) =>
			crypto.encryptString({ key: { publicKey: key.exported_public_key }, text: key.group_key_id }),
		);
	}

	async function startDevice(): Promise<{ other: SentcClient; request: string; logIn: () => Promise<User> }> {
		const other = (await startSentc(api)).sentc;
		const [identifier, password] = other.generateRegisterData();
		const request = String(await other.registerDeviceStart(identifier, password));
		return { other, request, logIn: () => other.login(identifier, password, true) };
	}

	async function expectAllKeys(device: User, user: User): Promise<void> {
		expect(idsOf(device)).toEqual(idsOf(user));
		const content = contentOf(sample(user.user_data.user_keys));
		expect(await Promise.all(content.map((text) => device.decryptString(text)))).toEqual(sample(idsOf(user)));
	}

	/** The user as an older client left it in the storage: with the first page of keys alone. */
	async function resumeWithFirstPage(options?: Partial<SentcOptions>): Promise<User> {
		const { sentc, storage } = await startSentc(api);
		const { user_data } = await sentc.login(name, PASSWORD, true);
		await storage.set(`user_data_id_${name}`, { ...user_data, user_keys: user_data.user_keys.slice(0, PAGE) });
		const { sentc: resumed } = await startSentc(api, { storage, ...options });
		const user = await resumed.getActualUser();
		expect(idsOf(user)).toHaveLength(PAGE);
		return user;
	}

	async function expectHandOver(count: number, statuses: string[] | undefined): Promise<void> {
		const user = await growTo(count);
		expect(new Set(idsOf(user)).size).toBe(count);
		expect(user.user_data.newest_key_id).toBe(idsOf(user)[0]);

		const { request, logIn } = await startDevice();
		let uploads: PromiseSettledResult<string>[] | undefined;
		const requests = await requestsOf(async () => {
			uploads = await user.registerDevice(request);
		});
		expect(uploads?.map(({ status }) => status)).toEqual(statuses);
		expect(requests.filter((sent) => sent.startsWith("PUT "))).toEqual([
			"PUT /user/done_register_device",
			...(statuses ?? []).map(() => "PUT /user/user_keys/session/<id>"),
		]);
		await expectAllKeys(await logIn(), user);
	}

	it("50 keys: a login and a new device have all of them", () => expectHandOver(50, undefined));
	it("51 keys: a login asks for a second page", () => expectHandOver(51, undefined));
	it("101 keys: a new device gets the last by a session", () => expectHandOver(101, ["fulfilled"]));

	it("a session that an older client stored hands on all of them, too", async () => {
		const { request, logIn } = await startDevice();
		const user = await resumeWithFirstPage();
		await user.registerDevice(request);
		expect(user.user_data.user_keys.findIndex(({ unproven }) => unproven)).toBe(PAGE);
		await expectAllKeys(await logIn(), await login(name));
	});

	it("an own backend gets all of them page by page", async () => {
		const { request, logIn } = await startDevice();
		const user = await resumeWithFirstPage();
		const headers = { "x-sentc-app-token": api.app_token, Authorization: `Bearer ${await user.getJwt()}` };
		const send = async (path: string, body: string): Promise<{ session_id: string }> => {
			const url = `${api.base_url}/api/v1/user/${path}`;
			return (await (await fetch(url, { method: "PUT", headers, body })).json()).result;
		};
		const first = await user.prepareRegisterDeviceAsync(request);
		const { session_id } = await send("done_register_device", first.get_input());
		expect(user.prepareRegisterDevice(request).get_public_key()).toBe(first.get_public_key());
		const { get_input } = await user.prepareRegisterDeviceAsync(request, 1);
		await send(`user_keys/session/${session_id}`, get_input());
		await expect(user.prepareRegisterDeviceAsync(request, 2)).rejects.toMatchObject({ field: "page" });
		await expectAllKeys(await logIn(), await login(name));
	});

	if (MOST > 200) {
		it("201 keys: a new device gets them by two uploads", () => expectHandOver(201, ["fulfilled", "fulfilled"]));

		it("an upload that fails is reported, and the others are done", async () => {
			let uploads = 0;
			const fetch = fetchThrough(async (request, send) => {
				if (!routeOf(request).includes("/user_keys/session/") || ++uploads !== 1) return send();
				return Response.json({ status: false, err_msg: "no", err_code: 306 });
			});
			const { request, logIn } = await startDevice();
			const results = await (await login(name, { fetch })).registerDevice(request);
			expect(results?.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
			expect(results?.find(({ status }) => status === "rejected")).toMatchObject({ reason: { status: "server_306" } });
			expect([101, 200]).toContain(idsOf(await logIn()).length);
		});
	}

	it("an API that opens no session gets the 100 newest", async () => {
		const silent = lying(/done_register_device$/, () => ({ message: "ok" }));
		const { request, logIn } = await startDevice();
		const user = await login(name, silent);
		await expect(user.registerDevice(request)).rejects.toMatchObject({ code: "ENVELOPE_INCOMPLETE" });
		const device = await logIn();
		expect(idsOf(device)).toEqual(idsOf(user).slice(0, 100));
		expect(thrown(() => device.getNewestHmacKey())).toMatchObject({ code: "KEY_NOT_FOUND" });
	});

	it("an API that repeats a page for ever does not keep a login from ending", async () => {
		let page: unknown;
		const repeating = lying(/\/user_keys\/keys\//, (result) => {
			page ??= result;
			return page;
		});
		expect(idsOf(await login(name, repeating)).length).toBeLessThanOrEqual(2 * PAGE + 1);
	});

	it("a list with a gap is no matter for a login, and is never handed on", async () => {
		// As the reference server, which skips and repeats some.
		const skipping = lying(/\/user_keys\/keys\//, (page: unknown[]) =>
			page.map((key, index) => (index === 40 ? page[0] : key)),
		);
		const [complete, user] = [await login(name), await login(name, skipping)];
		expect(idsOf(user)).toHaveLength(MOST - Math.floor(MOST / PAGE - 1));
		const content = contentOf(complete.user_data.user_keys);
		const { request } = await startDevice();
		const requests = await requestsOf(async () => {
			const forged = { code: "ANSWER_FORGED", what: "keys" };
			await expect(user.registerDevice(request)).rejects.toMatchObject(forged);
			await expect(user.prepareRegisterDeviceAsync(request)).rejects.toMatchObject(forged);
		});
		expect(requests.filter((sent) => sent.startsWith("PUT "))).toEqual([]);
		expect(await Promise.all(content.map((text) => user.decryptString(text)))).toEqual(idsOf(complete));
		expect(new Set(idsOf(user)).size).toBe(MOST);
	});

	it("the newest is the one that was made last, in whatever order they come", async () => {
		const reversed = lying(/\/verify_login$/, (answer: { user_keys: unknown[] }) => ({
			...answer,
			user_keys: answer.user_keys.toReversed(),
		}));
		const [complete, user] = [await login(name), await login(name, reversed)];
		expect(user.user_data.newest_key_id).toBe(complete.user_data.newest_key_id);
		expect(idsOf(user)[0]).toBe(user.user_data.newest_key_id);
	});

	it("an API that does not list keys fails the login with its error", async () => {
		const refusing = lying(/\/user_keys\/keys\//, () => [{ group_key_id: "x" }]);
		await expect(login(name, refusing)).rejects.toMatchObject({ code: "ENVELOPE_MALFORMED" });
	});
});

describe("one user key", () => {
	const forget = ({ user_data }: User): void => {
		user_data.user_keys.length = 0;
		user_data.key_map.clear();
	};

	it("is fetched once when it is not on this device, and kept", async () => {
		const { user } = await signUp(api);
		const [id = ""] = idsOf(user);
		const key = await user.getPrivateKey(id);
		forget(user);
		expect(() => user.getPrivateKeySync(id)).toThrow("This device does not have the key");
		const requests = await requestsOf(() => Promise.all([user.getPrivateKey(id), user.getUserSymKey(id)]));
		expect(requests).toEqual(["GET /user/user_keys/key/<id>"]);
		expect(idsOf(user)).toEqual([id]);
		expect(user.getPrivateKeySync(id)).toBe(key);
	});

	it("that is here is not opened again", async () => {
		const damaged = lying(/\/user_keys\/key\//, (key: object) => ({ ...key, encrypted_group_key: "AAAA" }));
		const { user } = await signUp(api, damaged);
		const [key] = user.user_data.user_keys;
		expect(await user.fetchUserKey(key?.group_key_id ?? "", true)).toEqual(key);
		forget(user);
		await expect(user.fetchUserKey(key?.group_key_id ?? "")).rejects.toMatchObject({ status: "client_10" });
	});

	it("with another id than was asked for is refused", async () => {
		const swapped = lying(/\/user_keys\/key\//, (key: object) => ({ ...key, group_key_id: "another" }));
		const { user } = await signUp(api, swapped);
		await expect(user.fetchUserKey(user.user_data.newest_key_id)).rejects.toMatchObject({
			code: "ANSWER_FORGED",
			what: "key",
		});
	});

	it("opens searchable keys as the API lists them", async () => {
		let answered: { encrypted_hmac_encryption_key_id: string }[] = [];
		const listening = lying(/\/verify_login$/, (result: { hmac_keys: typeof answered }) => {
			answered = result.hmac_keys;
			return result;
		});
		const { user } = await signUp(api, listening);
		forget(user);
		const list = answered.map((key) => ({
			group_key_id: key.encrypted_hmac_encryption_key_id,
			key_data: JSON.stringify(key),
		}));
		expect(list).toHaveLength(1);
		expect(await user.decryptHmacKeys(list)).toEqual([user.getNewestHmacKey()]);
		expect(await user.decryptHmacKeys([])).toEqual([]);
		await expect(user.decryptHmacKeys("no" as never)).rejects.toMatchObject({ field: "list" });
		await expect(user.decryptHmacKeys([null as never])).rejects.toMatchObject({ field: "list[0].group_key_id" });
		const [item] = list;
		const unreadable = [{ group_key_id: item?.group_key_id ?? "", key_data: "{}" }];
		await expect(user.decryptHmacKeys(unreadable)).rejects.toMatchObject({ status: "client_101" });
	});
});
