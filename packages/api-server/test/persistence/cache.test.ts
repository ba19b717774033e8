import { describe, expect, it } from "vitest";
import { Cache } from "../../src/cache.js";

const miss = async () => undefined;

describe("a cache", () => {
	it("keeps the values used last", async () => {
		const cache = new Cache<number>(2, () => 0);
		await cache.get("a", async () => 1);
		await cache.get("b", async () => 2);
		expect(await cache.get("a", miss)).toBe(1);
		await cache.get("c", async () => 3);
		expect([await cache.get("a", miss), await cache.get("b", miss), await cache.get("c", miss)]).toEqual([
			1,
			undefined,
			3,
		]);
		cache.clear();
		expect(await cache.get("a", miss)).toBeUndefined();
	});

	it("forgets all values when the version changes", async () => {
		let version = 0;
		const cache = new Cache<string>(2, () => version);
		await cache.get("a", async () => "old");
		expect(await cache.get("a", async () => "new")).toBe("old");
		version = 1;
		expect(await cache.get("a", async () => "new")).toBe("new");
	});

	it("does not remember that nothing was found", async () => {
		const cache = new Cache<string>(2, () => 0);
		expect(await cache.get("a", miss)).toBeUndefined();
		expect(await cache.get("a", async () => "later")).toBe("later");
	});

	it("does not remember what was loaded while it was cleared", async () => {
		const cache = new Cache<string>(2, () => 0);
		const outdated = await cache.get("a", async () => {
			cache.clear();
			return "outdated";
		});
		expect(outdated).toBe("outdated");
		expect(await cache.get("a", async () => "current")).toBe("current");
	});

	it("neither uses nor keeps a value that does not count any more", async () => {
		let now = 0;
		const cache = new Cache<number>(
			2,
			() => 0,
			(until) => now < until,
		);
		await cache.get("a", async () => 5);
		now = 4;
		expect(await cache.get("a", miss)).toBe(5);
		now = 5;
		expect(await cache.get("a", async () => 5)).toBe(5);
		now = 4;
		expect(await cache.get("a", miss)).toBeUndefined();
	});
});
