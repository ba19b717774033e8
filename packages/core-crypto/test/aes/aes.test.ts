import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aesBlocks } from "../../src/aes/bitsliced.js";
import { openGcm, sealGcm } from "../../src/aes/gcm.js";
import { aes256BlocksWithTables } from "../../src/aes/tables.js";
import { fromHex, toHex } from "../bytes.js";
import { bytes, hex, native, range, unaligned } from "../lattice/support.js";
import { nodePrimitives } from "../support.js";

describe.each([
	["bit slices", aesBlocks],
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

describe("AES-128 with bit slices", () => {
	it("FIPS 197, appendix C.1", () => {
		const key = fromHex("000102030405060708090a0b0c0d0e0f");
		const block = fromHex("00112233445566778899aabbccddeeff");
		expect(toHex(aesBlocks(key, block))).toBe("69c4e0d86a7b0430d8cdb78070b4c55a");
	});

	it("equals the native one", () => {
		for (const count of range(40)) {
			const key = bytes(16, "key", count);
			const blocks = bytes(16 * count, "blocks", count);
			const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
			expect(hex(aesBlocks(key, blocks))).toBe(hex(cipher.update(blocks)));
		}
	});
});

describe("AES-256-GCM", () => {
	const key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
	const plaintext =
		"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
	const ciphertext =
		"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";

	/** Test cases 13 to 15 of "The Galois/Counter Mode of Operation" (McGrew, Viega), on which SP 800-38D rests. */
	it.each([
		["00".repeat(32), "00".repeat(12), "", "530f8afbc74536b9a963b4f1c4cb738b"],
		[
			"00".repeat(32),
			"00".repeat(12),
			"00".repeat(16),
			"cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
		],
		[key, "cafebabefacedbaddecaf888", plaintext, `${ciphertext}b094dac5d93471bdec1a502270e3cc6c`],
	])("known answers: key %s, nonce %s, plaintext %s", (...texts) => {
		const [keyBytes, nonce, data, sealed] = texts.map(fromHex) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
		expect(toHex(sealGcm(keyBytes, nonce, data))).toBe(toHex(sealed));
		expect(toHex(openGcm(keyBytes, nonce, sealed) ?? fromHex("ff"))).toBe(toHex(data));
	});

	it("equals the native one for every length, behind any prefix, without changing what it is given", () => {
		const lengths = [...range(70), 1023 * 16, 1022 * 16, 1022 * 16 + 1, 1024 * 16 - 1, 2046 * 16 + 5, 70_000];
		for (const length of lengths) {
			const [secret, nonce] = [bytes(32, "key", length), bytes(12, "nonce", length)];
			const data = bytes(length, "data", length);
			const prefix = bytes(length % 7, "prefix", length);
			const given = [secret, nonce, data, prefix].map(unaligned) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
			const sealed = sealGcm(...given);
			expect(hex(sealed)).toBe(hex(nodePrimitives.aes256GcmSeal(secret, nonce, data, prefix)));
			const opened = openGcm(unaligned(secret), nonce, sealed.subarray(prefix.length));
			expect(hex(opened ?? fromHex("ff"))).toBe(hex(data));
			expect(given.map(hex)).toEqual([secret, nonce, data, prefix].map(hex));
		}
	});

	it("opens nothing that is one bit off", () => {
		const [secret, nonce] = [bytes(32, "key"), bytes(12, "nonce")];
		const sealed = sealGcm(secret, nonce, bytes(40, "data"));
		for (const bit of range(8 * sealed.length)) {
			const changed = Uint8Array.from(sealed);
			changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
			expect(openGcm(secret, nonce, changed)).toBeUndefined();
		}
		expect(openGcm(secret, bytes(12, "other"), sealed)).toBeUndefined();
		expect(openGcm(bytes(32, "other"), nonce, sealed)).toBeUndefined();
	});
});
