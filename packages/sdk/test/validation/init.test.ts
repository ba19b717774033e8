import { rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import Sentc, { createSentc } from "../../src/index.js";
import { expectInvalid } from "./expect-invalid.js";

const app_token = "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi";
const base_url = "https://api.example.com";

const api = await startApi();
afterAll(() => api.close());

describe("init", () => {
	it("names the option that is missing or wrong", async () => {
		const wrong: [object, string][] = [
			[{ base_url }, "app_token"],
			[{ base_url, app_token: "" }, "app_token"],
			[{ base_url, app_token: 5 }, "app_token"],
			[{ base_url, app_token: "not a token" }, "app_token"],
			[{ app_token, base_url: "api.example.com" }, "base_url"],
			[{ app_token, base_url: "ftp://api.example.com" }, "base_url"],
			[{ app_token, base_url: "" }, "base_url"],
			[{ app_token, base_url, file_part_url: "" }, "file_part_url"],
			[{ app_token, base_url, file_part_url: "/parts" }, "file_part_url"],
			[{ app_token, base_url, file_part_url: 5 }, "file_part_url"],
			[{ app_token, base_url, refresh: { endpoint: 0 } }, "refresh.endpoint_url"],
			[{ app_token, base_url, refresh: { endpoint: 1, endpoint_url: "/refresh" } }, "refresh.endpoint_fn"],
			[{ app_token, base_url, refresh: { endpoint: 3 } }, "refresh.endpoint"],
			[{ app_token, base_url, signers: ["user"] }, "signers"],
			[{ app_token, base_url, signers: () => true, require_signatures: false }, "signers"],
			[{ app_token, base_url, storage: { getStorage: "memory" } }, "storage.getStorage"],
			[{ app_token, base_url, storage: { getStorage: async () => ({}) } }, "storage.getStorage"],
		];
		for (const [options, field] of wrong) {
			expectInvalid(await rejection(createSentc().init(options)), field);
		}
		expectInvalid(await rejection(createSentc().init("token" as never)), "options");
	});

	it("can be called again after a wrong option", async () => {
		const client = createSentc();
		await rejection(client.init({}));
		expect(await client.init({ app_token, base_url })).toBeUndefined();
	});

	it("takes a base_url with slashes at its end", async () => {
		const client = createSentc({ base_url: `${api.base_url}//`, app_token: api.app_token });
		await client.init();
		expect(await client.checkUserIdentifierAvailable("nobody has it")).toBe(true);
		expect(client.options.base_url).toBe(api.base_url);
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
