import { createHash } from "node:crypto";
import { runs, tier } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCrypto } from "../../src/index.js";
import { toBase64 } from "../bytes.js";
import { code } from "../expected.js";
import { providers, sources } from "../support.js";

const { keys, all_values_sha256 } = sources.vectors<{ keys: [{ key: string }]; all_values_sha256: string }>("sortable");
const largest = 65_532;
const keyOf = (bytes: Uint8Array): string => JSON.stringify({ Ope16: { key: toBase64(bytes), key_id: "sort" } });
const anyKey = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(keyOf);
const anyNumber = fc.integer({ min: 0, max: largest });

describe.each(providers)("sortable numbers: %s", (_, primitives) => {
	const crypto = createCrypto(primitives);
	const encrypt = (key: string, number: number): number => crypto.encryptSortableNumber({ key, number }).number;

	it.runIf(tier !== "quick")("all of one key are those of the reference client", () => {
		const [{ key }] = keys;
		const bytes = new DataView(new ArrayBuffer(4 * (largest + 1)));
		for (let number = 0; number <= largest; number++) bytes.setUint32(4 * number, encrypt(key, number));
		expect(createHash("sha256").update(bytes).digest("hex")).toBe(all_values_sha256);
	});

	it("keep their order, and what is remembered of a key changes nothing", () => {
		fc.assert(
			fc.property(anyKey, fc.uniqueArray(anyNumber, { minLength: 2, maxLength: 20 }), (key, numbers) => {
				const sorted = numbers.toSorted((a, b) => a - b);
				const encrypted = sorted.map((number) => encrypt(key, number));
				expect(encrypted).toEqual(encrypted.toSorted((a, b) => a - b));
				expect(new Set(encrypted).size).toBe(numbers.length);
				crypto.clear();
				expect(sorted.toReversed().map((number) => encrypt(key, number))).toEqual(encrypted.toReversed());
			}),
			{ numRuns: runs(200) },
		);
	});

	it("tell without the key what docs/leakage says: the number to within half a percent", () => {
		fc.assert(
			fc.property(anyKey, anyNumber, (key, number) => {
				expect(Math.abs(encrypt(key, number) / 65_536 - number)).toBeLessThan(0.005 * largest);
			}),
			{ numRuns: runs(500) },
		);
	});

	it("more keys than are remembered don't get mixed up", () => {
		const many = Array.from({ length: 10 }, (_key, at) => keyOf(new Uint8Array(16).fill(at)));
		const [first, second] = [many.map((key) => encrypt(key, 7)), many.map((key) => encrypt(key, 7))];
		expect(second).toEqual(first);
		expect(new Set(first).size).toBe(many.length);
	});

	it("are refused below and above", () => {
		const key = keyOf(new Uint8Array(16));
		for (const number of [-1, largest + 1, Number.MAX_SAFE_INTEGER]) {
			expect(() => encrypt(key, number)).toThrow(code("SORTABLE_TOO_LARGE"));
		}
	});
});

it("both providers agree", () => {
	const [one, other] = providers.map(([, primitives]) => createCrypto(primitives));
	fc.assert(
		fc.property(anyKey, anyNumber, (key, number) => {
			expect(one?.encryptSortableNumber({ key, number })).toEqual(other?.encryptSortableNumber({ key, number }));
		}),
		{ numRuns: runs(1000) },
	);
});
