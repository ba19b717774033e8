import { describe, expect, it } from "vitest";
import { IndexeddbStorage, MemoryStorage, type StorageInterface } from "../../src/index.js";
import { useFakeIndexedDb } from "../support/fake-indexeddb.js";

useFakeIndexedDb();

let databases = 0;
const storages: [string, () => StorageInterface][] = [
	["MemoryStorage", () => new MemoryStorage()],
	["IndexeddbStorage", () => new IndexeddbStorage(`test-${++databases}`)],
];

describe.each(storages)("%s", (_, create) => {
	it("can be opened", async () => {
		expect(await create().init()).toEqual({ status: true });
	});

	it("answers undefined for what it does not have", async () => {
		expect(await create().getItem("nothing")).toBeUndefined();
	});

	it("keeps items as they are, a Map included, and a copy of them", async () => {
		const storage = create();
		const item = { list: [1], map: new Map([["a", 0]]), nothing: undefined };
		await storage.set("item", item);
		item.list.push(2);
		expect(await storage.getItem("item")).toEqual({ list: [1], map: new Map([["a", 0]]), nothing: undefined });
	});

	it("replaces and deletes items, and lists what is left", async () => {
		const storage = create();
		await storage.set("a", 1);
		await storage.set("b", 2);
		await storage.set("a", 3);
		expect(await storage.getItem("a")).toBe(3);
		await storage.delete("b");
		await storage.delete("never there");
		expect(await storage.keys?.()).toEqual(["a"]);
	});

	it("joins file parts in order and does not list them", async () => {
		const storage = create();
		await storage.set("item", 1);
		for (const text of ["one ", "two ", "three"]) {
			await storage.storePart(new TextEncoder().encode(text).buffer as ArrayBuffer);
		}
		expect(await storage.keys?.()).toEqual(["item"]);
		expect(await (await fetch(await storage.getDownloadUrl())).text()).toBe("one two three");
	});

	it("is empty after cleaning", async () => {
		const storage = create();
		await storage.set("item", 1);
		await storage.storePart(new ArrayBuffer(3));
		await storage.cleanStorage();
		expect(await storage.keys?.()).toEqual([]);
		expect(await (await fetch(await storage.getDownloadUrl())).text()).toBe("");
	});
});

describe("IndexeddbStorage", () => {
	it("finds its items again, as after a reload", async () => {
		await new IndexeddbStorage("kept").set("item", { a: 1 });
		expect(await new IndexeddbStorage("kept").getItem("item")).toEqual({ a: 1 });
	});

	it("is used by two pages at once", async () => {
		const pages = [new IndexeddbStorage("shared"), new IndexeddbStorage("shared")] as const;
		await Promise.all(pages.map((page, index) => page.set(`page ${index}`, index)));
		expect(await pages[0].keys()).toEqual(["page 0", "page 1"]);
	});
});
