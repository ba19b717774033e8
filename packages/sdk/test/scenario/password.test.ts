import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { createCrypto, type LoginKeys } from "@sentc-ts/core-crypto";
import type { ChangePasswordData, DoneLogin, PrepareLoginResult } from "@sentc-ts/core-crypto/wire";
import {
	authenticator,
	freshName,
	newUser,
	PASSWORD,
	rejection,
	type ServedApi,
	startApi,
	startSentc,
} from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SentcClient, User, UserData } from "../../src/index.js";
import { fetchThrough, holdLogins, notFound, routeOf } from "../support/fetch-through.js";

let api: ServedApi;
let codeOf: (secret: string) => string;
beforeAll(async () => {
	api = await startApi();
	codeOf = authenticator(api.clock);
});
afterAll(() => api.close());

const NEW_PASSWORD = "battery staple";
const REFUSED = { status: "server_112" };
const DONE_LOGIN = "POST /api/v1/done_login";

async function startUser(options: Parameters<typeof startSentc>[1] = {}) {
	const { sentc, storage } = await startSentc(api, options);
	const name = freshName();
	const user = await newUser(sentc, name);
	const stored = (): Promise<UserData | undefined> => storage.getItem<UserData>(`user_data_id_${name}`);
	return { sentc, storage, name, user, stored };
}

const loginElsewhere = async (name: string, password: string): Promise<User> =>
	(await startSentc(api)).sentc.login(name, password, true);

const canRefresh = (sentc: SentcClient, { jwt, refresh_token }: Pick<UserData, "jwt" | "refresh_token">) =>
	sentc.refreshJwt(jwt, refresh_token).then(
		() => true,
		() => false,
	);

