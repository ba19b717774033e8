import { dilithium_v31_aes } from "@noble/post-quantum/ml-dsa";
import { sample } from "@sentc-ts/test-world/runs";
import { describe, expect, it } from "vitest";
import { concat } from "../../src/encoding/bytes.js";
import type { Aes256Blocks } from "../../src/lattice/aes-counter.js";
import { unpackFrom } from "../../src/lattice/dilithium-packing.js";
import { sampleChallenge, unpackMask } from "../../src/lattice/dilithium-sampling.js";
import { createDilithium3 } from "../../src/lattice/dilithium3-aes.js";
import { fromBase64 } from "../bytes.js";
import { rows } from "../checks/check.js";
import { invalid } from "../expected.js";
import { sources } from "../support.js";
import { bytes, environments, flipBit, hex, native, range, seed32, unaligned } from "./support.js";

/** An independent implementation; it changes what it is given. */
const noble = dilithium_v31_aes.dilithium3;
const other = {
	keyPair: (seed: Uint8Array) => noble.keygen(seed.slice()),
	/** That one takes ρ′: here it is made from K, the random bytes and μ. */
	sign(secretKey: Uint8Array, message: Uint8Array, random: Uint8Array) {
		const mu = native.shake256(64, secretKey.subarray(64, 96), message);
		const rhoPrime = native.shake256(64, secretKey.subarray(32, 64), random, mu);
		return noble.sign(secretKey.slice(), message.slice(), rhoPrime);
	},
	verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
		noble.verify(publicKey.slice(), message.slice(), signature.slice()),
};

const hintStart = 3232;
const countsStart: number = hintStart + 55;

/** y = z − c·s1 of a signature, its first polynomial: two signatures with the same one give s1 away. */
function maskOf(secretKey: Uint8Array, signature: Uint8Array): string {
	const s1 = unpackFrom(secretKey, 96, 1, 4, 4);
	const challenge = sampleChallenge(native.shake256, signature.subarray(0, 32));
	const mask = new Int32Array(256);
	unpackMask(signature, 32, mask);
	challenge.forEach((sign, i) => {
		s1.forEach((value, j) => {
			const wraps = i + j >= 256;
			mask[(i + j) % 256] = (mask[(i + j) % 256] ?? 0) - (wraps ? -1 : 1) * sign * value;
		});
	});
	return mask.join();
}

it("makes the key pairs and signatures of another implementation", () => {
	const implementations = environments.map(([, dependencies]) => createDilithium3(dependencies));
	for (const i of sample(range(100))) {
		const pair = other.keyPair(bytes(32, "key", i));
		const message = bytes(i * 7, "message", i);
		const signature = other.sign(pair.secretKey, message, bytes(32, "mask", i));
		for (const dilithium of implementations) {
			expect(hex(dilithium.keyPair(bytes(32, "key", i)))).toEqual(hex(pair));
			expect(hex(dilithium.sign(pair.secretKey, message, bytes(32, "mask", i)))).toBe(hex(signature));
			expect(dilithium.verify(pair.publicKey, message, signature)).toBe(true);
			expect(dilithium.verify(pair.publicKey, concat(message, Uint8Array.of(0)), signature)).toBe(false);
		}
		expect(other.verify(pair.publicKey, message, signature)).toBe(true);
	}
});

