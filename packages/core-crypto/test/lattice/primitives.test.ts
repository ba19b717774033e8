import { describe, expect, it } from "vitest";
import { shake256 } from "../../src/lattice/shake256.js";
import { toHex, utf8 } from "../bytes.js";
import { bytes, hex, native, unaligned } from "./support.js";

describe("SHAKE256", () => {
	it("FIPS 202: the empty message", () => {
		expect(toHex(shake256(32))).toBe("46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f");
	});

	it("equals the native one around the block length", () => {
		for (const length of [0, 1, 135, 136, 137, 271, 272, 273, 1952]) {
			for (const out of [1, 32, 64, 128, 136, 137, 272, 1000]) {
				const data = bytes(length, "data", length);
				expect(hex(shake256(out, unaligned(data)))).toBe(hex(native.shake256(out, data)));
			}
		}
	});

	it("takes the message in parts", () => {
		const data = bytes(600, "data");
		for (const cut of [0, 1, 100, 136, 137, 272, 599]) {
			const parts = [data.subarray(0, cut), data.subarray(cut), utf8("end")];
			expect(hex(shake256(64, ...parts))).toBe(hex(native.shake256(64, ...parts)));
		}
	});
});
