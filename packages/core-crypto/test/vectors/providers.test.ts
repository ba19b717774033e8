import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat } from "../../src/encoding/bytes.js";
import { noblePrimitives } from "../../src/primitives/noble.js";
import { fromHex, toHex, utf8 } from "../bytes.js";
import { nodePrimitives, providers } from "../support.js";

const { Point } = ed25519;
type Point = typeof Point.BASE;
const L = Point.Fn.ORDER;

describe.each(providers)("X25519 edge cases: %s", (_, primitives) => {
	const { secretKey } = primitives.x25519KeyPair();

	// Every encoding of a point whose order divides 8 (on the curve or its twist), bit 255 included.
	const lowOrder = [
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	].flatMap((hex) => [hex, toHex(withHighBit(fromHex(hex)))]);

	it.each(lowOrder)("refuses the low-order point %s", (hex) => {
		const [encrypting, decrypting] = [
			() => primitives.x25519Encapsulate(fromHex(hex)),
			() => primitives.x25519SharedSecret(secretKey, fromHex(hex)),
		];
		expect(encrypting).toThrow(expect.objectContaining({ code: "ENCRYPTION_FAILED" }));
		expect(decrypting).toThrow(expect.objectContaining({ code: "DECRYPTION_FAILED" }));
	});

	it.each([
		["9 + p", "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
		["9 with bit 255", `09${"00".repeat(30)}80`],
	])("reduces the non-canonical point %s", (__, hex) => {
		const canonical = primitives.x25519SharedSecret(secretKey, fromHex(`09${"00".repeat(31)}`));
		expect(primitives.x25519SharedSecret(secretKey, fromHex(hex))).toEqual(canonical);
	});
});

function withHighBit(point: Uint8Array): Uint8Array {
	return point.with(31, (point[31] ?? 0) | 0x80);
}

function littleEndian(bytes: Uint8Array): bigint {
	return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function scalarBytes(value: bigint): Uint8Array {
	return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

/** The challenge scalar `k` for given encodings. */
function challenge(r: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint {
	return Point.Fn.create(littleEndian(sha512(concat(r, publicKey, message))));
}

interface EdgeCase {
	name: string;
	publicKey: Uint8Array;
	message: Uint8Array;
	signature: Uint8Array;
	valid: boolean;
}

/** Signatures made with the secret scalar, so that points of small order can be mixed in. */
function edgeCases(): EdgeCase[] {
	const a = 0x1234567890abcdefn;
	const r = 0xfedcba0987654321n;
	const A = Point.BASE.multiply(a);
	const R = Point.BASE.multiply(r);
	// Generator of the eight points of small order.
	const T = Point.fromBytes(fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));
	const identity = Point.ZERO.toBytes();
	const identityPlusP = fromHex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

	/** A message whose challenge is (not) a multiple of 8. */
	const messageFor = (rBytes: Uint8Array, publicKey: Uint8Array, multipleOf8: boolean): Uint8Array => {
		for (let i = 0; ; i++) {
			const message = utf8(`message ${i}`);
			if ((challenge(rBytes, publicKey, message) % 8n === 0n) === multipleOf8) return message;
		}
	};
	const sign = (name: string, valid: boolean, R: Uint8Array, A: Uint8Array, nonce: bigint, multipleOf8 = false) => {
		const message = messageFor(R, A, multipleOf8);
		const s = Point.Fn.create(nonce + challenge(R, A, message) * a);
		return { name, valid, publicKey: A, message, signature: concat(R, scalarBytes(s)) };
	};

	const honest = sign("honest signature", true, R.toBytes(), A.toBytes(), r);
	const s = littleEndian(honest.signature.subarray(32));
	const mixedA = A.add(T).toBytes();
	const smallOrder = Array.from({ length: 8 }, (_, i) => (i === 0 ? Point.ZERO : T.multiplyUnsafe(BigInt(i))));

	return [
		honest,
		sign("R is the identity", false, identity, A.toBytes(), 0n),
		sign("R is the identity, not canonically encoded", false, identityPlusP, A.toBytes(), 0n),
		sign("R with a component of small order", false, R.add(T).toBytes(), A.toBytes(), r),
		sign("A with a component of small order that counts", false, R.toBytes(), mixedA, r, false),
		sign("A with a component of small order that vanishes", true, R.toBytes(), mixedA, r, true),
		{ ...honest, name: "S + L", signature: concat(R.toBytes(), scalarBytes(s + L)), valid: false },
		{ ...honest, name: "S with high bits", signature: withHighBits(honest.signature), valid: false },
		{ ...honest, name: "S = 0", signature: concat(R.toBytes(), scalarBytes(0n)), valid: false },
		{ ...honest, name: "other message", message: utf8("other"), valid: false },
		{ ...honest, name: "A is not on the curve", publicKey: fromHex(`02${"00".repeat(31)}`), valid: false },
		...smallOrder.map((point: Point, i) => {
			// [0]B = R + [k]A holds with k a multiple of 8, so a lenient verifier accepts.
			const publicKey = point.toBytes();
			const message = messageFor(identity, publicKey, true);
			const signature = concat(identity, scalarBytes(0n));
			return { name: `A has small order (${i})`, publicKey, message, signature, valid: false };
		}),
		...[identityPlusP, withHighBit(identity), withHighBit(identityPlusP)].map((publicKey, i) => {
			const message = messageFor(identity, publicKey, true);
			const signature = concat(identity, scalarBytes(0n));
			return { name: `A is the identity, not canonically encoded (${i})`, publicKey, message, signature, valid: false };
		}),
	];
}

function withHighBits(signature: Uint8Array): Uint8Array {
	return signature.with(63, (signature[63] ?? 0) | 0xe0);
}

describe.each(providers)("Ed25519 edge cases: %s", (_, primitives) => {
	it.each(edgeCases())("$name: $valid", ({ publicKey, message, signature, valid }) => {
		expect(primitives.ed25519Verify(publicKey, message, signature)).toBe(valid);
	});
});

describe("both providers are the same functions", () => {
	it("HMAC-SHA256, of one message and of many by one key, around the block length", () => {
		for (const keyLength of [0, 16, 32, 64]) {
			const key = new Uint8Array(keyLength).fill(0xb7);
			const hash = nodePrimitives.keyedHmacSha256(key);
			for (let length = 0; length < 200; length++) {
				const message = Uint8Array.from({ length }, (_, i) => i * 7 + length);
				const expected = nodePrimitives.hmacSha256(key, message);
				expect(noblePrimitives.hmacSha256(key, message)).toEqual(expected);
				expect(hash(message)).toEqual(expected);
			}
		}
	});

	const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
	const data = fc.uint8Array({ maxLength: 200 });

	it("hashes and key derivation", () => {
		fc.assert(
			fc.property(data, data, (a, b) => {
				expect(nodePrimitives.sha256(a)).toEqual(noblePrimitives.sha256(a));
				expect(nodePrimitives.hkdfSha256(a, b, 32)).toEqual(noblePrimitives.hkdfSha256(a, b, 32));
			}),
		);
	});

	it("AES-256-GCM", () => {
		fc.assert(
			fc.property(bytes(32), bytes(12), data, (key, nonce, plaintext) => {
				const sealed = nodePrimitives.aes256GcmSeal(key, nonce, plaintext);
				expect(noblePrimitives.aes256GcmSeal(key, nonce, plaintext)).toEqual(sealed);
				expect(noblePrimitives.aes256GcmOpen(key, nonce, sealed)).toEqual(plaintext);
				expect(nodePrimitives.aes256GcmOpen(key, nonce, sealed)).toEqual(plaintext);
			}),
		);
	});

	it("X25519 and Ed25519, with more keys than the importer keeps", () => {
		const seeds = Array.from({ length: 40 }, () => nodePrimitives.randomBytes(32));
		for (const seed of [...seeds, ...seeds]) {
			const peer = noblePrimitives.x25519KeyPair().publicKey;
			expect(nodePrimitives.x25519SharedSecret(seed, peer)).toEqual(noblePrimitives.x25519SharedSecret(seed, peer));
			expect(nodePrimitives.ed25519Sign(seed, peer)).toEqual(noblePrimitives.ed25519Sign(seed, peer));
		}
	});

	it.each([
		["noble → node", noblePrimitives, nodePrimitives],
		["node → noble", nodePrimitives, noblePrimitives],
	])("key pairs, %s", (_, from, to) => {
		const x = from.x25519KeyPair();
		const { encapsulation, sharedSecret } = to.x25519Encapsulate(x.publicKey);
		expect(from.x25519SharedSecret(x.secretKey, encapsulation)).toEqual(sharedSecret);
		const ed = from.ed25519KeyPair();
		expect(to.ed25519Verify(ed.publicKey, x.publicKey, from.ed25519Sign(ed.secretKey, x.publicKey))).toBe(true);
	});
});

describe.each(providers)("arguments are neither changed nor need alignment: %s", (_, primitives) => {
	/** The same bytes at an odd offset, as a part of a larger buffer. */
	const unaligned = (bytes: Uint8Array): Uint8Array =>
		concat(new Uint8Array(1), bytes, new Uint8Array(2)).subarray(1, -2);
	const message = unaligned(utf8("message"));

	it("Kyber", () => {
		const { publicKey, secretKey } = primitives.kyber768KeyPair();
		const [pk, sk] = [unaligned(publicKey), unaligned(secretKey)];
		const { encapsulation, sharedSecret } = primitives.kyber768Encapsulate(pk);
		expect(primitives.kyber768Decapsulate(sk, unaligned(encapsulation))).toEqual(sharedSecret);
		expect(primitives.kyber768Decapsulate(sk, unaligned(encapsulation))).toEqual(sharedSecret);
		expect([pk, sk]).toEqual([publicKey, secretKey]);
	});

	it("Dilithium", () => {
		const { publicKey, secretKey } = primitives.dilithium3KeyPair();
		const [pk, sk] = [unaligned(publicKey), unaligned(secretKey)];
		const signature = primitives.dilithium3Sign(sk, message);
		expect(primitives.dilithium3Verify(pk, message, unaligned(signature))).toBe(true);
		expect(primitives.dilithium3Verify(pk, utf8("other"), signature)).toBe(false);
		expect(primitives.dilithium3Sign(sk, message)).not.toEqual(signature);
		expect([pk, sk, message]).toEqual([publicKey, secretKey, utf8("message")]);
	});

	it("curves and AES, also with Node buffers", () => {
		const { publicKey, secretKey } = primitives.ed25519KeyPair();
		const signature = primitives.ed25519Sign(unaligned(secretKey), message);
		expect(primitives.ed25519Verify(unaligned(publicKey), message, unaligned(signature))).toBe(true);
		expect(primitives.ed25519Verify(Buffer.from(publicKey), Buffer.from(message), Buffer.from(signature))).toBe(true);
		const [key, nonce] = [primitives.randomBytes(32), primitives.randomBytes(12)];
		const sealed = primitives.aes256GcmSeal(unaligned(key), unaligned(nonce), message);
		const opened = primitives.aes256GcmOpen(Buffer.from(key), Buffer.from(nonce), Buffer.from(sealed));
		expect(opened).toEqual(utf8("message"));
	});

	it("answers are plain arrays with memory of their own", () => {
		const x = primitives.x25519KeyPair();
		const sealed = primitives.aes256GcmSeal(x.secretKey, x.publicKey.subarray(0, 12), message);
		for (const bytes of [primitives.randomBytes(8), primitives.sha256(message), x.publicKey, x.secretKey, sealed]) {
			expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
			expect(bytes.buffer.byteLength).toBe(bytes.length);
		}
	});
});
