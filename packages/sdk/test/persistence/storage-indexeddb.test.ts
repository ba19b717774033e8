import { newUser, rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import {
	createSentc,
	getStorage,
	IndexeddbStorage,
	MemoryStorage,
	type ResCallBack,
	type SentcClient,
	StorageFactory,
} from "../../src/index.js";
import { useFakeIndexedDb } from "../support/fake-indexeddb.js";
import { QUOTA } from "../support/storages.js";
import { deleteDatabase, freshDatabase, openAs, UNAVAILABLE } from "./databases.js";

useFakeIndexedDb();
const api = await startApi();
afterAll(() => api.close());
afterEach(async () => {
	vi.restoreAllMocks();
	await deleteDatabase("sentclose");
});

async function start(timeout?: number): Promise<{ sentc: SentcClient; told: unknown[] }> {
	const told: unknown[] = [];
	const { base_url, app_token } = api;
	const default_storage = { errCallBack: (message: unknown) => void told.push(message) };
	const sentc = createSentc({ base_url, app_token, worker: false, storage: { default_storage, timeout } });
	await sentc.init();
	return { sentc, told };
}

describe("a database that can't be opened", () => {
	const refusals: [string, () => IDBOpenDBRequest][] = [
		[
			"throws",
			() => {
				throw new DOMException("private mode", "SecurityError");
			},
		],
		[
			"fails",
			() => {
				const request = new EventTarget() as IDBOpenDBRequest;
				Object.defineProperty(request, "error", { value: new DOMException("private mode", "InvalidStateError") });
				setTimeout(() => request.dispatchEvent(new Event("error")));
				return request;
			},
		],
		["never answers", () => new EventTarget() as IDBOpenDBRequest],
	];

	it.each(refusals)("%s: memory takes its place, the app is told, and everything works", async (_, open) => {
		vi.spyOn(indexedDB, "open").mockImplementation(open);
		const { sentc, told } = await start(30);
		expect(told).toEqual([UNAVAILABLE]);
		expect(await sentc.getStore()).toBeInstanceOf(MemoryStorage);
		const user = await newUser(sentc);
		expect(await sentc.getActualUser()).toBe(user);
		await user.logOut();
	});

	it("opens after the deadline: the late connection is closed and blocks nobody", async () => {
		const name = freshDatabase();
		const holder = await openAs(name, 1, (database) => database.createObjectStore("keys", { autoIncrement: true }));
		const upgrade = openAs(name, 2);
		const late = new IndexeddbStorage(name, "keys", 30);
		expect(await late.init()).toMatchObject({ status: false });
		holder.close();
		(await upgrade).close();
		(await openAs(name, 3)).close();
	});

	it("has no object store, or a newer version: memory takes its place", async () => {
		(await openAs("sentclose", 1)).close();
		expect((await start()).told).toEqual([UNAVAILABLE]);
		(await openAs("sentclose", 2, (database) => database.createObjectStore("keys"))).close();
		expect((await start()).told).toEqual([UNAVAILABLE]);
	});
});

describe("the databases", () => {
	it("are that of the reference client for sessions, and by default that for downloads", async () => {
		const { sentc } = await start();
		await (await sentc.getStore()).set("item", 1);
		expect(await new IndexeddbStorage("sentclose", "keys").getItem("item")).toBe(1);

		await new IndexeddbStorage().set("item", 2);
		expect(await new IndexeddbStorage("sentc_encrypt_files", "decrypted_files").getItem("item")).toBe(2);
		expect(await (await sentc.getStore()).getItem("item")).toBe(1);
	});

	it("are opened by getStorage and StorageFactory, too", async () => {
		const told: unknown[] = [];
		const sessions = await getStorage();
		const downloads = await StorageFactory.getStorage((message) => told.push(message));
		const own = await StorageFactory.getStorage((message) => told.push(message), freshDatabase(), "items");
		await Promise.all([sessions, downloads, own].map((storage, index) => storage.set("which", index)));
		expect(await new IndexeddbStorage("sentclose", "keys").getItem("which")).toBe(0);
		expect(await new IndexeddbStorage().getItem("which")).toBe(1);
		expect(await own.getItem("which")).toBe(2);
		expect(told).toEqual([]);

		const memory = new MemoryStorage();
		expect(await getStorage({ getStorage: async () => memory })).toBe(memory);
		expect(await rejection(getStorage({ getStorage: 5 as never }))).toMatchObject({ field: "storage.getStorage" });
	});

	it("that can't be opened are replaced by memory, and the app is told", async () => {
		vi.spyOn(indexedDB, "open").mockImplementation(() => {
			throw new DOMException("private mode", "SecurityError");
		});
		const told: unknown[] = [];
		const errCallBack: ResCallBack = (message) => void told.push(message);
		expect(await getStorage({ default_storage: { errCallBack } })).toBeInstanceOf(MemoryStorage);
		expect(await StorageFactory.getStorage(errCallBack, "any", "items")).toBeInstanceOf(MemoryStorage);
		expect(told).toEqual([UNAVAILABLE, UNAVAILABLE]);
	});
});

describe("two tabs", () => {
	it("open the database at once and use the same session", async () => {
		const [here, there] = await Promise.all([start(), start()]);
		expect([...here.told, ...there.told]).toEqual([]);
		const user = await newUser(here.sentc);
		expect((await there.sentc.getActualUser()).user_data).toEqual(user.user_data);
		await (await there.sentc.getActualUser()).logOut();
		expect(await rejection(here.sentc.getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
	});

	it("don't block each other: who deletes or upgrades the database gets it", async () => {
		const name = freshDatabase();
		const storages = [new IndexeddbStorage(name), new IndexeddbStorage(name)] as const;
		await storages[0].set("item", 1);
		expect(await storages[1].getItem("item")).toBe(1);
		await new Promise((resolve, reject) => {
			const request = indexedDB.deleteDatabase(name);
			request.onsuccess = resolve;
			request.onblocked = () => reject(new Error("a connection was not closed"));
		});
		expect(await storages[0].getItem("item")).toBeUndefined();
		await storages[1].set("item", 2);
		expect(await storages[0].getItem("item")).toBe(2);

		(await openAs(name, 2)).close();
		expect(await rejection(storages[0].getItem("item"))).toMatchObject({ name: "VersionError" });
	});

	it("of which one waits for another to let go: every call ends with StorageFailed, and later goes on", async () => {
		const { sentc } = await start(50);
		const user = await newUser(sentc);
		const holder = await openAs("sentclose", 1);
		let deleted = false;
		const deletion = new Promise<void>((resolve) => {
			const request = indexedDB.deleteDatabase("sentclose");
			request.onsuccess = () => {
				deleted = true;
				resolve();
			};
		});
		await new Promise((resolve) => holder.addEventListener("versionchange", resolve));
		expect(await rejection(sentc.getActualUser())).toMatchObject({
			name: "StorageFailed",
			cause: { name: "TimeoutError" },
		});
		expect(deleted).toBe(false);
		holder.close();
		await deletion;
		expect(await rejection(sentc.getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
		await user.logOut();
	});
});

describe("a full disk", () => {
	it("leaves the record that was there when the transaction can't be committed", async () => {
		const storage = new IndexeddbStorage(freshDatabase());
		await storage.set("item", "old");
		const put = IDBObjectStore.prototype.put;
		vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, item, key) {
			const request = put.call(this, item, key);
			request.addEventListener("success", () => this.transaction.abort());
			return request;
		});
		expect(await rejection(storage.set("item", "new"))).toMatchObject({ name: "AbortError" });
		vi.restoreAllMocks();
		expect(await storage.getItem("item")).toBe("old");
	});

	it("makes a log in fail, with nothing half stored", async () => {
		const { sentc } = await start();
		vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
			throw QUOTA;
		});
		expect(await rejection(newUser(sentc))).toMatchObject({ name: "StorageFailed", cause: QUOTA });
		vi.restoreAllMocks();
		expect(await (await sentc.getStore()).keys?.()).toEqual([]);
	});
});

describe("what IndexedDB can't keep", () => {
	it("is a typed error", async () => {
		const { sentc } = await start();
		const user = await newUser(sentc);
		Object.assign(user.user_data, { callback: () => {} });
		const failed = rejection(user.fetchUserKey(user.user_data.newest_key_id));
		expect(await failed).toMatchObject({ name: "StorageFailed", cause: { name: "DataCloneError" } });
	});
});
