import { runs, thrown } from "@sentc-ts/test-world";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accept, judge, type Pin, type Proof, type SeenKey, type Signature } from "../../src/public-keys/pin.js";

/** Whatever an API shows in whatever order. */
describe("judge", () => {
	type Half = "public_key" | "verify_key";
	interface Shown {
		id: string;
		half: Half;
		bytes: string;
		/** What comes out when it has to be proven that it belongs to the other half. */
		signature: Signature;
	}
	const shown: fc.Arbitrary<Shown> = fc.record({
		id: fc.nat(4).map(String),
		half: fc.constantFrom("public_key", "verify_key"),
		bytes: fc.nat(9).map((luck) => (luck === 0 ? "other" : "usual")),
		signature: fc.constantFrom("valid", "none", "wrong"),
	});
	const acceptance = fc.nat(4).map((id) => ({ accept: String(id) }));

	it("never trusts what was not first, known, proven or accepted, and tells of it", () => {
		fc.assert(
			fc.property(
				fc.array(fc.oneof({ arbitrary: shown, weight: 4 }, { arbitrary: acceptance, weight: 1 })),
				(steps) => {
					let pin: Pin | undefined;
					/** Halves that are trusted, and those that are when the app accepts their id. */
					const good = new Set<string>();
					const offered = new Set<string>();
					const told = new Set<string>();
					for (const step of steps) {
						if ("accept" in step) {
							const accepted = pin && accept(pin, step.accept);
							expect(accepted !== undefined).toBe(told.has(step.accept));
							pin = accepted ?? pin;
							for (const half of offered) {
								if (half.startsWith(step.accept) && offered.delete(half)) good.add(half);
							}
							told.delete(step.accept);
							continue;
						}
						const { id, half, bytes, signature } = step;
						const name = `${id} ${half}`;
						const other = `${id} ${half === "public_key" ? "verify_key" : "public_key"}`;
						const seen: SeenKey = { id, [half]: bytes };
						if (!pin) good.add(name);
						const entries = [...(pin?.keys ?? []), ...(pin?.waiting ?? [])].filter((key) => key.id === id);
						const decide = (proof?: Proof) => judge(pin, "user", seen, "block", proof);
						if (entries.some((key) => key[half] !== undefined && key[half] !== bytes)) {
							expect(thrown(() => decide())).toMatchObject({ code: "KEY_REPLACED" });
							continue;
						}
						const known = decide().unproven;
						if (known) expect(decide()).toEqual({ pin, trusted: false, unproven: known });
						const proof = known && { known, signature };
						if (proof && (signature === "wrong" || (signature === "none" && half === "public_key"))) {
							expect(thrown(() => decide(proof))).toMatchObject({ code: "KEY_REPLACED" });
							continue;
						}
						const verdict = decide(proof);
						const isProven = proof?.signature === "valid";
						if (verdict.trusted) {
							expect(good.has(name) || (isProven && good.has(other))).toBe(true);
							good.add(name);
						} else {
							expect(verdict.change?.new_public_key_id).toBe(told.has(id) ? undefined : id);
							if (isProven || !told.has(id)) offered.add(name);
							told.add(id);
						}
						pin = verdict.pin;
					}
					for (const key of pin?.keys ?? []) {
						for (const half of ["public_key", "verify_key"] as const) {
							if (key[half] !== undefined) expect(good).toContain(`${key.id} ${half}`);
						}
					}
				},
			),
			{ numRuns: runs(2000) },
		);
	});

	it("asks for a new proof when another half is known by now", () => {
		const pin = (verify_key: string): Pin => ({
			newest_key_id: "1",
			verified: false,
			keys: [{ id: "1", verify_key }],
			waiting: [],
		});
		const seen: SeenKey = { id: "1", public_key: "bytes", signature: "signature" };
		const proof = { known: { id: "1", verify_key: "a" }, signature: "valid" } as const;
		expect(judge(pin("a"), "user", seen, "block", proof)).toMatchObject({ trusted: true });
		expect(judge(pin("b"), "user", seen, "block", proof)).toMatchObject({
			trusted: false,
			unproven: { verify_key: "b" },
		});
	});
});
