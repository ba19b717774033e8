import { authenticator, PASSWORD, type Person, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { SentcClient, User, UserData } from "../../src/index.js";
import { answering, fetchThrough, notFound } from "../support/between.js";
import { holdLogins } from "../support/logins.js";

const api = await startApi();
const codeOf = authenticator(api.clock);
afterAll(() => api.close());

const NEW_PASSWORD = "battery staple";
const REFUSED = { status: "server_112" };

/** What is kept of the user on this device. */
const storedOf = ({ storage, name }: Person) => storage.getItem<UserData>(`user_data_id_${name}`);

const loginElsewhere = async (name: string, password: string): Promise<User> =>
	(await startSentc(api)).sentc.login(name, password, true);

/** Also of a session that goes on: the token stays what it is. */
const canRefresh = (sentc: SentcClient, { jwt, refresh_token }: Pick<UserData, "jwt" | "refresh_token">) =>
	sentc.refreshJwt(jwt, refresh_token).then(
		() => true,
		() => false,
	);

describe("changePassword", () => {
	it("takes the new password instead of the old one; keys and user object stay", async () => {
		const person = await signUp(api);
		const { sentc, name, user } = person;
		const groupId = await user.createGroup();
		const text = await (await user.getGroup(groupId)).encryptString("from before");
		await user.changePassword(PASSWORD, NEW_PASSWORD);
		expect(await storedOf(person)).toEqual(user.user_data);

		expect(await rejection(loginElsewhere(name, PASSWORD))).toMatchObject(REFUSED);
		const again = await loginElsewhere(name, NEW_PASSWORD);
		expect(await (await again.getGroup(groupId)).decryptString(text)).toBe("from before");
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		await user.changePassword(NEW_PASSWORD, PASSWORD);
		expect((await loginElsewhere(name, PASSWORD)).user_data.user_id).toBe(user.user_data.user_id);
	});

	it("leaves everything as it was when the old password is wrong", async () => {
		const person = await signUp(api);
		const { sentc, name, user } = person;
		const before = structuredClone(user.user_data);
		expect(await rejection(user.changePassword("wrong", NEW_PASSWORD))).toMatchObject(REFUSED);
		expect(user.user_data).toEqual(before);
		expect(await storedOf(person)).toEqual(before);
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		expect(await rejection(loginElsewhere(name, NEW_PASSWORD))).toMatchObject(REFUSED);
		await loginElsewhere(name, PASSWORD);
	});

	it("with MFA needs a code or a recovery key", async () => {
		const { user } = await signUp(api);
		const { secret, recover } = await user.registerRawOtp(PASSWORD);
		const refusal = await rejection(user.changePassword(PASSWORD, NEW_PASSWORD));
		expect(refusal).toMatchObject({ code: "MFA_REQUIRED", status: "client_10000" });
		await user.changePassword(PASSWORD, NEW_PASSWORD, codeOf(secret));
		await user.changePassword(NEW_PASSWORD, PASSWORD, recover[0], true);
		expect(await rejection(user.changePassword(PASSWORD, NEW_PASSWORD, recover[0], true))).toMatchObject({
			status: "server_901",
		});
	});

	it("names the argument that is wrong, and sends nothing", async () => {
		const { user } = await signUp(api);
		const before = api.requests.length;
		const bad: [unknown[], string][] = [
			[[undefined, NEW_PASSWORD], "old_password"],
			[[PASSWORD, ""], "new_password"],
			[[PASSWORD, {}], "new_password"],
			[[PASSWORD, NEW_PASSWORD, 123456], "mfa_token"],
			[[PASSWORD, NEW_PASSWORD, "123456", 1], "mfa_recovery"],
			[[PASSWORD, NEW_PASSWORD, "", false, null], "options"],
			[[PASSWORD, NEW_PASSWORD, "", false, { end_sessions: "others" }], "end_sessions"],
		];
		for (const [args, field] of bad) {
			const call = user.changePassword.bind(user) as (...args: unknown[]) => Promise<void>;
			expect(await rejection(call(...args))).toMatchObject({ field });
		}
		for (const password of ["", 5, undefined, "\ud800"]) {
			expect(await rejection(user.resetPassword(password as string))).toMatchObject({ field: "new_password" });
		}
		expect(api.requests.length).toBe(before);
	});
});

describe("resetPassword", () => {
	it("needs no old password; the sessions of the device end, and this one goes on with a new one", async () => {
		const person = await signUp(api);
		const { sentc, name, user } = person;
		const elsewhere = await loginElsewhere(name, PASSWORD);
		const groupId = await user.createGroup();
		const text = await (await user.getGroup(groupId)).encryptString("from before");
		const before = { ...user.user_data };
		await user.resetPassword(NEW_PASSWORD);

		expect(await canRefresh(sentc, before)).toBe(false);
		expect(await canRefresh(sentc, elsewhere.user_data)).toBe(false);
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		expect(user.user_data.refresh_token).not.toBe(before.refresh_token);
		expect(await storedOf(person)).toEqual(user.user_data);
		expect(user.user_data).toMatchObject({ device: before.device, user_keys: before.user_keys });

		expect(await rejection(loginElsewhere(name, PASSWORD))).toMatchObject(REFUSED);
		const again = await loginElsewhere(name, NEW_PASSWORD);
		expect(await (await again.getGroup(groupId)).decryptString(text)).toBe("from before");
	});

	it("with MFA and without a token leaves the JWT, with one it starts a new session", async () => {
		const { sentc, name, user } = await signUp(api);
		const { secret, recover } = await user.registerRawOtp(PASSWORD);
		await user.resetPassword(NEW_PASSWORD);
		expect(await user.createGroup()).toBeTypeOf("string");
		expect(await canRefresh(sentc, user.user_data)).toBe(false);
		expect((await sentc.login(name, NEW_PASSWORD)).kind).toBe("mfa");

		await user.resetPassword("third", codeOf(secret));
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		await user.resetPassword("fourth", recover[0], true);
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		expect((await sentc.login(name, "fourth")).kind).toBe("mfa");
	});

	it("has set the password although the login after it did not work", async () => {
		let offline = false;
		const fetch = fetchThrough(async (request, send) => {
			if (offline && request.url.endsWith("/prepare_login")) return notFound();
			return send();
		});
		const { sentc, name, user } = await signUp(api, { fetch });
		offline = true;
		await user.resetPassword(NEW_PASSWORD);
		expect(await user.createGroup()).toBeTypeOf("string");
		expect(await canRefresh(sentc, user.user_data)).toBe(false);
		await loginElsewhere(name, NEW_PASSWORD);
	});

	it("changes nothing when the API refuses", async () => {
		const fetch = fetchThrough(answering("PUT /user/reset_pw", notFound));
		const { sentc, name, user } = await signUp(api, { fetch });
		const before = structuredClone(user.user_data);
		expect(await rejection(user.resetPassword(NEW_PASSWORD))).toMatchObject({ status: "server_404" });
		expect(user.user_data).toEqual(before);
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		await loginElsewhere(name, PASSWORD);
	});

	it("leaves no session behind when the user logs out meanwhile", async () => {
		const { fetch, hold, logins, open, reached } = holdLogins();
		const { sentc, storage, user } = await signUp(api, { fetch });
		hold();
		const reset = user.resetPassword(NEW_PASSWORD);
		await reached;
		await user.logOut();
		open();
		await reset;
		expect(await rejection(user.getJwt())).toMatchObject({ code: "SESSION_ENDED" });
		expect(logins).toHaveLength(2);
		for (const tokens of logins) expect(await canRefresh(sentc, tokens)).toBe(false);
		expect(await storage.keys()).toEqual([]);
	});
});
