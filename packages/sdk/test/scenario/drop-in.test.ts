import { authenticator, freshName, PASSWORD, rejection, rotateKeys, startApi, tier } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
// What an app of the reference SDK imports from its packages; its class `Sentc` with static methods is one instance here.
import {
	type CryptoHead,
	type CryptoRawOutput,
	type Group,
	type GroupData,
	type GroupInviteListItem,
	type GroupKey,
	type GroupList,
	type InitReturn,
	type LoginUser,
	MemoryStorage,
	SentcClient,
	type SentcError,
	type SentcOptions,
	type StorageInterface,
	type SymKey,
	USER_KEY_STORAGE_NAMES,
	type User,
	type UserData,
	type UserDeviceList,
	type UserId,
	type UserKeyData,
	type UserMfaLogin,
	type UserPublicKeyData,
} from "../../src/index.js";
import { tamper } from "../support/between.js";

const api = await startApi();
afterAll(() => api.close());

/** A page of the app: nothing but the two addresses tells it from one that talks to the reference API. Workers take their time: the quick tests have none. */
async function openPage(options: Partial<SentcOptions> = {}): Promise<SentcClient> {
	const Sentc = new SentcClient();
	// A plain object, whose `endpoint` is any number for the compiler.
	const usual = {
		base_url: api.base_url,
		app_token: api.app_token,
		wasm_path: "/sentc_wasm_bg.wasm",
		refresh: { endpoint: 2 },
		storage: { getStorage: async () => new MemoryStorage() },
		...(tier === "quick" && { worker: false as const }),
	};
	await Sentc.init({ ...usual, ...options });
	return Sentc;
}

async function signUp(Sentc: SentcClient, name: string = freshName()): Promise<User> {
	const user_id: UserId | false = await Sentc.register(name, PASSWORD);
	if (!user_id) throw new Error("no name or no password");
	return Sentc.login(name, PASSWORD, true);
}

/** What the reference SDK would have stored of the same session: no record of its own making, and times of fetched keys as text. */
async function asReferenceStores(ours: MemoryStorage, name: string): Promise<MemoryStorage> {
	const theirs = new MemoryStorage();
	for (const key of await ours.keys()) {
		const item = await ours.getItem<Record<string, unknown>>(key);
		if (key.startsWith("key_pin_")) continue;
		if (typeof item === "object") for (const own of ["verify", "login_identifier", "time"]) delete item[own];
		await theirs.set(key, item);
	}
	const user = await theirs.getItem<UserData>(`user_data_id_${name}`);
	const user_keys = user?.user_keys.map(({ unproven, ...key }, index) =>
		index === 0 ? key : { ...key, time: `${key.time}` },
	);
	await theirs.set(`user_data_id_${name}`, { ...user, user_keys });
	return theirs;
}

