import { equalBytes } from "../encoding/bytes.js";
import { createRecentBytes } from "../encoding/recent.js";
import type { SeedExpansion } from "./aes-counter.js";
import { packFrom, unpackFrom } from "./dilithium-packing.js";
import {
	droppedBits,
	eta,
	etaBits,
	k,
	l,
	publicKeyLength,
	s1Offset,
	s2Offset,
	secretKeyLength,
	signatureLength,
	t0Offset,
	t1Bits,
} from "./dilithium-parameters.js";
import { canonical, inverseTransform, multiplyMatrix, n, reduce, transformed } from "./dilithium-ring.js";
import { power2Round } from "./dilithium-rounding.js";
import { expandMatrix, expandSecret, type Shake256 } from "./dilithium-sampling.js";
import { isSignature, type SecretKey, signHash, unpackSecretKey, type VerifyKey } from "./dilithium-signature.js";
import { type KeyPair, packBits, requireByteLength, unpackBits } from "./shared.js";

/** Expanded matrices take 30 KiB each. */
const keptMatrices = 16;
/** Secret keys, unpacked, take 34 KiB each. */
const keptSecretKeys = 4;

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

	/** Forgets what was computed from keys. */
	clear(): void;
}

/** Power2Round of t = A·s1 + s2. */
function roundedT(matrix: Int32Array, s1: Int32Array, s2: Int32Array): { t1: Int32Array; t0: Int32Array } {
	const s1Hat = transformed(s1);
	const t = new Float64Array(k * n);
	multiplyMatrix(matrix, s1Hat, t);
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
 * Dilithium from its primitives. What depends on secrets in its time: how many candidates a signature takes and where each
 * is rejected (independent of the key), and, in a new key, which half bytes were skipped.
 * Arithmetic and packing have no such branches or indices.
 */
export function createDilithium3({ aes256Blocks, publicAes256Blocks, shake256 }: Dilithium3Dependencies): Dilithium3 {
	/** Keys of all kinds begin with the public ρ. */
	const startsPublic = { startsPublic: true };
	const expand = (rho: Uint8Array): Int32Array => expandMatrix(publicAes256Blocks, rho);
	const matrices = createRecentBytes(keptMatrices, expand, startsPublic);

	const prepareSecret = (bytes: Uint8Array): SecretKey => unpackSecretKey(bytes, matrices.get(bytes.subarray(0, 32)));
	const secretKeys = createRecentBytes(keptSecretKeys, prepareSecret, startsPublic);

	const preparePublic = (bytes: Uint8Array): VerifyKey => {
		const t1 = new Int32Array(k * n);
		unpackBits(bytes, 32, t1Bits, t1);
		const scaled = t1.map((value) => value << droppedBits);
		return { matrix: matrices.get(bytes.subarray(0, 32)), t1: transformed(scaled), tr: shake256(32, bytes) };
	};
	const verifyKeys = createRecentBytes(keptMatrices, preparePublic, startsPublic);

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

	/**
	 * Sign: figure 4, with ρ′ = SHAKE256(K ‖ random ‖ μ) as in FIPS 204 §3.4. Two signatures with one mask give the key away:
	 * z1 − z2 = (c1 − c2)·s1. Random bytes alone repeat where a generator is broken or a machine is restored.
	 */
	function sign(secretKey: Uint8Array, message: Uint8Array, random: Uint8Array): Uint8Array {
		requireByteLength(secretKey, secretKeyLength, "secretKey");
		requireByteLength(random, 32, "random");
		const key = secretKeys.get(secretKey);
		const mu = shake256(64, key.tr, message);
		const rhoPrime = shake256(64, key.maskKey, random, mu);
		const signature = signHash(shake256, aes256Blocks, key, mu, rhoPrime);
		rhoPrime.fill(0);
		return signature;
	}

	function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
		requireByteLength(publicKey, publicKeyLength, "publicKey");
		return signature.length === signatureLength && isSignature(shake256, verifyKeys.get(publicKey), message, signature);
	}

	function clear(): void {
		matrices.clear();
		verifyKeys.clear();
		secretKeys.clear();
	}

	return { keyPair, publicKey, sign, verify, clear };
}
