import { type ClientOptions, rejection, signUp, startApi, withExpiringJwt } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { Group, GroupVerify, User } from "../../src/index.js";
import { fetchThrough, routeOf, tamper } from "../support/between.js";
import { createElsewhere } from "../support/created-elsewhere.js";

const api = await startApi();
afterAll(() => api.close());

/** A user whose requests are answered by `answer` where it answers, and by the API elsewhere. */
async function userWith(
	answer: (request: Request) => Promise<Response | undefined>,
	options: ClientOptions = {},
): Promise<User> {
	const fetch = fetchThrough(async (request, send) => (await answer(request.clone())) ?? send());
	return (await signUp(api, { ...options, fetch })).user;
}

const success = (result: unknown): Response => Response.json({ status: true, result });

describe("a group with more keys than one page", () => {
	interface ServerKey {
		group_key_id: string;
		time: number;
	}

	/** Answers pages of 50 from 103 copies of the first key, the newest first; each page starts with the end of the one before. */
	function paging(order = (page: ServerKey[]): ServerKey[] => page): {
		answer: (request: Request) => Promise<Response | undefined>;
		pages: string[];
		/** Makes newer keys, as another member. */
		add(count: number): void;
	} {
		const pages: string[] = [];
		let all: ServerKey[] = [];
		return {
			pages,
			add(count) {
				const [key] = all;
				if (!key) throw new Error("There is no key");
				const newer = Array.from({ length: count }, (_, index) => ({
					...key,
					group_key_id: `newer-${index}`,
					time: key.time + 1 + index,
				}));
				all.unshift(...newer.toReversed());
			},
			answer: async (request) => {
				const { pathname } = new URL(request.url);
				const cursor = /\/keys\/(\d+)\/([\w-]+)$/.exec(pathname);
				if (cursor) {
					pages.push(`${cursor[1]}/${cursor[2]}`);
					const start = Math.max(
						0,
						all.findIndex((key) => key.group_key_id === cursor[2]),
					);
					return success(order(all.slice(start, start + 50)));
				}
				if (request.method !== "GET" || !/\/group\/[\w-]+$/.test(pathname)) return undefined;
				const { result } = await (await fetch(request)).json();
				const [key] = result.keys;
				const copies = Array.from({ length: 102 }, (_, index) => ({
					...key,
					group_key_id: `key-${index}`,
					time: key.time - 1 - index,
				}));
				all = [key, ...copies];
				return success({ ...result, keys: all.slice(0, 50) });
			},
		};
	}

	it("loads every key once", async () => {
		const { answer, pages } = paging();
		const user = await userWith(answer);
		const group = await user.getGroup(await createElsewhere(api, user));
		const { keys, key_map, newest_key_id } = group.data;
		const ids = keys.map((key) => key.group_key_id);
		expect(ids).toEqual([newest_key_id, ...Array.from({ length: 102 }, (_, index) => `key-${index}`)]);
		expect([...key_map]).toEqual(ids.map((id, index) => [id, index]));
		expect(pages.map((page) => page.split("/")[1])).toEqual(["key-48", "key-97"]);
	});

	it("asks fetchKeys for those alone that are newer than what is here", async () => {
		const { answer, pages, add } = paging();
		const user = await userWith(answer);
		const id = await createElsewhere(api, user);
		const group = await user.getGroup(id);
		const { newest_key_id } = group.data;
		pages.length = 0;
		await group.fetchKeys(await group.getJwt());
		expect(pages).toEqual(["0/none"]);
		expect(group.data.keys).toHaveLength(103);
		expect(group.data.keys.some(({ unproven }) => unproven)).toBe(false);

		add(60);
		const stored = await user.getGroup(id);
		for (const expected of [["0/none", expect.stringContaining("/newer-10")], ["0/none"]]) {
			pages.length = 0;
			const { keys } = await stored.fetchKeys(await group.getJwt());
			expect(pages).toEqual(expected);
			expect(keys).toHaveLength(163);
			expect(keys.filter(({ unproven }) => unproven)).toHaveLength(60);
		}
		expect(stored.data).toMatchObject({ newest_key_id, whole_from: "newer-59" });
	});

	it("that the API lists with a gap fetches what is missing by its id, and says so when all were asked for", async () => {
		// As the reference server, which skips and repeats some.
		const { answer } = paging((page) => page.map((key, index) => (index === 40 ? (page[0] ?? key) : key)));
		const fetched: string[] = [];
		const user = await userWith(async (request) => {
			const [, id] = /\/key\/(key-\d+)$/.exec(request.url) ?? [];
			if (id === undefined) return answer(request);
			fetched.push(id);
			const group_id = /\/group\/([\w-]+)/.exec(request.url)?.[1];
			const headers = request.headers;
			const { result } = await (await fetch(`${api.base_url}/api/v1/group/${group_id}`, { headers })).json();
			return success({ ...result.keys[0], group_key_id: id });
		});
		const group = await user.getGroup(await createElsewhere(api, user));
		expect(group.data.keys[0]?.group_key_id).toBe(group.data.newest_key_id);
		const forged = { code: "ANSWER_FORGED", what: "keys" };
		await expect(group.fetchKeys(await group.getJwt())).rejects.toMatchObject(forged);
		const missing = Array.from({ length: 102 }, (_, index) => `key-${index}`).filter(
			(id) => !group.data.key_map.has(id),
		);
		const [id = ""] = missing;
		expect(() => group.getSymKeyByIdSync(id)).toThrow(expect.objectContaining({ code: "KEY_NOT_FOUND" }));
		await group.getSymKeyById(id);
		expect(fetched).toEqual([id]);
		expect(group.getSymKeyByIdSync(id)).toBeTypeOf("string");
	});

	it("has as its newest the one that was made last, in whatever order they come", async () => {
		const { answer } = paging();
		const user = await userWith(async (request) => {
			const response = await answer(request);
			if (!response || request.url.includes("/keys/")) return response;
			const { result } = await response.json();
			return success({ ...result, keys: result.keys.slice(0, 20).toReversed() });
		});
		const group = await user.getGroup(await createElsewhere(api, user));
		expect(group.data.newest_key_id).not.toMatch(/^key-/);
		expect(group.data.keys.map(({ group_key_id }) => group_key_id)).toEqual([
			group.data.newest_key_id,
			...Array.from({ length: 19 }, (_, index) => `key-${index}`),
		]);
		expect(await user.getGroup(group.data.group_id)).toMatchObject({
			data: { newest_key_id: group.data.newest_key_id },
		});
	});
});

