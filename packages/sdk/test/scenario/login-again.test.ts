import { freshName, newUser, PASSWORD, startApi, startSentc, withExpiringJwt } from "@sentc-ts/test-world";
import { decodeJwt } from "@sentc-ts/transport";
import { afterAll, describe, expect, it } from "vitest";
import type { MemoryStorage, User } from "../../src/index.js";
import { tamper } from "../support/between.js";
import { recordLogins } from "../support/logins.js";

const api = await startApi();
afterAll(() => api.close());

describe("a login over a stored session, whose searchable keys need a key that the answer leaves out", () => {
	interface Again {
		readonly name: string;
		readonly storage: MemoryStorage;
		/** As another device made it since. */
		readonly newest: string;
		readonly tokens: { readonly jwt: string; readonly refresh_token: string };
		readonly user: User;
	}

	async function loginAgain(run = (login: () => Promise<User>): Promise<User> => login()): Promise<Again> {
		const name = freshName();
		const { fetch, logins } = recordLogins();
		const between = tamper(fetch);
		const { sentc, storage } = await startSentc(api, { fetch: between.fetch });
		await newUser(sentc, name);
		const other = await (await startSentc(api)).sentc.login(name, PASSWORD, true);
		await other.keyRotation();
		between.lie(/\/verify_login$/, (login) => ({ ...login, user_keys: [(login["user_keys"] as object[])[0]] }));
		const user = await run(() => sentc.login(name, PASSWORD, true));
		const [tokens] = logins.slice(-1);
		if (!tokens) throw new Error("Nobody logged in");
		expect(user.user_data.user_keys).toHaveLength(2);
		return { name, storage, newest: other.user_data.newest_key_id, tokens, user };
	}

	it("has the tokens and the newest key of the new one, and stores them", async () => {
		const { name, newest, storage, tokens, user } = await loginAgain();
		const expected = { ...tokens, newest_key_id: newest };
		expect(user.user_data).toMatchObject(expected);
		expect(await storage.getItem(`user_data_id_${name}`)).toMatchObject(expected);
	});

	it("refreshes by its own refresh token when the clock of the device is ahead", async () => {
		const { newest, tokens, user } = await loginAgain((login) => withExpiringJwt(api, login));
		expect(user.user_data.newest_key_id).toBe(newest);
		expect(user.user_data.jwt).not.toBe(tokens.jwt);
		expect(decodeJwt(user.user_data.jwt).sid).toBe(decodeJwt(tokens.jwt).sid);
	});
});
