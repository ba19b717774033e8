import { equalBytes } from "../encoding/bytes.js";
import type { SeedExpansion } from "./aes-counter.js";
import { pack, packedLength, packFrom, unpackFrom } from "./dilithium-packing.js";
import {
	canonical,
	inverseTransform,
	multiply,
	multiplyMatrix,
	n,
	reduce,
	subtractProduct,
	transformed,
} from "./dilithium-ring.js";
import { gamma2, highBits, lowBits, packHint, power2Round, unpackHint, useHint } from "./dilithium-rounding.js";
import {
	expandMask,
	expandMatrix,
	expandSecret,
	gamma1,
	type Shake256,
	sampleChallenge,
	unpackMask,
} from "./dilithium-sampling.js";
import { createRecent, type KeyPair, packBits, requireByteLength, unpackBits } from "./shared.js";

const k = 6;
const l = 5;
const eta = 4;
const beta: number = 49 * eta;
const droppedBits = 13;
const etaBits = 4;
const t1Bits = 10;
const zBits = 20;
const highBitsBits = 4;

const publicKeyLength: number = 32 + packedLength(k, t1Bits);
const s1Offset = 96;
const s2Offset: number = s1Offset + packedLength(l, etaBits);
const t0Offset: number = s2Offset + packedLength(k, etaBits);
const secretKeyLength: number = t0Offset + packedLength(k, droppedBits);
const hintOffset: number = 32 + packedLength(l, zBits);
const signatureLength: number = hintOffset + 55 + k;

/** Expanded matrices take 30 KiB each. */
const keptMatrices = 16;

/** The primitives that Dilithium-AES is made of. */
export interface Dilithium3Dependencies extends SeedExpansion {
	shake256: Shake256;
}

/** Dilithium3, round 3, AES variant (Dilithium v3.1; protocol/crypto §3.6). Arguments are never changed. */
export interface Dilithium3 {
	/** @param seed 32 random bytes */
	keyPair(seed: Uint8Array): KeyPair;

	/**
	 * @param secretKey 4000 bytes
	 * @returns 1952 bytes; `undefined` for a secret key that has another hash of it, or other low bits (t0)
	 */
	publicKey(secretKey: Uint8Array): Uint8Array | undefined;

	/**
	 * @param secretKey 4000 bytes
	 * @param random 32 random bytes. Should they ever repeat, the masks of different messages still differ
	 * @returns 3293 bytes
	 */
	sign(secretKey: Uint8Array, message: Uint8Array, random: Uint8Array): Uint8Array;

	/** @param publicKey 1952 bytes */
	verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;

	/** Forgets what was computed from public keys. Secrets are never kept. */
	clear(): void;
}

/** A public key, prepared for verification. */
interface VerifyKey {
	matrix: Int32Array;
	/** NTT(t1·2^13). */
	t1: Float64Array;
	/** Hash of the key. */
	tr: Uint8Array;
}

/** Power2Round of t = A·s1 + s2. */
function roundedT(matrix: Int32Array, s1: Int32Array, s2: Int32Array): { t1: Int32Array; t0: Int32Array } {
	const s1Hat = transformed(s1);
	const t = multiplyMatrix(matrix, s1Hat);
	inverseTransform(t);
	const t0 = new Int32Array(k * n);
	const t1 = new Int32Array(k * n);
	for (let i = 0; i < t.length; i++) {
		const [high, low] = power2Round(canonical(reduce((t[i] as number) + (s2[i] as number))));
		t1[i] = high;
		t0[i] = low;
	}
	for (const secret of [s1Hat, t]) secret.fill(0);
	return { t1, t0 };
}

function packPublicKey(rho: Uint8Array, t1: Int32Array): Uint8Array {
	const publicKey = new Uint8Array(publicKeyLength);
	publicKey.set(rho);
	packBits(t1, t1Bits, publicKey, 32);
	return publicKey;
}

/**
 * values += sign · polynomial · vector, stopping (false) at the first coefficient whose absolute value isn't below `bound`.
 * Where it stopped may become known: the rejected candidate is independent of the secret.
 */
