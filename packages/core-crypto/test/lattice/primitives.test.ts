import { describe, expect, it } from "vitest";
import { aes256Blocks } from "../../src/lattice/aes256-bitsliced.js";
import { aes256BlocksWithTables } from "../../src/lattice/aes256-tables.js";
import { shake256 } from "../../src/lattice/shake256.js";
import { fromHex, toHex, utf8 } from "../bytes.js";
import { bytes, hex, native, range, unaligned } from "./support.js";

describe.each([
	["bit slices", aes256Blocks],
	["tables", aes256BlocksWithTables],
])("AES-256 with %s", (_, aes) => {
	it("FIPS 197, appendix C.3", () => {
		const key = fromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
		const block = fromHex("00112233445566778899aabbccddeeff");
		expect(toHex(aes(key, block))).toBe("8ea2b7ca516745bfeafc49904b496089");
	});

	it("NIST SP 800-38A, F.1.5", () => {
		const key = fromHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
		const blocks = fromHex(
			"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
		);
		expect(toHex(aes(key, blocks))).toBe(
			"f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7",
		);
	});

	it("equals the native one for every number of blocks, for unaligned views, without changing them", () => {
		for (const count of range(40)) {
			const key = bytes(32, "key", count);
			const blocks = bytes(16 * count, "blocks", count);
			const [viewOfKey, viewOfBlocks] = [unaligned(key), unaligned(blocks)];
			expect(hex(aes(viewOfKey, viewOfBlocks))).toBe(hex(native.aes256Blocks(key, blocks)));
			expect([hex(viewOfKey), hex(viewOfBlocks)]).toEqual([hex(key), hex(blocks)]);
		}
	});
});

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
