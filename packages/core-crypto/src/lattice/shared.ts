// What Kyber and Dilithium have in common.

import { requireBytes } from "../encoding/bytes.js";
import { InvalidInput } from "../errors.js";

/** A freshly made key pair, raw bytes. */
export interface KeyPair {
	publicKey: Uint8Array;
	secretKey: Uint8Array;
}

/** A shared secret and what the recipient needs to compute it. */
export interface Encapsulated {
	/** Ephemeral public key (X25519) or ciphertext (Kyber). */
	encapsulation: Uint8Array;
	sharedSecret: Uint8Array;
}

/** @throws InvalidInput unless the value is a `Uint8Array` of the length */
export function requireByteLength(value: Uint8Array, length: number, field: string): void {
	requireBytes(value, field);
	if (value.length !== length) throw new InvalidInput(field, `must have ${length} bytes`);
}

/** Appends `bits`-bit numbers, least significant bit first, to `out` from `offset` on. At most 24 bits each. */
export function packBits(values: Int32Array, bits: number, out: Uint8Array, offset: number): void {
	let position = offset;
	let buffer = 0;
	let filled = 0;
	for (let i = 0; i < values.length; i++) {
		buffer |= (values[i] as number) << filled;
		for (filled += bits; filled >= 8; filled -= 8) {
			out[position++] = buffer;
			buffer >>>= 8;
		}
	}
}

/** Reads as many `bits`-bit numbers as `values` has room for: the reverse of {@link packBits}. At most 17 bits each, of 3 bytes or more. */
export function unpackBits(bytes: Uint8Array, offset: number, bits: number, values: Int32Array): void {
	const mask = (1 << bits) - 1;
	const last = bytes.length - 3;
	for (let i = 0, position = 8 * offset; i < values.length; i++, position += bits) {
		const first = Math.min(position >> 3, last);
		const window =
			(bytes[first] as number) | ((bytes[first + 1] as number) << 8) | ((bytes[first + 2] as number) << 16);
		values[i] = (window >> (position - 8 * first)) & mask;
	}
}

/**
 * The powers of a root of unity in the order in which a number-theoretic transform uses them: entry k is
 * root^reverse(k) mod q, with the bits of k reversed (Kyber v3.02 §1.1, Dilithium v3.1 §2.2). All products stay below 2^53.
 */
export function bitReversedPowers(root: number, q: number, bits: number): number[] {
	const count = 1 << bits;
	const powers = Array.from({ length: count }, () => 0);
	for (let exponent = 0, power = 1; exponent < count; exponent++, power = (power * root) % q) {
		let reversed = 0;
		for (let bit = 0; bit < bits; bit++) reversed |= ((exponent >> bit) & 1) << (bits - 1 - bit);
		powers[reversed] = power;
	}
	return powers;
}