describe("changePassword", () => {
	it("takes the new password instead of the old one; keys and session stay", async () => {
		const { sentc, name, user } = await startUser();
		const groupId = await user.createGroup();
		const text = await (await user.getGroup(groupId)).encryptString("from before");
		await user.changePassword(PASSWORD, NEW_PASSWORD);

		expect(await rejection(loginElsewhere(name, PASSWORD))).toMatchObject(REFUSED);
		const again = await loginElsewhere(name, NEW_PASSWORD);
		expect(await (await again.getGroup(groupId)).decryptString(text)).toBe("from before");
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		await user.changePassword(NEW_PASSWORD, PASSWORD);
		expect((await loginElsewhere(name, PASSWORD)).user_data.user_id).toBe(user.user_data.user_id);
	});

	it("leaves everything as it was when the old password is wrong", async () => {
		const { sentc, name, user, stored } = await startUser();
		const before = structuredClone(user.user_data);
		expect(await rejection(user.changePassword("wrong", NEW_PASSWORD))).toMatchObject(REFUSED);
		expect(user.user_data).toEqual(before);
		expect(await stored()).toEqual(before);
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		expect(await rejection(loginElsewhere(name, NEW_PASSWORD))).toMatchObject(REFUSED);
		await loginElsewhere(name, PASSWORD);
	});

	it("with MFA needs a code or a recovery key", async () => {
		const { user } = await startUser();
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
		const { user } = await startUser();
		const before = api.requests.length;
		const bad: [unknown[], string][] = [
			[[undefined, NEW_PASSWORD], "old_password"],
			[[PASSWORD, ""], "new_password"],
			[[PASSWORD, {}], "new_password"],
			[[PASSWORD, NEW_PASSWORD, 123456], "mfa_token"],
			[[PASSWORD, NEW_PASSWORD, "123456", 1], "mfa_recovery"],
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
		const { sentc, name, user, stored } = await startUser();
		const elsewhere = await loginElsewhere(name, PASSWORD);
		const groupId = await user.createGroup();
		const text = await (await user.getGroup(groupId)).encryptString("from before");
		const before = { ...user.user_data };
		await user.resetPassword(NEW_PASSWORD);

		expect(await canRefresh(sentc, before)).toBe(false);
		expect(await canRefresh(sentc, elsewhere.user_data)).toBe(false);
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		expect(user.user_data.refresh_token).not.toBe(before.refresh_token);
		expect(await stored()).toEqual(user.user_data);
		expect(user.user_data).toMatchObject({ device: before.device, user_keys: before.user_keys });

		expect(await rejection(loginElsewhere(name, PASSWORD))).toMatchObject(REFUSED);
		const again = await loginElsewhere(name, NEW_PASSWORD);
		expect(await (await again.getGroup(groupId)).decryptString(text)).toBe("from before");
	});

	it("with MFA and without a token leaves the JWT, with one it starts a new session", async () => {
		const { sentc, name, user } = await startUser();
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
		const { sentc, name, user } = await startUser({ fetch });
		offline = true;
		await user.resetPassword(NEW_PASSWORD);
		expect(await user.createGroup()).toBeTypeOf("string");
		expect(await canRefresh(sentc, user.user_data)).toBe(false);
		await loginElsewhere(name, NEW_PASSWORD);
	});

	it("changes nothing when the API refuses", async () => {
		const fetch = fetchThrough(async (request, send) =>
			routeOf(request) === "PUT /user/reset_pw" ? notFound() : send(),
		);
		const { sentc, name, user } = await startUser({ fetch });
		const before = structuredClone(user.user_data);
		expect(await rejection(user.resetPassword(NEW_PASSWORD))).toMatchObject({ status: "server_404" });
		expect(user.user_data).toEqual(before);
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		await loginElsewhere(name, PASSWORD);
	});

	it("leaves no session behind when the user logs out meanwhile", async () => {
		const { fetch, hold, logins, open, reached } = holdLogins();
		const { sentc, storage, user } = await startUser({ fetch });
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

describe("an account that was made at the newer Argon2id cost", () => {
	const crypto = createCrypto();

	async function post<T>(path: string, body: object): Promise<T> {
		return send("POST", path, body);
	}

	async function send<T>(method: string, path: string, body: object, jwt = ""): Promise<T> {
		const response = await fetch(`${api.base_url}/api/v1${path}`, {
			method,
			headers: { "x-sentc-app-token": api.app_token, Authorization: `Bearer ${jwt}` },
			body: JSON.stringify(body),
		});
		const envelope = (await response.json()) as { status: boolean; result: T };
		expect(envelope).toMatchObject({ status: true });
		return envelope.result;
	}

	/** As such a build stores a password: the same in everything but the cost. */
	async function newerAccount(): Promise<string> {
		const { name, user } = await startUser();
		const prepareLogin = await post<PrepareLoginResult>("/prepare_login", { user_identifier: name });
		const old = crypto.deriveLoginKeys({ password: PASSWORD, prepareLogin });
		const proof = { auth_key: old.authKey, device_identifier: name };
		const { Direct } = await post<{ Direct: DoneLogin }>("/done_login", proof);

		const randomValue = randomBytes(16);
		const prefix = Buffer.from("sentc".padEnd(200, "P"));
		const salt_string = createHash("sha256").update(prefix).update(randomValue).digest("base64");
		const keys = crypto.deriveLoginKeys({
			password: PASSWORD,
			prepareLogin: { ...prepareLogin, salt_string },
			newerArgon2: true,
		});
		const authKeyHash = createHash("sha256").update(Buffer.from(keys.authKey, "base64")).digest();
		const body: ChangePasswordData = {
			new_derived_alg: "ARGON-2-SHA256",
			new_client_random_value: randomValue.toString("base64"),
			new_hashed_authentication_key: authKeyHash.subarray(0, 16).toString("base64"),
			new_encrypted_master_key: encrypt(keys, decrypt(old, Direct.device_keys.encrypted_master_key)),
			new_encrypted_master_key_alg: "AES-GCM-256",
			old_auth_key: old.authKey,
		};
		await send("PUT", "/user/update_pw", body, user.user_data.jwt);
		return name;
	}

	const keyOf = ({ masterKeyEncryptionKey }: LoginKeys): Buffer =>
		Buffer.from(JSON.parse(masterKeyEncryptionKey).Argon2, "base64");

	function decrypt(keys: LoginKeys, text: string): Buffer {
		const bytes = Buffer.from(text, "base64");
		const cipher = createDecipheriv("aes-256-gcm", keyOf(keys), bytes.subarray(0, 12));
		cipher.setAuthTag(bytes.subarray(-16));
		return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]);
	}

	function encrypt(keys: LoginKeys, bytes: Buffer): string {
		const nonce = randomBytes(12);
		const cipher = createCipheriv("aes-256-gcm", keyOf(keys), nonce);
		return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]).toString("base64");
	}

	it("is refused like a wrong password, unless accept_newer_argon2 says otherwise", async () => {
		const name = await newerAccount();
		expect(await rejection(loginElsewhere(name, PASSWORD))).toMatchObject(REFUSED);
		const { sentc } = await startSentc(api, { accept_newer_argon2: true });
		const user = await sentc.login(name, PASSWORD, true);
		expect(await user.createGroup()).toBeTypeOf("string");
	});

	it("has fresh logins, MFA and password changes, too", async () => {
		const name = await newerAccount();
		const { sentc } = await startSentc(api, { accept_newer_argon2: true });
		const user = await sentc.login(name, PASSWORD, true);
		const { secret } = await user.registerRawOtp(PASSWORD);
		const login = await sentc.login(name, PASSWORD);
		if (login.kind !== "mfa") throw new Error("The API asked for no second factor");
		const again = await sentc.mfaLogin(codeOf(secret), login.u);
		await again.changePassword(PASSWORD, NEW_PASSWORD, codeOf(secret));
		await again.disableOtp(NEW_PASSWORD, codeOf(secret));
		// What this SDK writes has the cost of the shipped clients.
		await loginElsewhere(name, NEW_PASSWORD);
	});

	it("is tried once, and only after a refused password", async () => {
		const { name } = await startUser();
		const { sentc } = await startSentc(api, { accept_newer_argon2: true });
		let before = api.requests.length;
		expect(await rejection(sentc.login(name, "wrong"))).toMatchObject(REFUSED);
		expect(api.requests.slice(before)).toEqual(["POST /api/v1/prepare_login", DONE_LOGIN, DONE_LOGIN]);
		before = api.requests.length;
		expect(await rejection(sentc.login(freshName(), PASSWORD))).toMatchObject({ status: "server_100" });
		await sentc.login(name, PASSWORD);
		expect(api.requests.slice(before).filter((request) => request === DONE_LOGIN)).toHaveLength(2);
	});
});
