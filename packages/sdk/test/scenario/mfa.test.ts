import { authenticator, PASSWORD, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { TOTP, URI } from "otpauth";
import { afterAll, describe, expect, it } from "vitest";
import { MemoryStorage, type UserData, type UserMfaLogin } from "../../src/index.js";
import { answering, fetchThrough, notFound } from "../support/between.js";
import { enrolledUser, startMfaLogin } from "../support/second-factor.js";

const api = await startApi();
const codeOf = authenticator(api.clock);
afterAll(() => api.close());

const MFA_REQUIRED = { code: "MFA_REQUIRED" };
/** Not a code of anybody: codes have six digits. */
const NO_CODE = "0000000";

const storedMfa = async (storage: MemoryStorage, name: string): Promise<boolean | undefined> =>
	(await storage.getItem<UserData>(`user_data_id_${name}`))?.mfa;

describe("a login with MFA", () => {
	it("registerRawOtp switches MFA on; login answers the kind mfa, and mfaLogin the user", async () => {
		const { sentc, storage, name, user, secret, recover } = await enrolledUser(api);
		expect(secret).toMatch(/^[A-Z2-7]{52}$/);
		expect(new Set(recover).size).toBe(6);
		expect(user.enabledMfa()).toBe(true);
		expect(await storedMfa(storage, name)).toBe(true);

		const u = await startMfaLogin(sentc, name);
		expect(u).toEqual({
			deviceIdentifier: name,
			mfa_master_key: expect.stringContaining('{"Argon2":"'),
			mfa_auth_key: expect.any(String),
		});
		const again = await sentc.mfaLogin(codeOf(secret), u);
		expect(again.user_data.user_id).toBe(user.user_data.user_id);
		expect(again.enabledMfa()).toBe(true);
		expect(await storedMfa(storage, name)).toBe(true);
		expect(await again.createGroup()).toBeTypeOf("string");
		expect(await sentc.getActualUser()).toBe(again);
	});

	it("throws client_10000 when the caller wants a user at once", async () => {
		const { sentc, name } = await enrolledUser(api);
		expect(await rejection(sentc.login(name, PASSWORD, true))).toMatchObject({
			...MFA_REQUIRED,
			status: "client_10000",
		});
	});

	it("refuses a wrong code, and a code that was used", async () => {
		const { sentc, name, secret } = await enrolledUser(api);
		const u = await startMfaLogin(sentc, name);
		expect(await rejection(sentc.mfaLogin(NO_CODE, u))).toMatchObject({ status: "server_902" });
		const code = codeOf(secret);
		await sentc.mfaLogin(code, u);
		expect(await rejection(sentc.mfaLogin(code, u))).toMatchObject({ status: "server_902" });
	});

	it("mfaRecoveryLogin takes each recovery key once", async () => {
		const { sentc, name, secret, recover } = await enrolledUser(api);
		const [key = "", other = ""] = recover;
		const u = await startMfaLogin(sentc, name);
		const user = await sentc.mfaRecoveryLogin(key, u);
		expect(user.enabledMfa()).toBe(true);
		expect(await rejection(sentc.mfaRecoveryLogin(key, u))).toMatchObject({ status: "server_901" });
		expect(await user.getOtpRecoverKeys(PASSWORD, codeOf(secret))).toEqual(
			expect.arrayContaining(recover.filter((left) => left !== key)),
		);
		expect(await user.getOtpRecoverKeys(PASSWORD, other, true)).toHaveLength(4);
	});

	it("does not take what login did not answer", async () => {
		const { sentc, name } = await enrolledUser(api);
		const u = await startMfaLogin(sentc, name);
		const before = api.requests.length;
		const bad: [unknown, unknown, string][] = [
			["", u, "token"],
			[123456, u, "token"],
			["123456", undefined, "u"],
			["123456", { ...u, deviceIdentifier: 5 }, "u.deviceIdentifier"],
			["123456", { ...u, mfa_master_key: "" }, "u.mfa_master_key"],
			["123456", { ...u, mfa_auth_key: null }, "u.mfa_auth_key"],
		];
		for (const [token, started, field] of bad) {
			for (const call of [sentc.mfaLogin, sentc.mfaRecoveryLogin]) {
				expect(await rejection(call.call(sentc, token as string, started as UserMfaLogin))).toMatchObject({ field });
			}
		}
		expect(api.requests.length).toBe(before);
	});
});

describe("the QR code", () => {
	it("registerOtp and resetOtp answer the URL of the reference, which authenticator apps read", async () => {
		const { sentc, name, user } = await signUp(api);
		const [url, recover] = await user.registerOtp("My App", "ada@example.com", PASSWORD);
		const secret = /secret=([A-Z2-7]{52})&/.exec(url)?.[1] ?? "";
		expect(url).toBe(`otpauth://totp/My App:ada@example.com?secret=${secret}&algorithm=SHA256&issuer=My App`);
		expect(recover).toHaveLength(6);

		const [plain] = await user.resetOtp("App", "ada", PASSWORD, codeOf(secret));
		const app = URI.parse(plain);
		if (!(app instanceof TOTP)) throw new Error("The URL is for counters");
		const user2 = await sentc.mfaLogin(codeOf(app.secret.base32), await startMfaLogin(sentc, name));
		expect(user2.user_data.user_id).toBe(user.user_data.user_id);
	});

	it("needs a name for the app and for the user", async () => {
		const { user } = await signUp(api);
		const before = api.requests.length;
		expect(await rejection(user.registerOtp("", "ada", PASSWORD))).toMatchObject({ field: "issuer" });
		expect(await rejection(user.resetOtp("App", 5 as unknown as string, PASSWORD))).toMatchObject({
			field: "audience",
		});
		expect(api.requests.length).toBe(before);
	});
});

describe("managing the second factor", () => {
	it("resetRawOtp ends the old secret and the old recovery keys", async () => {
		const { sentc, name, user, secret, recover } = await enrolledUser(api);
		const next = await user.resetRawOtp(PASSWORD, recover[0], true);
		expect(await user.getOtpRecoverKeys(PASSWORD, codeOf(next.secret))).toEqual(expect.arrayContaining(next.recover));
		const u = await startMfaLogin(sentc, name);
		expect(await rejection(sentc.mfaLogin(codeOf(secret), u))).toMatchObject({ status: "server_902" });
		expect(await rejection(sentc.mfaRecoveryLogin(recover[1] ?? "", u))).toMatchObject({ status: "server_901" });
		expect(user.enabledMfa()).toBe(true);
	});

	it("disableOtp makes the login direct again", async () => {
		const { sentc, storage, name, user, secret } = await enrolledUser(api);
		await user.disableOtp(PASSWORD, codeOf(secret));
		expect(user.enabledMfa()).toBe(false);
		expect(await storedMfa(storage, name)).toBe(false);
		expect((await sentc.login(name, PASSWORD)).kind).toBe("user");
	});

	it("throws client_100 without a token, after the password was accepted", async () => {
		const { user } = await enrolledUser(api);
		const calls = [
			() => user.registerRawOtp(PASSWORD),
			() => user.registerOtp("App", "ada", PASSWORD),
			() => user.getOtpRecoverKeys(PASSWORD),
			() => user.resetRawOtp(PASSWORD, ""),
			() => user.resetOtp("App", "ada", PASSWORD),
			() => user.disableOtp(PASSWORD),
		];
		for (const call of calls) {
			const before = api.requests.length;
			expect(await rejection(call())).toMatchObject({ ...MFA_REQUIRED, status: "client_100" });
			expect(api.requests.slice(before)).toEqual(["POST /api/v1/prepare_login", "POST /api/v1/done_login"]);
		}
		expect(user.enabledMfa()).toBe(true);
	});

	it("names the argument that is wrong, and sends nothing", async () => {
		const { user } = await enrolledUser(api);
		const before = api.requests.length;
		const bad: [unknown[], string][] = [
			[[5], "password"],
			[["a\ud800"], "password"],
			[[PASSWORD, 123456], "mfa_token"],
			[[PASSWORD, null], "mfa_token"],
			[[PASSWORD, "123456", "yes"], "mfa_recovery"],
		];
		for (const [args, field] of bad) {
			for (const method of [
				"registerRawOtp",
				"getOtpRecoverKeys",
				"resetRawOtp",
				"disableOtp",
				"deleteUser",
			] as const) {
				const call = user[method].bind(user) as (...args: unknown[]) => Promise<unknown>;
				expect(await rejection(call(...args))).toMatchObject({ field });
			}
		}
		expect(api.requests.length).toBe(before);
	});

	it("registers nothing with a wrong password", async () => {
		const { storage, name, user } = await signUp(api);
		expect(await rejection(user.registerRawOtp("wrong"))).toMatchObject({ status: "server_112" });
		expect(user.enabledMfa()).toBe(false);
		expect(await storedMfa(storage, name)).toBe(false);
	});

	it("says that MFA is on only after the API did so", async () => {
		const refusing = fetchThrough(answering("PATCH ", notFound));
		const { storage, name, user } = await signUp(api, { fetch: refusing });
		expect(await rejection(user.registerRawOtp(PASSWORD))).toMatchObject({ status: "server_404" });
		expect(user.enabledMfa()).toBe(false);
		expect(await storedMfa(storage, name)).toBe(false);
	});

	it("hands out the secret also when the storage fails", async () => {
		class FullStorage extends MemoryStorage {
			full = false;
			override async set<T>(key: string, item: T): Promise<void> {
				if (this.full) throw new Error("quota exceeded");
				await super.set(key, item);
			}
		}
		const storage = new FullStorage();
		const { user } = await signUp(api, { storage });
		storage.full = true;
		expect((await user.registerRawOtp(PASSWORD)).recover).toHaveLength(6);
		expect(user.enabledMfa()).toBe(true);
	});

	it("learns at the next fresh login what another device or the backend changed", async () => {
		const { sentc, storage, name, secret } = await enrolledUser(api);
		const user = await sentc.mfaLogin(codeOf(secret), await startMfaLogin(sentc, name));
		const data = await storage.getItem<UserData>(`user_data_id_${name}`);
		await storage.set(`user_data_id_${name}`, { ...data, mfa: false });
		const { sentc: stale } = await startSentc(api, { storage });
		const unaware = await stale.getActualUser();
		expect(unaware.enabledMfa()).toBe(false);
		expect(await rejection(unaware.changePassword(PASSWORD, "new"))).toMatchObject({ status: "client_10000" });
		expect(unaware.enabledMfa()).toBe(true);
		expect(await storedMfa(storage, name)).toBe(true);

		await user.disableOtp(PASSWORD, codeOf(secret));
		await unaware.changePassword(PASSWORD, "new");
		expect(unaware.enabledMfa()).toBe(false);
	});
});
