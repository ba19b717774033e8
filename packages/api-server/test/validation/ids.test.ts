import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../../src/bytes.js";
import { createIds, isId } from "../../src/ids.js";

describe("new ids", () => {
	it("are UUIDs of version 7 that hold the time and rise, also within a millisecond and when the clock goes back", () => {
		let time = 1_700_000_000_000;
		const newId = createIds(() => time);
		const ids = Array.from({ length: 10_000 }, (_, index) => {
			if (index === 5000) time -= 1000;
			return newId();
		});
		expect(ids.every(isId)).toBe(true);
		expect(ids[0]?.[14]).toBe("7");
		expect(Number.parseInt(ids[0]?.replace("-", "").slice(0, 12) ?? "", 16)).toBe(time + 1000);
		expect(ids).toEqual([...new Set(ids)].sort());
	});
});

describe("the format check of ids", () => {
	it.each([
		["5e2a1c3e-7d4b-4c8e-9f10-0123456789ab", true],
		["018bcfe5-6800-7000-8000-0123456789ab", true],
		["018BCFE5-6800-7000-8000-0123456789AB", true],
		["018bcfe5-6800-1000-8000-0123456789ab", false],
		["018bcfe5-6800-7000-c000-0123456789ab", false],
		["018bcfe568007000800001234567 89ab", false],
		["018bcfe5-6800-7000-8000-0123456789ab ", false],
		["", false],
	])("of %j is %s", (text, valid) => {
		expect(isId(text)).toBe(valid);
	});
});

describe("base64", () => {
	it("is read with and without padding", () => {
		fc.assert(
			fc.property(fc.uint8Array(), (bytes) => {
				const text = toBase64(bytes);
				expect(fromBase64(text)).toEqual(bytes);
				expect(fromBase64(text.replaceAll("=", ""))).toEqual(bytes);
			}),
		);
	});

	it.each(["A", "AAAAA", "AA-_", "AA=A", "====", "AA AA", "é"])("does not read %j", (text) => {
		expect(fromBase64(text)).toBeUndefined();
	});
});
