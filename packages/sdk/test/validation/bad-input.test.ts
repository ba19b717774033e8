import { newUser, rejection, startApi, startSentc, thrown } from "@sentc-ts/test-world";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { expectInvalid } from "./expect-invalid.js";

const LONE_SURROGATE = "a\ud800b";
const TOO_LONG = "ü".repeat(513);

const api = await startApi();
const sentc = (await startSentc(api)).sentc;
const user = await newUser(sentc);
const group = await user.getGroup(await user.createGroup());
afterAll(() => api.close());

describe("empty identifier or password", () => {
	it("is false at once where the reference client says so", async () => {
		const before = api.requests.length;
		expect(sentc.register("", "password")).toBe(false);
		expect(sentc.register("name", "")).toBe(false);
		expect(sentc.registerDeviceStart("", "password")).toBe(false);
		expect(sentc.registerDeviceStart("name", "")).toBe(false);
		expect(sentc.prepareCheckUserIdentifierAvailable("")).toBe(false);
		expect(await sentc.checkUserIdentifierAvailable("")).toBe(false);
		expect(api.requests.length).toBe(before);
	});

	it("is refused by the prepare functions and by login", async () => {
		expectInvalid(
			thrown(() => sentc.prepareRegister("", "password")),
			"identifier",
		);
		expectInvalid(
			thrown(() => sentc.prepareRegister("name", "")),
			"password",
		);
		expectInvalid(
			thrown(() => sentc.prepareRegisterDeviceStart("", "password")),
			"identifier",
		);
		expectInvalid(await rejection(sentc.prepareRegisterAsync("name", "")), "password");
		expectInvalid(await rejection(sentc.prepareRegisterDeviceStartAsync("", "password")), "identifier");
		expectInvalid(await rejection(sentc.login("", "password")), "identifier");
	});
});

describe("identifier and password", () => {
	const bad: [string, unknown][] = [
		["a number", 5],
		["undefined", undefined],
		["null", null],
		["an object", {}],
		["half a surrogate pair", LONE_SURROGATE],
	];

	it.each(bad)("%s is refused", async (_, value) => {
		const text = value as string;
		expectInvalid(
			thrown(() => sentc.prepareRegister(text, "password")),
			"identifier",
		);
		expectInvalid(
			thrown(() => sentc.prepareRegister("name", text)),
			"password",
		);
		expectInvalid(
			thrown(() => sentc.prepareRegisterDeviceStart(text, "password")),
			"identifier",
		);
		expectInvalid(
			thrown(() => sentc.prepareCheckUserIdentifierAvailable(text)),
			"identifier",
		);
		expectInvalid(await rejection(Promise.resolve(sentc.register(text, "password"))), "identifier");
		expectInvalid(await rejection(Promise.resolve(sentc.registerDeviceStart("name", text))), "password");
		expectInvalid(await rejection(sentc.checkUserIdentifierAvailable(text)), "identifier");
		expectInvalid(await rejection(sentc.login(text, "password")), "identifier");
		expectInvalid(await rejection(sentc.login("name", text)), "password");
	});

	it("an identifier of more than 1024 bytes of UTF-8 is refused", async () => {
		expectInvalid(
			thrown(() => sentc.prepareRegister(TOO_LONG, "password")),
			"identifier",
		);
		expectInvalid(await rejection(sentc.login(TOO_LONG, "password")), "identifier");
		expect(sentc.prepareCheckUserIdentifierAvailable("ü".repeat(512))).toBeTypeOf("string");
	});

	it("every other text arrives unchanged", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 250 }), (identifier) => {
				const body = sentc.prepareCheckUserIdentifierAvailable(identifier);
				expect(JSON.parse(String(body))).toEqual({ user_identifier: identifier });
			}),
		);
	});

	it("a message never holds the password", () => {
		expect(String(thrown(() => sentc.prepareRegister("name", `hunter2${LONE_SURROGATE}`)))).not.toContain("hunter2");
	});
});

describe("the answer given to a done function", () => {
	const done: [string, (text: string) => unknown][] = [
		["doneRegister", (text) => sentc.doneRegister(text)],
		["doneRegisterDeviceStart", (text) => sentc.doneRegisterDeviceStart(text)],
		["doneCheckUserIdentifierAvailable", (text) => sentc.doneCheckUserIdentifierAvailable(text)],
		["prepareRegisterDevice", (text) => user.prepareRegisterDevice(text)],
		["doneGroupCreate", (text) => user.doneGroupCreate(text, user.prepareGroupCreate())],
	];

	it.each(done)("%s: an object is refused", (_, call) => {
		const answer = { status: true, result: { user_id: "1" } } as unknown as string;
		expectInvalid(
			thrown(() => call(answer)),
			"server_output",
		);
	});

	it.each(done)("%s: HTML, nothing, a cut answer and another shape are no answers", (_, call) => {
		for (const text of ["<html></html>", "", '{"status":true,', "[]", '{"status":true,"result":{"user_id":1}}']) {
			expect(thrown(() => call(text))).toMatchObject({ status: "client_101" });
		}
		expect(thrown(() => call('{"status":true}'))).toMatchObject({ status: "client_102" });
	});

	it.each(done)("%s: a refusal is thrown as what it is", (_, call) => {
		const error = thrown(() => call('{"status":false,"err_msg":"It says \\"no\\"","err_code":101}'));
		expect(error).toMatchObject({ status: "server_101", code: "IDENTIFIER_EXISTS" });
		expect(JSON.parse(String(error))).toEqual({ status: "server_101", error_message: 'It says "no"' });
	});
});