it("fetchKeys sends the JWT that it is given, also when that of the session can't be refreshed", async () => {
	const between = tamper();
	const { user } = await withExpiringJwt(api, () => signUp(api, { fetch: between.fetch }));
	const jwt = await user.getJwt();
	const group = await user.getGroup(await user.createGroup());
	user.user_data.jwt = (await withExpiringJwt(api, () => signUp(api))).user.user_data.jwt;
	between.through(async (request, send) => {
		if (routeOf(request) === "PUT /refresh") throw new TypeError("The network is down");
		return send();
	});
	expect(await rejection(user.getJwt())).toMatchObject({ code: "REFRESH_FAILED" });
	expect((await group.fetchKeys(jwt)).keys).toHaveLength(1);
});

describe("a group key whose signer can't be loaded", () => {
	/** Loads an own signed group as if somebody else had signed it, whose verify key the API refuses with `code`. */
	async function load(code: number, verify: GroupVerify, require_signatures = false): Promise<Group> {
		const answer = async (request: Request): Promise<Response | undefined> => {
			if (request.url.includes("/user/somebody/verify_key/")) {
				return Response.json({ status: false, err_msg: "refused", err_code: code });
			}
			if (request.method !== "GET" || !/\/group\/[\w-]+$/.test(request.url)) return undefined;
			const { result } = await (await fetch(request)).json();
			const keys = result.keys.map((key: object) => ({ ...key, signed_by_user_id: "somebody" }));
			return success({ ...result, keys });
		};
		const signers = require_signatures ? { signers: () => true } : {};
		const user = await userWith(answer, { require_signatures, ...signers });
		return user.getGroup(await createElsewhere(api, user, true), undefined, verify);
	}

	it.each([100, 22])("refusal %i: is accepted without checking", async (code) => {
		expect((await load(code, 0)).data.keys).toHaveLength(1);
		expect((await load(code, 0, true)).data.keys).toHaveLength(1);
	});

	it.each([100, 22])("refusal %i: is accepted by level 1, unless signatures are required", async (code) => {
		expect((await load(code, 1)).data.keys).toHaveLength(1);
		await expect(load(code, 1, true)).rejects.toMatchObject({ code: "SIGNATURE_REQUIRED" });
	});

	it("is accepted by level 2 only when the signer was deleted", async () => {
		expect((await load(100, 2)).data.keys).toHaveLength(1);
		await expect(load(22, 2)).rejects.toMatchObject({ status: "server_22" });
		await expect(load(100, 2, true)).rejects.toMatchObject({ code: "SIGNATURE_REQUIRED" });
	});

	it("is refused when it does not fit the signature", async () => {
		const other = await userWith(async () => undefined);
		const { user_keys, user_id } = other.user_data;
		const verifyKey = JSON.parse(user_keys[0]?.exported_verify_key ?? "");
		const user = await userWith(
			async (request) => {
				if (!request.url.includes(`/verify_key/`)) {
					if (request.method !== "GET" || !/\/group\/[\w-]+$/.test(request.url)) return undefined;
					const { result } = await (await fetch(request)).json();
					const keys = result.keys.map((key: object) => ({ ...key, signed_by_user_id: user_id }));
					return success({ ...result, keys });
				}
				const { verify_key_pem, verify_key_alg } = verifyKey;
				const verify_key_id = request.url.split("/").at(-1);
				return success({ verify_key: verify_key_pem, verify_key_alg, verify_key_id });
			},
			{ signers: () => true },
		);
		const id = await createElsewhere(api, user, true);
		await expect(user.getGroup(id, undefined, 1)).rejects.toMatchObject({ status: "client_31" });
		expect((await user.getGroup(id)).data.verify).toBe(0);
	});
});
