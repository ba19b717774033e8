import { createCipheriv, createHash } from "node:crypto";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { aesBlocks } from "../../src/aes/bitsliced.js";
import { aes256BlocksWithTables } from "../../src/aes/tables.js";
import type { Dilithium3Dependencies } from "../../src/lattice/dilithium3-aes.js";
import type { Kyber768Dependencies } from "../../src/lattice/kyber768-90s.js";
import { shake256 } from "../../src/lattice/shake256.js";

type Dependencies = Dilithium3Dependencies & Kyber768Dependencies;

const hash = (algorithm: string, data: Uint8Array): Uint8Array =>
	new Uint8Array(createHash(algorithm).update(data).digest());

/** Native primitives, and what the tests of our own compare them with. */
export const native = {
	aes256Blocks: (key: Uint8Array, blocks: Uint8Array): Uint8Array =>
		createCipheriv("aes-256-ecb", key, null).setAutoPadding(false).update(blocks),
	shake256(length: number, ...parts: Uint8Array[]): Uint8Array {
		const state = createHash("shake256", { outputLength: length });
		for (const part of parts) state.update(part);
		return new Uint8Array(state.digest());
	},
};

export const environments: [name: string, dependencies: Dependencies][] = [
	[
		"pure",
		{
			aes256Blocks: aesBlocks,
			publicAes256Blocks: aes256BlocksWithTables,
			sha256: (data) => sha256(data),
			sha512: (data) => sha512(data),
			shake256,
		},
	],
	[
		"node",
		{
			...native,
			publicAes256Blocks: native.aes256Blocks,
			sha256: (data) => hash("sha256", data),
			sha512: (data) => hash("sha512", data),
		},
	],
];

/** Bytes that look random and are the same in every run. */
export function bytes(length: number, ...label: (string | number)[]): Uint8Array {
	return new Uint8Array(createHash("shake256", { outputLength: length }).update(label.join()).digest());
}

/** The number as 32 bytes, little-endian. */
export function seed32(number: number): Uint8Array {
	const seed = new Uint8Array(32);
	new DataView(seed.buffer).setUint32(0, number, true);
	return seed;
}

export const flipBit = (data: Uint8Array, bit: number): Uint8Array =>
	data.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

/** Bytes as text, also inside an object: arrays of thousands of numbers take long to compare. */
export function hex(value: Uint8Array | object): unknown {
	if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hex(member)]));
}

/** The same bytes at an odd offset of a larger buffer. */
export function unaligned(data: Uint8Array): Uint8Array {
	const larger = new Uint8Array(data.length + 9);
	larger.set(data, 3);
	return larger.subarray(3, 3 + data.length);
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