describe("code for the reference SDK", () => {
	it("registers, logs in with a second factor, and has the types of both outcomes", async () => {
		const Sentc = await openPage();
		const name = freshName();
		expect(await Sentc.checkUserIdentifierAvailable(name)).toBe(true);
		const input: string = Sentc.prepareRegister(name, PASSWORD);
		expect(JSON.parse(input)).toHaveProperty("device");
		await signUp(Sentc, name);

		let factor: UserMfaLogin | undefined;
		async function logIn(): Promise<User> {
			const login: LoginUser = await Sentc.login(name, PASSWORD, false);
			if (login.kind === "user") return login.u;
			factor = login.u;
			return Sentc.mfaLogin(code(), login.u);
		}
		let code = (): string => "";
		const user = await logIn();
		expect(user.enabledMfa()).toBe(false);
		const { secret, recover } = await user.registerRawOtp(PASSWORD);
		code = () => authenticator(api.clock)(secret);
		expect(recover).toHaveLength(6);
		expect((await logIn()).user_data.user_id).toBe(user.user_data.user_id);
		expect(factor?.deviceIdentifier).toBe(name);

		// An app with a user type of its own.
		const mine: LoginUser<{ user: User }> = { kind: "user", u: { user } };
		expect(mine.u.user.enabledMfa()).toBe(true);
	});

	it("reads thrown values as JSON text", async () => {
		const Sentc = await openPage();
		await signUp(Sentc);
		async function statusOf(call: () => unknown): Promise<string> {
			try {
				await call();
				return "";
			} catch (e) {
				const err: SentcError = JSON.parse(e as string);
				expect(err.error_message).not.toBe("");
				return err.status;
			}
		}
		expect(await statusOf(() => Sentc.login("nobody", PASSWORD))).toBe("server_100");
		expect(await statusOf(() => Sentc.doneRegister('{"status":false,"err_msg":"no","err_code":101}'))).toBe(
			"server_101",
		);
		const group = await createGroup(await Sentc.getActualUser());
		expect(await statusOf(() => group.decryptString("bm8="))).toMatch(/^client_/);
		expect(await statusOf(() => group.getSymKeyByIdSync("no key"))).toBe("client_key_not_found");
	});

	it("shares content in a group, and reads its data", async () => {
		const Sentc = await openPage();
		const user = await signUp(Sentc);
		const group = await createGroup(user, true);
		const verify: number = 2;
		const again: Group = await user.getGroup(group.data.group_id, undefined, verify);

		const secret: string = await group.encryptString("hello", true);
		expect(await again.decryptString(secret, true, user.user_data.user_id)).toBe("hello");
		const raw: CryptoRawOutput = group.encryptRawSync(new Uint8Array([1, 2, 3]), true);
		const head: CryptoHead = JSON.parse(raw.head);
		expect(head.sign?.id).toBe(
			user.user_data.user_keys.map((key) => JSON.parse(key.exported_verify_key).verify_key_id)[0],
		);
		expect([...(await again.decryptRaw(raw.head, raw.data))]).toEqual([1, 2, 3]);

		const data: GroupData = await group.fetchKeys(await user.getJwt(), verify);
		const newest: GroupKey | undefined = data.keys[data.key_map.get(data.newest_key_id) ?? -1];
		expect(newest?.group_key).toBe(group.getSymKeyToEncryptSync()[0]);
		const hmacKey: string = group.getNewestHmacKey();
		const sortableKey: string = group.getNewestSortableKey();
		expect([hmacKey, sortableKey]).toEqual([data.hmac_keys[0], data.sortable_keys[0]]);
		const [wrappedKey, wrapped]: [SymKey, string] = await group.generateNonRegisteredKey();
		const opened = await group.getNonRegisteredKey(wrappedKey.master_key_id, wrapped);
		expect(opened.decryptString(wrappedKey.encryptString("hi"))).toBe("hi");

		const groups: GroupList[] = await user.getGroups();
		expect(groups.map((item) => item.group_id)).toEqual([group.data.group_id]);
		await group.deleteGroup();
	});

	it("writes to other users, with their keys as objects", async () => {
		const Sentc = await openPage();
		const bob = await signUp(Sentc);
		const ann = await signUp(await openPage());
		const key: UserPublicKeyData = await ann.getPublicKey(bob.user_data.user_id);
		expect(key).toEqual(
			await Sentc.getUserPublicKey(bob.user_data.user_id).then((own) => ({ ...own, verified: false })),
		);
		expect(bob.decryptStringSync(ann.encryptStringSync("hello", key.public_key))).toBe("hello");
		expect(await bob.decryptString(await ann.encryptString("hello", bob.user_data.user_id, true))).toBe("hello");
		const newest: UserKeyData = bob.getNewestKey();
		expect(newest.exported_public_key).toBe(key.public_key);
		const searchable: string = bob.getNewestHmacKey();
		expect(searchable).toBe(bob.user_data.hmac_keys[0]);
	});

	it("goes on with a session on its own storage, and reads what is stored", async () => {
		/** As an app writes one for a phone. */
		class PhoneStorage implements StorageInterface {
			readonly items = new Map<string, unknown>();
			async init(): Promise<InitReturn> {
				return { status: true };
			}
			// biome-ignore lint/suspicious/noExplicitAny: apps of the reference SDK write it like this
			async getItem(key: string): Promise<any> {
				return this.items.get(key);
			}
			// biome-ignore lint/suspicious/noExplicitAny: as above
			async set(key: string, item: any): Promise<void> {
				this.items.set(key, structuredClone(item));
			}
			async delete(key: string): Promise<void> {
				this.items.delete(key);
			}
			async storePart(): Promise<void> {}
			async getDownloadUrl(): Promise<string> {
				return "";
			}
			async cleanStorage(): Promise<void> {
				this.items.clear();
			}
		}
		const phone = new PhoneStorage();
		const options: Partial<SentcOptions> = { storage: { getStorage: async () => phone } };
		const name = freshName();
		await signUp(await openPage(options), name);

		const Sentc = await openPage(options);
		const [user, identifier]: [User, string] = await Sentc.getActualUser(false, true);
		expect(identifier).toBe(name);
		const invites: GroupInviteListItem[] = user.group_invites;
		expect(invites).toEqual([]);
		const devices: UserDeviceList[] = await user.getDevices();
		expect(devices).toHaveLength(1);
		const stored: UserData | undefined = await phone.getItem(`${USER_KEY_STORAGE_NAMES.userData}_id_${name}`);
		expect(stored?.user_id).toBe(user.user_data.user_id);
		expect(await phone.getItem(USER_KEY_STORAGE_NAMES.actualUser)).toBe(name);
		expect(await Sentc.getStore()).toBe(phone);

		const { app_token, base_url, file_part_url, refresh }: SentcOptions = Sentc.options;
		expect({ app_token, base_url, file_part_url, refresh }).toEqual({
			app_token: api.app_token,
			base_url: api.base_url,
			file_part_url: undefined,
			refresh: { endpoint: 2 },
		});
		expect(Sentc.options).not.toHaveProperty("wasm_path");
		await user.logOut();
		expect(await Sentc.getUser(name)).toBe(false);
	});

	it("goes on with a session that the reference SDK stored, with all keys", async () => {
		const ours = new MemoryStorage();
		const name = freshName();
		const before = await signUp(await openPage({ storage: { getStorage: async () => ours } }), name);
		await rotateKeys(api, before);
		const group = await createGroup(before);
		expect(before.user_data.user_keys).toHaveLength(2);
		const secret = group.encryptStringSync("hello");
		const letter = before.encryptStringSync("hello", before.user_data.user_keys[0]?.exported_public_key ?? "");

		const theirs = await asReferenceStores(ours, name);
		const user = await (await openPage({ storage: { getStorage: async () => theirs } })).getActualUser();
		expect(user.user_data.user_id).toBe(before.user_data.user_id);
		expect(user.decryptStringSync(letter)).toBe("hello");
		expect((await user.getGroup(group.data.group_id)).decryptStringSync(secret)).toBe("hello");
		expect(await user.getJwt()).not.toBe(before.user_data.jwt);
	});

	it("finds the fields that objects of the reference SDK have besides their types", async () => {
		const user = await signUp(await openPage());
		const made = await createGroup(user);
		const stored = await user.getGroup(made.data.group_id);
		for (const group of [made, stored]) {
			expect(group.user).toBe(user);
			expect(await group.user.getJwt()).toBe(user.user_data.jwt);
			expect([group.base_url, group.app_token]).toEqual([api.base_url, api.app_token]);
		}
		expect([user.base_url, user.app_token]).toEqual([api.base_url, api.app_token]);
		const [key] = await made.generateNonRegisteredKey();
		expect(key.sign_key).toBe(user.getNewestKey().sign_key);
	});

	it("says in its options where parts of files go and who refreshes", async () => {
		const { options } = await openPage({ file_part_url: "https://files.example.com/parts", refresh: undefined });
		expect(options.file_part_url).toBe("https://files.example.com/parts");
		expect(options.refresh).toEqual({ endpoint: 2, endpoint_url: `${api.base_url}/api/v1/refresh` });
	});
});

