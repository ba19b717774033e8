import { PASSWORD, rejection, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { changing, fetchThrough, tamper } from "../support/between.js";

const api = await startApi();
afterAll(() => api.close());

type Result = Record<string, unknown>;

const PREPARE = "POST /prepare_login";
const VERIFY = "POST /verify_login";

/** A user whose API may lie. */
async function start() {
	const { fetch, lie } = tamper();
	return { lie, ...(await signUp(api, { fetch, accept_newer_argon2: true })) };
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
		["one short salt for all users", { salt_string: salt(8) }, "SALT_LENGTH"],
		["a salt of 31 bytes", { salt_string: salt(31) }, "SALT_LENGTH"],
		["a salt of 64 bytes", { salt_string: salt(64) }, "SALT_LENGTH"],
		["no salt", { salt_string: "" }, "SALT_LENGTH"],
		["a salt that is a number", { salt_string: 5 }, "ENVELOPE_MALFORMED"],
	];

	it("is refused before anything is sent that was derived from the password", async () => {
		const { sentc, name, user, lie } = await start();
		for (const [what, lied, code] of bad) {
			lie(PREPARE, (result) => ({ ...result, ...lied }));
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

	it("may have any salt of 32 bytes", async () => {
		const { sentc, name, lie } = await start();
		lie(PREPARE, (result) => ({ ...result, salt_string: salt(32) }));
		expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject({ status: "server_112" });
	});
});

describe("the answer to done_login", () => {
	it("can't have the device decrypt a wrapped key as its challenge", async () => {
		const { sentc, name, lie } = await start();
		let wrapped = "";
		lie(VERIFY, (result) => {
			wrapped = (result["user_keys"] as { encrypted_group_key: string }[])[0]?.encrypted_group_key ?? "";
			return result;
		});
		await sentc.login(name, PASSWORD);
		expect(wrapped).not.toBe("");
		lie("POST /done_login", ({ Direct }) => ({ Direct: { ...(Direct as object), challenge: wrapped } }));
		const before = api.requests.length;
		expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject({ code: "CHALLENGE_INVALID" });
		expect(api.requests.slice(before)).not.toContain("POST /api/v1/verify_login");
	});
});

describe("the answer to verify_login", () => {
	it("must have the JWT of the device whose keys came with done_login", async () => {
		const { sentc, storage, name, user, lie } = await start();
		const stranger = (await signUp(api)).user.user_data.jwt;
		const before = await storage.getItem(`user_data_id_${name}`);
		const bad: [string, string][] = [
			[stranger, "ANSWER_FORGED"],
			["no JWT", "JWT_UNREADABLE"],
			["a.b.c", "JWT_PAYLOAD_INVALID"],
		];
		for (const [jwt, code] of bad) {
			lie(VERIFY, (result) => ({ ...result, jwt }));
			expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject({ code });
			expect(await rejection(user.deleteUser(PASSWORD))).toMatchObject({ code });
		}
		expect(await storage.getItem(`user_data_id_${name}`)).toEqual(before);
		expect(await user.createGroup()).toBeTypeOf("string");
	});

	it("can't bring the keys of another user", async () => {
		const { sentc, name, lie } = await start();
		let foreign: unknown;
		const spying = changing(VERIFY, (result) => {
			foreign = result["user_keys"];
			return result;
		});
		await signUp(api, { fetch: fetchThrough(spying) });
		lie(VERIFY, (result) => ({ ...result, user_keys: foreign }));
		expect(await rejection(sentc.login(name, PASSWORD))).toMatchObject({
			code: "KEYS_UNUSABLE",
			status: "client_14",
			failures: [{ key_id: expect.any(String), error: { code: "DECRYPTION_FAILED" } }],
		});
	});

	it("must be about the own device when it is repeated", async () => {
		const { jwt, user_id, device_id } = (await signUp(api)).user.user_data;
		const { user, lie } = await start();
		lie(VERIFY, (result) => ({ ...result, jwt }));
		lie("POST /done_login", ({ Direct }) => {
			const direct = Direct as { device_keys: object };
			return { Direct: { ...direct, device_keys: { ...direct.device_keys, user_id, device_id } } };
		});
		expect(await rejection(user.deleteUser(PASSWORD))).toMatchObject({ code: "ANSWER_FORGED", what: "login" });
	});
});