function addBounded(
	values: Int32Array,
	sign: number,
	polynomial: Float64Array,
	vector: Float64Array,
	bound: number,
): boolean {
	const product = new Float64Array(n);
	let bounded = true;
	for (let offset = 0; bounded && offset < values.length; offset += n) {
		multiply(product, polynomial, vector, offset);
		inverseTransform(product);
		for (let i = 0; bounded && i < n; i++) {
			const value = (values[offset + i] as number) + sign * (product[i] as number);
			values[offset + i] = value;
			bounded = Math.abs(value) < bound;
		}
	}
	product.fill(0);
	return bounded;
}

/** A secret key, unpacked; s1, s2 and t0 are transformed. */
interface SecretKey {
	/** K, known to nobody else: part of what masks are made from. */
	maskKey: Uint8Array;
	tr: Uint8Array;
	s1: Float64Array;
	s2: Float64Array;
	t0: Float64Array;
}

function unpackSecretKey(bytes: Uint8Array): SecretKey {
	const unpack = (polynomials: number, offset: number, bits: number, base: number): Float64Array => {
		const values = unpackFrom(bytes, offset, polynomials, bits, base);
		const result = transformed(values);
		values.fill(0);
		return result;
	};
	return {
		maskKey: bytes.subarray(32, 64),
		tr: bytes.subarray(64, 96),
		s1: unpack(l, s1Offset, etaBits, eta),
		s2: unpack(k, s2Offset, etaBits, eta),
		t0: unpack(k, t0Offset, droppedBits, 1 << (droppedBits - 1)),
	};
}

/**
 * Dilithium from its primitives. What depends on secrets in its time: how many candidates a signature takes and where each
 * is rejected (independent of the key), and, in a new key, which half bytes were skipped.
 * Arithmetic and packing have no such branches or indices.
 */