describe("what is different", () => {
	it("a thrown value is an Error; cloned it keeps its message alone, its text says all", async () => {
		const Sentc = await openPage();
		const error = await rejection(Sentc.login("nobody", PASSWORD));
		expect(error).toBeInstanceOf(Error);
		expect(error).toMatchObject({ status: "server_100" });
		const cloned = structuredClone(error);
		expect(cloned).not.toHaveProperty("status");
		expect(JSON.parse(structuredClone(String(error)))).toMatchObject({ status: "server_100" });
	});

	it("bytes are no Buffer in Node, but may be one", async () => {
		const group = await createGroup(await signUp(await openPage()));
		const encrypted = await group.encrypt(Buffer.from("hello"));
		expect(Buffer.isBuffer(encrypted)).toBe(false);
		const decrypted = await group.decrypt(Buffer.from(encrypted));
		expect(Buffer.isBuffer(decrypted)).toBe(false);
		expect(new TextDecoder().decode(decrypted)).toBe("hello");
		expect(Buffer.isBuffer(group.decryptSync(group.encryptSync(Buffer.from("hello"))))).toBe(false);
	});

	it("optional members that don't apply are missing", async () => {
		const user = await signUp(await openPage());
		const { data } = await createGroup(user);
		for (const name of ["parent_group_id", "access_by_parent_group", "access_by_group_as_member"]) {
			expect(data).not.toHaveProperty(name);
		}
		expect((await user.getGroups())[0]).not.toHaveProperty("parent");
	});

	it.each(["ECIES-ed25519_Ml-kem_768_REC", "fips_openssl_rsa_oaep_wrap"])(
		"keys of the suite %s, which newer libraries of the reference have, are refused",
		async (public_key_alg) => {
			const { user_data } = await signUp(await openPage());
			const { fetch, lie } = tamper();
			lie(/^GET \/user\/.*\/public_key$/, (key) => ({ ...key, public_key_alg }));
			const user = await signUp(await openPage({ fetch }));
			const error = await rejection(user.encryptString("hello", user_data.user_id));
			expect(error).toMatchObject({ code: "UNKNOWN_ALGORITHM", status: "client_1" });
		},
	);

	it("nothing is asked of the API about an empty identifier", async () => {
		const Sentc = await openPage();
		const requests = await api.requestsOf(async () => {
			expect(await Sentc.checkUserIdentifierAvailable("")).toBe(false);
			expect(Sentc.register("", PASSWORD)).toBe(false);
		});
		expect(requests).toEqual([]);
	});
});

async function createGroup(user: User, sign = false): Promise<Group> {
	return user.getGroup(await user.createGroup(sign));
}
