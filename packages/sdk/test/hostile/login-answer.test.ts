import { freshName, newUser, PASSWORD, rejection, type ServedApi, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchThrough, withResult } from "../support/fetch-through.js";

let api: ServedApi;
beforeAll(async () => {
	api = await startApi();
});
afterAll(() => api.close());

type Result = Record<string, unknown>;

/** A user, and an instance whose API changes the answers to requests that end with `path`. */
async function lyingAbout(path: string) {
	let change: (result: Result) => unknown = (result) => result;
	const fetch = fetchThrough(async (request, send) => {
		const response = await send();
		return request.url.endsWith(path) ? withResult(response, change) : response;
	});
	const { sentc, storage } = await startSentc(api, { fetch, accept_newer_argon2: true });
	const name = freshName();
	const user = await newUser(sentc, name);
	const lie = (lied: typeof change): void => {
		change = lied;
	};
	return { sentc, storage, name, user, lie };
}

describe("the answer to prepare_login", () => {
	const salt = (bytes: number): string => Buffer.alloc(bytes, 251).toString("base64");
	const bad: [string, Result, string][] = [
		["an unknown derivation", { derived_encryption_key_alg: "ARGON-2-SHA512" }, "UNKNOWN_ALGORITHM"],
		["no derivation", { derived_encryption_key_alg: "" }, "UNKNOWN_ALGORITHM"],
		["an inherited name", { derived_encryption_key_alg: "constructor" }, "UNKNOWN_ALGORITHM"],
		["a salt that is not base64", { salt_string: "*".repeat(44) }, "SALT_NOT_BASE64"],
		["a salt without padding", { salt_string: salt(32).replace("=", "") }, "SALT_NOT_BASE64"],
		["a salt in the URL alphabet", { salt_string: salt(33).replaceAll("+", "-") }, "SALT_NOT_BASE64"],
		["a salt with a line break", { salt_string: `${salt(32)}\n` }, "SALT_NOT_BASE64"],
		["a salt of 7 bytes", { salt_string: salt(7) }, "PASSWORD_HASH_FAILED"],
		["no salt", { salt_string: "" }, "PASSWORD_HASH_FAILED"],
		["a salt that is a number", { salt_string: 5 }, "ENVELOPE_MALFORMED"],
	];

	it("is refused before anything is sent that was derived from the password", async () => {
		const { sentc, name, user, lie } = await lyingAbout("/prepare_login");
		for (const [what, lied, code] of bad) {
			lie((result) => ({ ...result, ...lied }));
			for (const call of [
				() => sentc.login(name, PASSWORD),
				() => user.disableOtp(PASSWORD),
				() => user.changePassword(PASSWORD, "new"),
			]) {
				const before = api.requests.length;
				expect(await rejection(call()), what).toMatchObject({ code });
				expect(api.requests.slice(before), what).toEqual(["POST /api/v1/prepare_login"]);
			}
		}
	});

	it("may have a salt of 8 bytes", async () => {
		const { sentc, name, lie } = await lyingAbout("/prepare_login");
		lie((result) => ({ ...result, salt_string: salt(8) }));
		expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject({ status: "server_112" });
	});
});

describe("the answer to verify_login", () => {
	it("must have the JWT of the device whose keys came with done_login", async () => {
		const { sentc, storage, name, user, lie } = await lyingAbout("/verify_login");
		const { sentc: elsewhere } = await startSentc(api);
		const stranger = (await newUser(elsewhere)).user_data.jwt;
		const before = await storage.getItem(`user_data_id_${name}`);
		const bad: [string, string][] = [
			[stranger, "ENVELOPE_MALFORMED"],
			["no JWT", "JWT_INVALID"],
			["a.b.c", "JWT_PAYLOAD_INVALID"],
		];
		for (const [jwt, code] of bad) {
			lie((result) => ({ ...result, jwt }));
			expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject({ code });
			expect(await rejection(user.deleteUser(PASSWORD))).toMatchObject({ code });
		}
		expect(await storage.getItem(`user_data_id_${name}`)).toEqual(before);
		expect(await user.createGroup()).toBeTypeOf("string");
	});

	it("can't bring the keys of another user", async () => {
		const { sentc, name, lie } = await lyingAbout("/verify_login");
		const answers: Result[] = [];
		const spying = fetchThrough(async (request, send) => {
			const response = await send();
			if (request.url.endsWith("/verify_login")) answers.push((await response.clone().json()).result);
			return response;
		});
		await newUser((await startSentc(api, { fetch: spying })).sentc);
		lie((result) => ({ ...result, user_keys: answers[0]?.["user_keys"] }));
		expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject({ code: "DECRYPTION_FAILED" });
	});

	it("must be about the own device when it is repeated", async () => {
		const stranger = (await newUser((await startSentc(api)).sentc)).user_data;
		let lying = false;
		const fetch = fetchThrough(async (request, send) => {
			const response = await send();
			if (!lying) return response;
			const { jwt, user_id, device_id } = stranger;
			if (request.url.endsWith("/verify_login")) return withResult(response, (result) => ({ ...result, jwt }));
			if (!request.url.endsWith("/done_login")) return response;
			return withResult(response, ({ Direct }) => {
				const direct = Direct as { device_keys: object };
				return { Direct: { ...direct, device_keys: { ...direct.device_keys, user_id, device_id } } };
			});
		});
		const user = await newUser((await startSentc(api, { fetch })).sentc);
		lying = true;
		expect(await rejection(user.deleteUser(PASSWORD))).toMatchObject({ code: "ENVELOPE_MALFORMED" });
	});
});
