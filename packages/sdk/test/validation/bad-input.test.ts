import { newUser, rejection, startApi, startSentc, thrown } from "@sentc-ts/test-world";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import Sentc, { createSentc, InvalidInput } from "../../src/index.js";

const LONE_SURROGATE = "a\ud800b";
const TOO_LONG = "ü".repeat(513);
const app_token = "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi";

const api = await startApi();
const sentc = (await startSentc(api)).sentc;
const user = await newUser(sentc);
const group = await user.getGroup(await user.createGroup());
afterAll(() => api.close());

function expectInvalid(error: unknown, field: string): void {
	expect(error).toBeInstanceOf(InvalidInput);
	expect(error).toMatchObject({ field, status: "client_invalid_input" });
}

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
		expectInvalid(await rejection(user.getGroup("id", undefined, 3 as 2)), "verify");
		expectInvalid(await rejection(group.getSymKeyById("")), "key_id");
		expectInvalid(await rejection(user.fetchUserKey("")), "key_id");
		expectInvalid(await rejection(sentc.getUser("")), "identifier");
		expectInvalid(await rejection(sentc.refreshJwt("", "token")), "old_jwt");
		expectInvalid(await rejection(sentc.refreshJwt("jwt", undefined as never)), "refresh_token");
		expectInvalid(await rejection(group.fetchKeys("")), "jwt");
		expectInvalid(await rejection(group.decryptKey(undefined as never)), "keys");
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

describe("init", () => {
	it("names the option that is missing or wrong", async () => {
		const wrong: [object, string][] = [
			[{}, "app_token"],
			[{ app_token: "" }, "app_token"],
			[{ app_token: 5 }, "app_token"],
			[{ app_token: "not a token" }, "app_token"],
			[{ app_token, base_url: "api.example.com" }, "base_url"],
			[{ app_token, base_url: "ftp://api.example.com" }, "base_url"],
			[{ app_token, base_url: "" }, "base_url"],
			[{ app_token, refresh: { endpoint: 0 } }, "refresh.endpoint_url"],
			[{ app_token, refresh: { endpoint: 1, endpoint_url: "/refresh" } }, "refresh.endpoint_fn"],
			[{ app_token, refresh: { endpoint: 3 } }, "refresh.endpoint"],
			[{ app_token, storage: { getStorage: "memory" } }, "storage.getStorage"],
			[{ app_token, storage: { getStorage: async () => ({}) } }, "storage.getStorage"],
		];
		for (const [options, field] of wrong) {
			expectInvalid(await rejection(createSentc().init(options)), field);
		}
		expectInvalid(await rejection(createSentc().init("token" as never)), "options");
	});

	it("can be called again after a wrong option", async () => {
		const client = createSentc();
		await rejection(client.init({}));
		expect(await client.init({ app_token })).toBeUndefined();
	});

	it("takes a base_url with slashes at its end, and has a default", async () => {
		const { base_url } = api;
		const client = createSentc({ base_url: `${base_url}//`, app_token: api.app_token });
		await client.init();
		expect(await client.checkUserIdentifierAvailable("nobody has it")).toBe(true);
		expect(client.options?.base_url).toBe(base_url);
		const other = createSentc();
		await other.init({ app_token });
		expect(other.options?.base_url).toBe("https://api.sentc.com");
	});
});

describe("before init", () => {
	const calls: [string, () => unknown][] = [
		["getStore", () => Sentc.getStore()],
		["checkUserIdentifierAvailable", () => Sentc.checkUserIdentifierAvailable("name")],
		["register", () => Sentc.register("name", "password")],
		["registerDeviceStart", () => Sentc.registerDeviceStart("name", "password")],
		["login", () => Sentc.login("name", "password")],
		["refreshJwt", () => Sentc.refreshJwt("jwt", "token")],
		["getActualUser", () => Sentc.getActualUser()],
		["getUser", () => Sentc.getUser("name")],
		["getUserPublicKey", () => Sentc.getUserPublicKey("id")],
		["getUserVerifyKey", () => Sentc.getUserVerifyKey("id", "key")],
		["getGroupPublicKey", () => Sentc.getGroupPublicKey("id")],
		["verifyUserPublicKey", () => Sentc.verifyUserPublicKey("id", {} as never)],
	];

	it.each(calls)("%s says that init is missing", async (name, call) => {
		const error = await rejection(Promise.resolve().then(call));
		expect(error).toMatchObject({ code: "NOT_INITIALISED", errorMessage: expect.stringContaining(`${name}()`) });
	});

	it("what sends nothing works", () => {
		expect(JSON.parse(Sentc.prepareRegister("name", "password"))).toHaveProperty("group");
		expect(JSON.parse(Sentc.prepareRegisterDeviceStart("name", "password"))).toHaveProperty(
			"device_identifier",
			"name",
		);
		expect(Sentc.prepareCheckUserIdentifierAvailable("name")).toBe('{"user_identifier":"name"}');
		const [identifier, password] = Sentc.generateRegisterData();
		expect([identifier.length, password.length]).toEqual([27, 54]);
		const answer = '{"status":true,"result":{"user_id":"1","device_id":"2","device_identifier":"name"}}';
		expect(Sentc.doneRegister(answer)).toBe("1");
	});
});
