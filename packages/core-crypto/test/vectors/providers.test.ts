import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat } from "../../src/encoding/bytes.js";
import { noblePrimitives } from "../../src/primitives/noble.js";
import { fromHex, utf8 } from "../bytes.js";
import { lowOrderPoints, otherBasePoints, signatureEdges } from "../curve-edges.js";
import { nodePrimitives, providers } from "../support.js";

describe.each(providers)("X25519 edge cases: %s", (_, primitives) => {
	const { publicKey, secretKey } = primitives.x25519KeyPair();

	it.each(lowOrderPoints)("refuses the low-order point %s", (hex) => {
		const [encrypting, decrypting] = [
			() => primitives.x25519Encapsulate(fromHex(hex)),
			() => primitives.x25519SharedSecret(secretKey, fromHex(hex)),
		];
		expect(encrypting).toThrow(expect.objectContaining({ code: "ENCRYPTION_FAILED" }));
		expect(decrypting).toThrow(expect.objectContaining({ code: "DECRYPTION_FAILED" }));
	});

	it.each(otherBasePoints)("reduces the non-canonical point %s", (__, hex) => {
		expect(primitives.x25519SharedSecret(secretKey, fromHex(hex))).toEqual(publicKey);
	});
});

describe.each(providers)("Ed25519 edge cases: %s", (_, primitives) => {
	it.each(signatureEdges())("$name: $valid", ({ publicKey, message, signature, valid }) => {
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
