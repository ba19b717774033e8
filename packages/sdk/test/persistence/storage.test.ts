import { freshName, newUser, PASSWORD, type ServedApi, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { createSentc, IndexeddbStorage, MemoryStorage, type StorageInterface } from "../../src/index.js";

const api = await startApi();
afterAll(() => api.close());

const optionsFor = ({ base_url, app_token }: ServedApi, storage: StorageInterface) => ({
	base_url,
	app_token,
	storage: { getStorage: async () => storage },
	worker: false as const,
});

describe("MemoryStorage", () => {
	it("keeps copies", async () => {
		const storage = new MemoryStorage();
		const item = { keys: ["one"], map: new Map([["a", 1]]) };
		await storage.set("item", item);
		item.keys.push("two");
		const read = await storage.getItem<typeof item>("item");
		expect(read).toEqual({ keys: ["one"], map: new Map([["a", 1]]) });
		read?.keys.push("three");
		expect(await storage.getItem("item")).toMatchObject({ keys: ["one"] });
	});

	it("knows what it has", async () => {
		const storage = new MemoryStorage();
		expect(await storage.init()).toEqual({ status: true });
		expect(await storage.getItem("missing")).toBeUndefined();
		await storage.set("a", 1);
		await storage.set("b", 2);
		await storage.delete("a");
		expect(await storage.keys()).toEqual(["b"]);
		await storage.cleanStorage();
		expect(await storage.keys()).toEqual([]);
	});

	it("joins file parts in order", async () => {
		const storage = new MemoryStorage();
		for (const text of ["one ", "two ", "three"]) {
			await storage.storePart(new TextEncoder().encode(text).buffer);
		}
		const url = await storage.getDownloadUrl();
		expect(await (await fetch(url)).text()).toBe("one two three");
		URL.revokeObjectURL(url);
	});
});

describe("the default storage", () => {
	it("is memory where there is no IndexedDB, and the app is told", async () => {
		expect(await new IndexeddbStorage().init()).toMatchObject({ status: false, err: "IndexedDB cannot be used here" });
		const told: unknown[] = [];
		const sentc = createSentc({
			base_url: api.base_url,
			app_token: api.app_token,
			storage: { default_storage: { errCallBack: (message) => told.push(message) } },
			worker: false,
		});
		await sentc.init();
		expect(await sentc.getStore()).toBeInstanceOf(MemoryStorage);
		expect(told).toEqual([
			{
				err: "IndexedDB cannot be used here",
				warn: "Everything is kept in memory: a reload logs the user out, and large files do not fit",
			},
		]);
	});
});

describe("what is stored", () => {
	it("has the names of the reference client", async () => {
		const storage = new MemoryStorage();
		const sentc = createSentc(optionsFor(api, storage));
		await sentc.init();
		const name = freshName();
		const user = await newUser(sentc, name);
		const { user_id } = user.user_data;
		const { public_key_sig_key_id } = await sentc.getUserPublicKey(user_id);
		const groupId = await user.createGroup();
		const group = await user.getGroup(groupId);
		expect((await storage.keys()).toSorted()).toEqual(
			[
				"actual_user",
				`user_data_id_${name}`,
				`user_public_key_id_${user_id}`,
				`user_verify_key_id_${user_id}_key_id_${public_key_sig_key_id}`,
				`group_data_user_${user_id}_id_${groupId}`,
				`group_public_key_id_${groupId}`,
			].toSorted(),
		);
		expect(await storage.getItem("actual_user")).toBe(name);
		expect(await storage.getItem(`user_data_id_${name}`)).toEqual(user.user_data);
		expect(await storage.getItem(`group_data_user_${user_id}_id_${groupId}`)).toEqual(group.data);
	});
});

describe("an own storage", () => {
	/** Keeps JSON text, as localStorage does, and can't list its keys. */
	function jsonStorage(items: Map<string, string>): StorageInterface {
		return {
			init: async () => ({ status: true }),
			getItem: async (key) => JSON.parse(items.get(key) ?? "null"),
			set: async (key, item) => items.set(key, JSON.stringify(item)),
			delete: async (key) => {
				items.delete(key);
			},
			storePart: async () => {},
			getDownloadUrl: async () => "",
			cleanStorage: async () => items.clear(),
		};
	}

	it("that keeps only JSON and lists no keys works, and is empty after logOut", async () => {
		const items = new Map<string, string>();
		const sentc = createSentc(optionsFor(api, jsonStorage(items)));
		await sentc.init();
		const user = await newUser(sentc);
		const groupId = await user.createGroup();
		const text = (await user.getGroup(groupId)).encryptStringSync("hello");

		const nextPage = createSentc(optionsFor(api, jsonStorage(items)));
		const resumed = await nextPage.init();
		expect((await resumed?.getGroup(groupId))?.decryptStringSync(text)).toBe("hello");
		expect(items.size).toBeGreaterThan(5);
		await resumed?.logOut();
		expect([...items.keys()]).toEqual([]);
	});

	it("with data this client can't use is as good as empty", async () => {
		const storage = new MemoryStorage();
		await storage.set("actual_user", "light user");
		await storage.set("user_data_id_light user", { jwt: "", refresh_token: "", device: {} });
		const sentc = createSentc(optionsFor(api, storage));
		expect(await sentc.init()).toBeUndefined();
		expect(await sentc.getUser("light user")).toBe(false);
		await expect(sentc.getActualUser()).rejects.toMatchObject({
			errorMessage: "The stored session of the user is missing or damaged",
		});
		await sentc.register("light user", PASSWORD);
		expect(await sentc.login("light user", PASSWORD, true)).toBe(await sentc.getActualUser());
	});
});