export function createDilithium3({ aes256Blocks, publicAes256Blocks, shake256 }: Dilithium3Dependencies): Dilithium3 {
	const matrices = createRecent(keptMatrices, (rho) => expandMatrix(publicAes256Blocks, rho));

	const verifyKeys = createRecent<VerifyKey>(keptMatrices, (publicKey) => {
		const t1 = new Int32Array(k * n);
		unpackBits(publicKey, 32, t1Bits, t1);
		const scaled = t1.map((value) => value << droppedBits);
		return { matrix: matrices.get(publicKey.subarray(0, 32)), t1: transformed(scaled), tr: shake256(32, publicKey) };
	});

	/** What of a secret key follows from the rest: tr and t0. */
	function setDerived(secretKey: Uint8Array, publicKey: Uint8Array, t0: Int32Array): void {
		secretKey.set(shake256(32, publicKey), 64);
		packFrom(t0, droppedBits, 1 << (droppedBits - 1), secretKey, t0Offset);
	}

	/** Gen: figure 4. */
	function keyPair(seed: Uint8Array): KeyPair {
		requireByteLength(seed, 32, "seed");
		const expanded = shake256(128, seed);
		const rho = expanded.subarray(0, 32);
		const { s1, s2 } = expandSecret(aes256Blocks, expanded.subarray(32, 96));
		const { t1, t0 } = roundedT(expandMatrix(publicAes256Blocks, rho), s1, s2);
		const publicKey = packPublicKey(rho, t1);
		const secretKey = new Uint8Array(secretKeyLength);
		secretKey.set(rho);
		secretKey.set(expanded.subarray(96), 32);
		packFrom(s1, etaBits, eta, secretKey, s1Offset);
		packFrom(s2, etaBits, eta, secretKey, s2Offset);
		setDerived(secretKey, publicKey, t0);
		for (const secret of [expanded, s1, s2, t0]) secret.fill(0);
		return { publicKey, secretKey };
	}

	function publicKey(secretKey: Uint8Array): Uint8Array | undefined {
		requireByteLength(secretKey, secretKeyLength, "secretKey");
		const rho = secretKey.subarray(0, 32);
		const s1 = unpackFrom(secretKey, s1Offset, l, etaBits, eta);
		const s2 = unpackFrom(secretKey, s2Offset, k, etaBits, eta);
		const { t1, t0 } = roundedT(matrices.get(rho), s1, s2);
		const bytes = packPublicKey(rho, t1);
		const derived = secretKey.slice();
		setDerived(derived, bytes, t0);
		const same = equalBytes(derived, secretKey);
		for (const secret of [s1, s2, t0, derived]) secret.fill(0);
		return same ? bytes : undefined;
	}

	/** One candidate, made from the mask y, which becomes z; undefined if it would tell about the secret. */
	function attempt(
		matrix: Int32Array,
		{ s1, s2, t0 }: SecretKey,
		mu: Uint8Array,
		y: Int32Array,
	): Uint8Array | undefined {
		const yHat = transformed(y);
		const w = multiplyMatrix(matrix, yHat);
		inverseTransform(w);
		const high = new Int32Array(k * n);
		const low = new Int32Array(k * n);
		for (let i = 0; i < w.length; i++) {
			const value = canonical(w[i] as number);
			high[i] = highBits(value);
			low[i] = lowBits(value);
		}
		const challengeSeed = shake256(32, mu, pack(high, highBitsBits));
		const challenge = transformed(sampleChallenge(shake256, challengeSeed));
		const correction = new Int32Array(k * n);
		const signature = new Uint8Array(signatureLength);
		let accepted =
			addBounded(low, -1, challenge, s2, gamma2 - beta) &&
			addBounded(y, 1, challenge, s1, gamma1 - beta) &&
			addBounded(correction, 1, challenge, t0, gamma2);
		if (accepted) {
			for (let i = 0; i < low.length; i++) low[i] = (low[i] as number) + (correction[i] as number);
			accepted = packHint(low, high, signature, hintOffset);
		}
		if (accepted) {
			signature.set(challengeSeed);
			packFrom(y, zBits, gamma1, signature, 32);
		}
		for (const secret of [yHat, w, high, low, correction]) secret.fill(0);
		return accepted ? signature : undefined;
	}

	/**
	 * Sign: figure 4, with ρ′ = SHAKE256(K ‖ random ‖ μ) as in FIPS 204 §3.4. Two signatures with one mask give the key away:
	 * z1 − z2 = (c1 − c2)·s1. Random bytes alone repeat where a generator is broken or a machine is restored.
	 */
	function sign(secretKey: Uint8Array, message: Uint8Array, random: Uint8Array): Uint8Array {
		requireByteLength(secretKey, secretKeyLength, "secretKey");
		requireByteLength(random, 32, "random");
		const matrix = matrices.get(secretKey.subarray(0, 32));
		const key = unpackSecretKey(secretKey);
		const mu = shake256(64, key.tr, message);
		const rhoPrime = shake256(64, key.maskKey, random, mu);
		let signature: Uint8Array | undefined;
		for (let nonce = 0; signature === undefined; nonce += l) {
			const y = expandMask(aes256Blocks, rhoPrime, nonce);
			signature = attempt(matrix, key, mu, y);
			y.fill(0);
		}
		for (const secret of [key.s1, key.s2, key.t0, rhoPrime]) secret.fill(0);
		return signature;
	}

	/** Verify: figure 4. */
	function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
		requireByteLength(publicKey, publicKeyLength, "publicKey");
		if (signature.length !== signatureLength) return false;
		const hint = unpackHint(signature, hintOffset, k);
		const z = unpackMask(signature, 32);
		if (hint === undefined || z.some((value) => Math.abs(value) >= gamma1 - beta)) return false;
		const { matrix, t1, tr } = verifyKeys.get(publicKey);
		const challengeSeed = signature.subarray(0, 32);
		const w = multiplyMatrix(matrix, transformed(z));
		subtractProduct(w, transformed(sampleChallenge(shake256, challengeSeed)), t1);
		inverseTransform(w);
		const high = new Int32Array(k * n);
		for (let i = 0; i < high.length; i++) high[i] = useHint(hint[i] as number, canonical(w[i] as number));
		const mu = shake256(64, tr, message);
		return equalBytes(shake256(32, mu, pack(high, highBitsBits)), challengeSeed);
	}

	function clear(): void {
		matrices.clear();
		verifyKeys.clear();
	}

	return { keyPair, publicKey, sign, verify, clear };
}
