import { createCrypto } from "@sentc-ts/core-crypto";
import { describe, expect, it } from "vitest";
import { loadReference } from "../src/reference.js";
import { statusOfCall } from "./world.js";

const crypto = createCrypto();
const reference = loadReference();
const key = (variant: string, length: number, filled: number): string =>
	JSON.stringify({ [variant]: { key: Buffer.alloc(length, filled).toString("base64"), key_id: "key" } });

describe("hashes to search for", () => {
	const searchable = key("HmacSha256", 32, 3);
	const texts = ["a", "hello", "hello world", "näme", "€", "😀 b", "日本語", "x".repeat(200)];

	it.each(texts)("of %j are those of the reference client", (text) => {
		for (const full of [false, true]) {
			for (const limit of [undefined, 0, 2, 7]) {
				const theirs = reference.create_searchable(searchable, text, full, limit);
				const ours = crypto.createSearch({ key: searchable, text, full, limit });
				expect(ours).toEqual({ hashes: theirs.get_hashes(), alg: theirs.get_alg(), keyId: theirs.get_key_id() });
				expect(reference.create_searchable_raw(searchable, text, full, limit)).toEqual(ours.hashes);
			}
		}
		expect(crypto.search({ key: searchable, text })).toBe(reference.search(searchable, text));
	});

	it.each<[text: string, limit: number | undefined]>([
		["", undefined],
		["x".repeat(201), undefined],
		["x".repeat(300), 201],
	])("are refused for the same reasons", async (text, limit) => {
		const theirs = await statusOfCall(() => reference.create_searchable_raw(searchable, text, false, limit));
		expect(theirs).toMatch(/^client_30[01]$/);
		expect(await statusOfCall(() => crypto.createSearch({ key: searchable, text, limit }))).toBe(theirs);
	});
});

describe("numbers to sort by", () => {
	// Random keys, so that every run tries others; what failed is in the message.
	const keys = [1, 2, 3].map(() =>
		JSON.stringify({
			Ope16: {
				key: Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(16))).toString("base64"),
				key_id: "k",
			},
		}),
	);

	it.each(keys)("by the key %s are those of the reference client", (sortable) => {
		for (let number = 0; number <= 65_532; number += 997) {
			const theirs = reference.sortable_encrypt_number(sortable, BigInt(number));
			expect(crypto.encryptSortableNumber({ key: sortable, number }), `${number}`).toEqual({
				number: Number(theirs.get_number()),
				alg: theirs.get_alg(),
				keyId: theirs.get_key_id(),
			});
		}
		for (const text of ["", "a", "abc", "abcdef", "Zz", "9", "é", "€a", "😀", "~~~~"]) {
			const theirs = Number(reference.sortable_encrypt_raw_string(sortable, text));
			expect(crypto.encryptSortableString({ key: sortable, text }).number, text).toBe(theirs);
		}
	});

	it("are refused for the same reason", async () => {
		const sortable = key("Ope16", 16, 1);
		for (const number of [65_533, -1]) {
			const theirs = await statusOfCall(() => reference.sortable_encrypt_raw_number(sortable, BigInt(number)));
			expect(theirs).toBe("client_61");
			expect(await statusOfCall(() => crypto.encryptSortableNumber({ key: sortable, number }))).toBe(theirs);
		}
	});
});
