import { authenticator, freshName, PASSWORD, startApi } from "@sentc-ts/test-world";
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

const api = await startApi();
afterAll(() => api.close());

/** A page of the app: nothing but the two addresses tells it from one that talks to the reference API. */
async function openPage(options: Partial<SentcOptions> = {}): Promise<SentcClient> {
	const Sentc = new SentcClient();
	await Sentc.init({
		base_url: api.base_url,
		app_token: api.app_token,
		wasm_path: "/sentc_wasm_bg.wasm",
		refresh: { endpoint: 2 },
		storage: { getStorage: async () => new MemoryStorage() },
		...options,
	});
	return Sentc;
}

async function signUp(Sentc: SentcClient, name: string = freshName()): Promise<User> {
	const user_id: UserId | false = await Sentc.register(name, PASSWORD);
	if (!user_id) throw new Error("no name or no password");
	return Sentc.login(name, PASSWORD, true);
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
			const login: LoginUser = await Sentc.login(name, PASSWORD);
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

	it("says in its options where parts of files go and who refreshes", async () => {
		const { options } = await openPage({ file_part_url: "https://files.example.com/parts", refresh: undefined });
		expect(options.file_part_url).toBe("https://files.example.com/parts");
		expect(options.refresh).toEqual({ endpoint: 2, endpoint_url: `${api.base_url}/api/v1/refresh` });
	});
});

async function createGroup(user: User, sign = false): Promise<Group> {
	return user.getGroup(await user.createGroup(sign));
}