describe("content", () => {
	const notBytes: [string, unknown][] = [
		["a text", "text"],
		["an array of numbers", [1, 2, 3]],
		["undefined", undefined],
		["other typed arrays", new Float64Array(2)],
	];

	it.each(notBytes)("%s is no bytes", async (_, value) => {
		const data = value as Uint8Array;
		const receiver = user.user_data.user_id;
		const key = (await sentc.getUserPublicKey(receiver)).public_key;
		expectInvalid(
			thrown(() => group.encryptSync(data)),
			"data",
		);
		expectInvalid(
			thrown(() => group.encryptRawSync(data)),
			"data",
		);
		expectInvalid(
			thrown(() => group.decryptSync(data)),
			"data",
		);
		expectInvalid(
			thrown(() => user.encryptSync(data, key)),
			"data",
		);
		expectInvalid(await rejection(group.encrypt(data)), "data");
		expectInvalid(await rejection(group.encryptRaw(data)), "data");
		expectInvalid(await rejection(group.decrypt(data)), "data");
		expectInvalid(await rejection(user.encrypt(data, receiver)), "data");
	});

	it("a text must be a whole text", async () => {
		for (const value of [LONE_SURROGATE, 5 as unknown as string, undefined as unknown as string]) {
			expectInvalid(
				thrown(() => group.encryptStringSync(value)),
				"text",
			);
			expectInvalid(await rejection(group.encryptString(value)), "text");
			expectInvalid(await rejection(group.decryptString(value)), "text");
		}
	});

	it("a receiver, a key, a group and a level of checking must be named", async () => {
		expectInvalid(await rejection(user.encrypt(new Uint8Array(1), "")), "reply_id");
		expectInvalid(await rejection(user.encryptString("text", 1 as unknown as string)), "reply_id");
		expectInvalid(await rejection(sentc.getUserPublicKey("")), "user_id");
		expectInvalid(await rejection(sentc.getUserVerifyKey("id", "")), "key_id");
		expectInvalid(await rejection(sentc.getGroupPublicKey("")), "group_id");
		expectInvalid(await rejection(user.getGroup("")), "group_id");
		for (const verify of [3, -1, 0.5, Number.NaN, "1" as unknown as number]) {
			expectInvalid(await rejection(user.getGroup("id", undefined, verify)), "verify");
			expectInvalid(await rejection(group.fetchKeys("jwt", verify)), "verify");
			expectInvalid(await rejection(group.decryptKey([], verify)), "verify");
		}
		expectInvalid(await rejection(group.getSymKeyById("")), "key_id");
		expectInvalid(await rejection(user.fetchUserKey("")), "key_id");
		expectInvalid(await rejection(sentc.getUser("")), "identifier");
		expectInvalid(await rejection(sentc.refreshJwt("", "token")), "old_jwt");
		expectInvalid(await rejection(sentc.refreshJwt("jwt", undefined as never)), "refresh_token");
		expectInvalid(await rejection(group.fetchKeys("")), "jwt");
		expectInvalid(await rejection(group.decryptKey(undefined as never)), "list");
		expectInvalid(await rejection(group.decryptKey([{ private_key_id: "id" } as never])), "list[0].key_data");
		expectInvalid(await rejection(group.decryptKey([null as never])), "list[0].key_data");
		expectInvalid(await rejection(user.getGroups({} as never)), "last.group_id");
		expectInvalid(await rejection(user.getGroups({ group_id: "id", time: "1" } as never)), "last.time");
		expectInvalid(await rejection(sentc.verifyUserPublicKey("id", {} as never)), "public_key");
	});

	it("what is not encrypted data is a typed error", async () => {
		for (const text of ["", "not base64!", "AAAA", btoa("{}\0"), btoa('{"id":5}\0data')]) {
			expect(thrown(() => group.decryptStringSync(text))).toMatchObject({ status: expect.stringMatching(/^client_/) });
			expect(await rejection(group.decryptString(text))).toMatchObject({ status: expect.stringMatching(/^client_/) });
		}
		for (const head of ["", "{}", "null", "<html>"]) {
			expect(thrown(() => group.decryptRawSync(head, new Uint8Array(40)))).toMatchObject({ code: "JSON_INVALID" });
		}
	});

	it("a key must be a text", async () => {
		const none = null as unknown as string;
		const { head, data } = group.encryptRawSync(new Uint8Array(1));
		expectInvalid(
			thrown(() => user.encryptStringSync("text", none)),
			"reply_public_key",
		);
		expectInvalid(
			thrown(() => user.encryptSync(data, "")),
			"reply_public_key",
		);
		expectInvalid(
			thrown(() => group.decryptStringSync(group.encryptStringSync("text"), none)),
			"verify_key",
		);
		expectInvalid(await rejection(group.decryptRaw(head, data, none)), "verify_key");
	});

	it("what is no public key is a typed error", () => {
		for (const key of ["{}", "key", user.getNewestPublicKey()]) {
			expect(thrown(() => user.encryptStringSync("text", key))).toMatchObject({
				status: expect.stringMatching(/^client_/),
			});
		}
	});
});