describe.each(environments)("Dilithium3 AES, %s", (_, dependencies) => {
	const dilithium = createDilithium3(dependencies);
	const { publicKey, secretKey } = dilithium.keyPair(bytes(32, "key"));
	const message = bytes(100, "message");
	const signature = dilithium.sign(secretKey, message, bytes(32, "mask"));

	it("signs different messages with different masks also when the random bytes repeat", () => {
		const random = bytes(32, "repeated");
		const masks = range(12).map((i) => maskOf(secretKey, dilithium.sign(secretKey, bytes(20, "text", i), random)));
		expect(new Set(masks).size).toBe(12);
	});

	it("signs by many keys in turn, also ones that begin in the same way, as by each alone", () => {
		const random = bytes(32, "mask");
		const keys = range(6).map((i) => dilithium.keyPair(bytes(32, "key", i)).secretKey);
		const [first = secretKey] = keys;
		for (const place of [40, 100, 2000, 3999]) keys.push(first.map((byte, i) => (i === place ? byte ^ 1 : byte)));
		const alone = keys.map((key) => hex(createDilithium3(dependencies).sign(key, message, random)));
		for (const _round of range(2)) {
			expect(keys.map((key) => hex(dilithium.sign(key, message, random)))).toEqual(alone);
			dilithium.clear();
		}
	});

	it("refuses a signature with any changed bit, a changed message and another key", () => {
		for (const i of range(300)) {
			const bit = i < 61 * 2 ? 8 * hintStart + 4 * i : (i * 977) % (8 * signature.length);
			expect(dilithium.verify(publicKey, message, flipBit(signature, bit))).toBe(false);
		}
		expect(dilithium.verify(publicKey, flipBit(message, 9), signature)).toBe(false);
		for (const i of range(40)) {
			expect(dilithium.verify(flipBit(publicKey, (i * 389) % (8 * publicKey.length)), message, signature)).toBe(false);
		}
	});

	it("gives the verdict of another implementation on damaged signatures", () => {
		for (const i of range(40)) {
			const changed = flipBit(signature, (i * 661) % (8 * signature.length));
			expect(dilithium.verify(publicKey, message, changed)).toBe(other.verify(publicKey, message, changed));
		}
	});

	it("refuses a response out of range", () => {
		const changed = signature.slice();
		changed.fill(0, 32, 35); // γ1 − 0
		expect(dilithium.verify(publicKey, message, changed)).toBe(false);
		expect(other.verify(publicKey, message, changed)).toBe(false);
		changed.fill(255, 32, 35); // γ1 − (2^20 − 1)
		expect(dilithium.verify(publicKey, message, changed)).toBe(false);
		expect(other.verify(publicKey, message, changed)).toBe(false);
	});

	/** A signature whose hint has at least two ones in the first polynomial and room for more. */
	const hinted = range(200)
		.map((i) => dilithium.sign(secretKey, message, bytes(32, "hint", i)))
		.find((candidate) => (candidate[countsStart] ?? 0) >= 2 && (candidate[countsStart + 5] ?? 55) < 54);

	const malformed: [name: string, change: (bytes: Uint8Array) => void][] = [
		["positions in the wrong order", (all) => all.subarray(hintStart, hintStart + 2).reverse()],
		["the same position twice", (all) => all.copyWithin(hintStart + 1, hintStart, hintStart + 1)],
		["a position after the last one", (all) => all.fill(1, countsStart - 1, countsStart)],
		["a count above 55", (all) => all.fill(56, countsStart + 5)],
		["all counts at their greatest", (all) => all.fill(255, countsStart)],
		["a count that shrinks", (all) => all.fill(0, countsStart + 1, countsStart + 2)],
		["no ones", (all) => all.fill(0, hintStart)],
		[
			"55 ones in the last polynomial",
			(all) => all.fill(0, hintStart).set([...range(55), 0, 0, 0, 0, 0, 55], hintStart),
		],
	];
	it.each(malformed)("refuses a hint with %s", (_name, change) => {
		if (hinted === undefined) throw new Error("no signature with such a hint");
		expect(dilithium.verify(publicKey, message, hinted)).toBe(true);
		const changed = hinted.slice();
		change(changed);
		expect(changed).not.toEqual(hinted);
		expect(dilithium.verify(publicKey, message, changed)).toBe(false);
		expect(other.verify(publicKey, message, changed)).toBe(false);
	});

	it.each([
		["secret", 36],
		["matrix", 69_392],
	] as const)("expands a %s that needs more than the usual keystream (%i)", (_name, number) => {
		let calls = 0;
		const counting = (aes: Aes256Blocks): Aes256Blocks => {
			return (key, blocks) => {
				calls++;
				return aes(key, blocks);
			};
		};
		const { aes256Blocks, publicAes256Blocks } = dependencies;
		const counted = {
			...dependencies,
			aes256Blocks: counting(aes256Blocks),
			publicAes256Blocks: counting(publicAes256Blocks),
		};
		expect(hex(createDilithium3(counted).keyPair(seed32(number)))).toEqual(hex(other.keyPair(seed32(number))));
		expect(calls).toBe(3);
	});

	it("makes a challenge also from a stream that holds few usable bytes", () => {
		/** 400 positions too large for all but the last coefficient, then 255 downwards. */
		const stream = Uint8Array.from({ length: 2048 }, (_value, i) => (i < 8 ? 0 : i < 408 ? 255 : 255 - (i % 256)));
		const lengths: number[] = [];
		const challenge = sampleChallenge((length) => {
			lengths.push(length);
			return stream.slice(0, length);
		}, new Uint8Array(32));
		expect(lengths.slice(0, 3)).toEqual([136, 272, 544]);
		expect(challenge.reduce((sum, value) => sum + value, 0)).toBe(49);
	});

	it("verifies by many keys in turn, also when it has forgotten them", () => {
		const pairs = range(20).map((i) => dilithium.keyPair(bytes(32, "many", i)));
		const signatures = pairs.map((pair, i) => dilithium.sign(pair.secretKey, message, bytes(32, "many", i)));
		for (const round of range(3)) {
			pairs.forEach((pair, i) => {
				const own = signatures[i] ?? new Uint8Array();
				expect(dilithium.verify(pair.publicKey, message, own)).toBe(true);
				expect(dilithium.verify(publicKey, message, own)).toBe(false);
			});
			if (round === 1) dilithium.clear();
		}
	});

	it("changes no argument and takes unaligned views", () => {
		const seed = unaligned(bytes(32, "key"));
		expect(dilithium.keyPair(seed)).toEqual({ publicKey, secretKey });
		const secret = unaligned(secretKey);
		const text = unaligned(message);
		const random = unaligned(bytes(32, "mask"));
		expect(dilithium.sign(secret, text, random)).toEqual(signature);
		const signed = unaligned(signature);
		const key = unaligned(publicKey);
		expect(dilithium.verify(key, text, signed)).toBe(true);
		expect([seed, secret, text, random, signed, key]).toEqual([
			bytes(32, "key"),
			secretKey,
			message,
			bytes(32, "mask"),
			signature,
			publicKey,
		]);
	});

	it("refuses wrong lengths", () => {
		for (const change of [-1, 1]) {
			const wrong = (length: number): Uint8Array => new Uint8Array(length + change);
			expect(() => dilithium.keyPair(wrong(32))).toThrow(invalid("seed"));
			expect(() => dilithium.sign(wrong(4000), message, bytes(32))).toThrow(invalid("secretKey"));
			expect(() => dilithium.sign(secretKey, message, wrong(32))).toThrow(invalid("random"));
			expect(() => dilithium.verify(wrong(1952), message, signature)).toThrow(invalid("publicKey"));
			expect(dilithium.verify(publicKey, message, wrong(3293))).toBe(false);
		}
	});

	const vectors = sources.vectors<{
		signed_data: { alg: string; sign_key: string; verify_key: string; signed_data_b64: string }[];
	}>("signatures");

	/** A verify key from the PEM of a vector. */
	function publicKeyOf(row: { alg: string; verify_key: string }): Uint8Array {
		const { verify_key_pem } = JSON.parse(row.verify_key) as { verify_key_pem: string };
		const pem = row.alg === "DILITHIUM_3" ? verify_key_pem : (JSON.parse(verify_key_pem) as { k: string }).k;
		return fromBase64(pem.replace(/-----[^-]+-----/g, ""));
	}

	function secretKeyOf(row: { sign_key: string }): Uint8Array {
		const [members] = Object.values<{ key?: string; k?: string }>(JSON.parse(row.sign_key));
		return fromBase64(members?.k ?? members?.key ?? "");
	}

	it.each(rows(vectors.signed_data.filter(({ alg }) => alg.includes("DILITHIUM_3"))))(
		"verifies what the reference client signed with $alg",
		(row) => {
			const signed = fromBase64(row.signed_data_b64);
			const ed25519 = signed.subarray(0, row.alg === "DILITHIUM_3" ? 0 : 64);
			const own = signed.subarray(ed25519.length, ed25519.length + 3293);
			const text = concat(signed.subarray(ed25519.length + 3293), ed25519);
			expect(dilithium.verify(publicKeyOf(row), text, own)).toBe(true);
			expect(dilithium.verify(publicKeyOf(row), concat(text, text), own)).toBe(false);
			const again = dilithium.sign(secretKeyOf(row), text, bytes(32, "again"));
			expect(dilithium.verify(publicKeyOf(row), text, again)).toBe(true);
		},
	);
});
