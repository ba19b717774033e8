import { equalBytes } from "../encoding/bytes.js";
import type { Aes256Blocks } from "./aes-counter.js";
import { pack, packFrom, unpackFrom } from "./dilithium-packing.js";
import {
	beta,
	droppedBits,
	eta,
	etaBits,
	gamma1,
	highBitsBits,
	hintOffset,
	k,
	l,
	s1Offset,
	s2Offset,
	signatureLength,
	t0Offset,
	zBits,
} from "./dilithium-parameters.js";
import {
	canonical,
	inverseTransform,
	multiply,
	multiplyMatrix,
	n,
	subtractProduct,
	transformed,
} from "./dilithium-ring.js";
import { decompose, gamma2, packHint, unpackHint, useHint } from "./dilithium-rounding.js";
import { expandMask, type Shake256, sampleChallenge, unpackMask } from "./dilithium-sampling.js";

/** A secret key, prepared for signing; s1, s2 and t0 are transformed. */
export interface SecretKey {
	matrix: Int32Array;
	/** K, known to nobody else: part of what masks are made from. */
	maskKey: Uint8Array;
	tr: Uint8Array;
	s1: Float64Array;
	s2: Float64Array;
	t0: Float64Array;
}

/** A public key, prepared for verification. */
export interface VerifyKey {
	matrix: Int32Array;
	/** NTT(t1·2^13). */
	t1: Float64Array;
	/** Hash of the key. */
	tr: Uint8Array;
}

/** What a call works on, wiped before signing ends: JavaScript runs them one after the other, and new arrays would take longer. */
const y = new Int32Array(l * n);
const yHat = new Float64Array(l * n);
const w = new Float64Array(k * n);
const high = new Int32Array(k * n);
const low = new Int32Array(k * n);
const correction = new Int32Array(k * n);
const challenge = new Float64Array(n);
const product = new Float64Array(n);

function wipe(): void {
	for (const used of [y, yHat, w, high, low, correction, challenge, product]) used.fill(0);
}

/** @param bytes 4000 of them, which the result refers to */
export function unpackSecretKey(bytes: Uint8Array, matrix: Int32Array): SecretKey {
	const unpack = (polynomials: number, offset: number, bits: number, base: number): Float64Array => {
		const values = unpackFrom(bytes, offset, polynomials, bits, base);
		const result = transformed(values);
		values.fill(0);
		return result;
	};
	return {
		matrix,
		maskKey: bytes.subarray(32, 64),
		tr: bytes.subarray(64, 96),
		s1: unpack(l, s1Offset, etaBits, eta),
		s2: unpack(k, s2Offset, etaBits, eta),
		t0: unpack(k, t0Offset, droppedBits, 1 << (droppedBits - 1)),
	};
}

/**
 * values += sign · challenge · vector, stopping (false) at the first polynomial that has a coefficient whose absolute value isn't below `bound`.
 * Where it stopped may become known: the rejected candidate is independent of the secret.
 */
function addBounded(values: Int32Array, sign: number, vector: Float64Array, bound: number): boolean {
	for (let offset = 0; offset < values.length; offset += n) {
		multiply(product, challenge, vector, offset);
		inverseTransform(product);
		let outside = 0;
		for (let i = 0; i < n; i++) {
			const value = ((values[offset + i] as number) + sign * (product[i] as number)) | 0;
			values[offset + i] = value;
			outside |= bound - 1 - Math.abs(value);
		}
		if (outside < 0) return false;
	}
	return true;
}

/** One candidate, made from the mask y, which becomes z; undefined if it would tell about the secret. */
function attempt(shake256: Shake256, { matrix, s1, s2, t0 }: SecretKey, mu: Uint8Array): Uint8Array | undefined {
	transformed(y, yHat);
	multiplyMatrix(matrix, yHat, w);
	inverseTransform(w);
	decompose(w, high, low);
	const challengeSeed = shake256(32, mu, pack(high, highBitsBits));
	transformed(sampleChallenge(shake256, challengeSeed), challenge);
	correction.fill(0);
	const accepted =
		addBounded(low, -1, s2, gamma2 - beta) &&
		addBounded(y, 1, s1, gamma1 - beta) &&
		addBounded(correction, 1, t0, gamma2);
	if (!accepted) return undefined;
	for (let i = 0; i < low.length; i++) low[i] = (low[i] as number) + (correction[i] as number);
	const signature = new Uint8Array(signatureLength);
	if (!packHint(low, high, signature, hintOffset)) return undefined;
	signature.set(challengeSeed);
	packFrom(y, zBits, gamma1, signature, 32);
	return signature;
}

/** The rest of Sign, figure 4, for the hash of a message. @param rhoPrime secret, of which masks are made */
export function signHash(
	shake256: Shake256,
	aes: Aes256Blocks,
	key: SecretKey,
	mu: Uint8Array,
	rhoPrime: Uint8Array,
): Uint8Array {
	let signature: Uint8Array | undefined;
	for (let nonce = 0; signature === undefined; nonce += l) {
		expandMask(aes, rhoPrime, nonce, y);
		signature = attempt(shake256, key, mu);
	}
	wipe();
	return signature;
}

/** Verify: figure 4. @param signature 3293 bytes */
export function isSignature(
	shake256: Shake256,
	{ matrix, t1, tr }: VerifyKey,
	message: Uint8Array,
	signature: Uint8Array,
): boolean {
	const hint = unpackHint(signature, hintOffset, k);
	if (hint === undefined) return false;
	unpackMask(signature, 32, y);
	for (let i = 0; i < y.length; i++) if (Math.abs(y[i] as number) >= gamma1 - beta) return false;
	const challengeSeed = signature.subarray(0, 32);
	multiplyMatrix(matrix, transformed(y, yHat), w);
	subtractProduct(w, transformed(sampleChallenge(shake256, challengeSeed), challenge), t1);
	inverseTransform(w);
	for (let i = 0; i < high.length; i++) high[i] = useHint(hint[i] as number, canonical(w[i] as number));
	const mu = shake256(64, tr, message);
	return equalBytes(shake256(32, mu, pack(high, highBitsBits)), challengeSeed);
}
