import { runs } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { code } from "../expected.js";
import { sources } from "../support.js";
import { crypto } from "./people.js";

const { key } = sources.vectors<{ key: string }>("searchable");
const text = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });

it("a text is found by each of its starts, and by nothing else", () => {
	fc.assert(
		fc.property(text, text, (stored, searched) => {
			const { hashes } = crypto.createSearch({ key, text: stored });
			const isFound = hashes.includes(crypto.search({ key, text: searched }));
			expect(isFound).toBe(stored.startsWith(searched));
			for (const [at] of [...stored].entries()) {
				const start = [...stored].slice(0, at + 1).join("");
				expect(hashes).toContain(crypto.search({ key, text: start }));
			}
		}),
		{ numRuns: runs(200) },
	);
});

it("a full one is found as a whole only", () => {
	const { hashes } = crypto.createSearch({ key, text: "hello", full: true });
	expect(hashes).toEqual([crypto.search({ key, text: "hello" })]);
});

it("a limit counts bytes, and one more", () => {
	const count = (limit: number, length = 500): number =>
		crypto.createSearch({ key, text: "x".repeat(length), limit }).hashes.length;
	expect([count(0), count(1), count(200), count(1000, 5)]).toEqual([1, 2, 201, 5]);
	expect(() => count(201)).toThrow(code("SEARCHABLE_TOO_LONG"));
});

it("another key finds nothing", () => {
	const other = JSON.stringify({ HmacSha256: { key: `${"A".repeat(43)}=`, key_id: "other" } });
	expect(crypto.createSearch({ key, text: "hello" }).hashes).not.toContain(
		crypto.search({ key: other, text: "hello" }),
	);
});
