import { concat } from "../encoding/bytes.js";
import { createRecentBytes } from "../encoding/recent.js";
import type { Aes256Blocks, SeedExpansion } from "./aes-counter.js";
import { canonical, type Factors, innerProduct, inverseTransform, k, n, q, transformVector } from "./kyber-ring.js";
import { expandMatrix, sampleNoise } from "./kyber-sampling.js";
import { type Encapsulated, type KeyPair, packBits, requireByteLength, unpackBits } from "./shared.js";

const vectorLength = 384 * k;
const publicKeyLength = vectorLength + 32;
const secretKeyLength = vectorLength + publicKeyLength + 64;
const uBits = 10;
const vBits = 4;
const uLength = (k * n * uBits) / 8;
const ciphertextLength = uLength + (n * vBits) / 8;

/** Expanded matrices take 9 KiB each. */
const keptPublicKeys = 16;

/** The primitives that Kyber "90s" is made of. */
export interface Kyber768Dependencies extends SeedExpansion {
	sha256(data: Uint8Array): Uint8Array;
	sha512(data: Uint8Array): Uint8Array;
}

/** Kyber-768, round 3, "90s" variant (Kyber v3.02; protocol/crypto §3.3). Arguments are never changed. */
export interface Kyber768 {
	/** @param seed 64 random bytes: d ‖ z */
	keyPair(seed: Uint8Array): KeyPair;

	/**
	 * The copy that a secret key has of its public key. It proves nothing of the rest.
	 *
	 * @param secretKey 2400 bytes
	 * @returns 1184 bytes
	 */
	publicKey(secretKey: Uint8Array): Uint8Array;

	/**
	 * @param publicKey 1184 bytes
	 * @param seed 32 random bytes
	 */
	encapsulate(publicKey: Uint8Array, seed: Uint8Array): Encapsulated;

	/**
	 * Returns a secret also for a ciphertext that was not made for the key: one that nobody else can compute.
	 *
	 * @param secretKey 2400 bytes
	 * @param ciphertext 1088 bytes
	 */
	decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array;

	/** Forgets what was computed from public keys. Secrets are never kept. */
	clear(): void;
}

/**
 * Are all coefficients of a public key of 1184 bytes below q? Round 3 takes others and reduces them, FIPS 203 §7.2 refuses
 * them: several byte strings would be the same key.
 */
export function isReduced(publicKey: Uint8Array): boolean {
	for (let i = 0; i < vectorLength; i += 3) {
		const middle = publicKey[i + 1] as number;
		if (((publicKey[i] as number) | ((middle & 15) << 8)) >= q) return false;
		if (((middle >> 4) | ((publicKey[i + 2] as number) << 4)) >= q) return false;
	}
	return true;
}

/** A public key, expanded. */
interface PublicKey {
	t: Int32Array;
	transposedMatrix: Int32Array;
	hash: Uint8Array;
}

/** Compress_q(x, bits) of Kyber v3.02 §1.1 with a multiplication instead of a division, whose time would depend on x. */
const compress = (x: number, bits: number): number => (canonical(x) * ((1 << bits) / q) + 0.5) & ((1 << bits) - 1);

const decompress = (x: number, bits: number): number => (x * q + (1 << (bits - 1))) >> bits;

/** Zero when equal, minus one otherwise; the time doesn't depend on the contents. */
function differenceMask(a: Uint8Array, b: Uint8Array): number {
	let difference = 0;
	for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
	return -difference >> 31;
}

/**
 * What a call works on, wiped before it ends: JavaScript runs them one after the other, and new arrays for each would be a quarter of its time. Room
 * for all the noise, of which the first vector is transformed, another vector, and one polynomial.
 */
const noise = new Int32Array((2 * k + 1) * n);
const first: Factors = { values: noise.subarray(0, k * n), oddTimesZeta: new Int32Array(k * n) };
const second: Factors = { values: noise.subarray(k * n, 2 * k * n), oddTimesZeta: new Int32Array(k * n) };
const vector = new Int32Array(k * n);
const polynomial = new Int32Array(n);

function wipe(): void {
	for (const used of [noise, first.oddTimesZeta, second.oddTimesZeta, vector, polynomial]) used.fill(0);
}

/** CPAPKE.Enc: algorithm 5. */
function encrypt(
	aes: Aes256Blocks,
	{ t, transposedMatrix }: PublicKey,
	message: Uint8Array,
	coins: Uint8Array,
): Uint8Array {
	sampleNoise(aes, coins, noise);
	transformVector(first);
	for (let i = 0; i < k * n; i += n) innerProduct(vector, i, transposedMatrix, k * i, n, first);
	inverseTransform(vector);
	innerProduct(polynomial, 0, t, 0, n, first);
	inverseTransform(polynomial);
	for (let i = 0; i < k * n; i++) {
		vector[i] = compress((vector[i] as number) + (noise[k * n + i] as number), uBits);
	}
	for (let i = 0; i < n; i++) {
		const bit = ((message[i >> 3] as number) >> (i & 7)) & 1;
		const value = (polynomial[i] as number) + (noise[2 * k * n + i] as number) + (-bit & ((q + 1) / 2));
		polynomial[i] = compress(value, vBits);
	}
	const ciphertext = new Uint8Array(ciphertextLength);
	packBits(vector, uBits, ciphertext, 0);
	packBits(polynomial, vBits, ciphertext, uLength);
	wipe();
	return ciphertext;
}

/** CPAPKE.Dec: algorithm 6. */
function decrypt(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
	const u = first.values;
	const v = noise.subarray(2 * k * n);
	unpackBits(ciphertext, 0, uBits, u);
	unpackBits(ciphertext, uLength, vBits, v);
	unpackBits(secretKey, 0, 12, vector);
	for (let i = 0; i < u.length; i++) u[i] = decompress(u[i] as number, uBits);
	transformVector(first);
	innerProduct(polynomial, 0, vector, 0, n, first);
	inverseTransform(polynomial);
	for (let i = 0; i < n; i++) {
		polynomial[i] = compress(decompress(v[i] as number, vBits) - (polynomial[i] as number), 1);
	}
	const message = new Uint8Array(32);
	packBits(polynomial, 1, message, 0);
	wipe();
	return message;
}

/**
 * Kyber from its primitives. No branch, index or division depends on a secret: of the rest only the matrix, expanded from a
 * public seed, takes a time that depends on its input.
 */
export function createKyber768({ aes256Blocks, publicAes256Blocks, sha256, sha512 }: Kyber768Dependencies): Kyber768 {
	const prepare = (bytes: Uint8Array): PublicKey => {
		const t = new Int32Array(k * n);
		unpackBits(bytes, 0, 12, t);
		return { t, transposedMatrix: expandMatrix(publicAes256Blocks, bytes.subarray(vectorLength)), hash: sha256(bytes) };
	};
	const publicKeys = createRecentBytes(keptPublicKeys, prepare, { startsPublic: true });

	/** CPAPKE.KeyGen and CCAKEM.KeyGen: algorithms 4 and 7. */
	function keyPair(seed: Uint8Array): KeyPair {
		requireByteLength(seed, 64, "seed");
		const expanded = sha512(seed.subarray(0, 32));
		const rho = expanded.subarray(0, 32);
		const transposedMatrix = expandMatrix(publicAes256Blocks, rho);
		sampleNoise(aes256Blocks, expanded.subarray(32), noise.subarray(0, 2 * k * n));
		transformVector(first);
		transformVector(second);
		for (let i = 0; i < k * n; i += n) innerProduct(vector, i, transposedMatrix, i, k * n, first);
		const s = first.values;
		for (let i = 0; i < k * n; i++) {
			vector[i] = canonical((vector[i] as number) + (second.values[i] as number));
			s[i] = canonical(s[i] as number);
		}
		const publicKey = new Uint8Array(publicKeyLength);
		packBits(vector, 12, publicKey, 0);
		publicKey.set(rho, vectorLength);
		const secretKey = new Uint8Array(secretKeyLength);
		packBits(s, 12, secretKey, 0);
		secretKey.set(publicKey, vectorLength);
		secretKey.set(sha256(publicKey), vectorLength + publicKeyLength);
		secretKey.set(seed.subarray(32), secretKeyLength - 32);
		wipe();
		expanded.fill(0);
		return { publicKey, secretKey };
	}

	function publicKey(secretKey: Uint8Array): Uint8Array {
		requireByteLength(secretKey, secretKeyLength, "secretKey");
		return secretKey.slice(vectorLength, vectorLength + publicKeyLength);
	}

	/** CCAKEM.Enc: algorithm 8. */
	function encapsulate(publicKey: Uint8Array, seed: Uint8Array): Encapsulated {
		requireByteLength(publicKey, publicKeyLength, "publicKey");
		requireByteLength(seed, 32, "seed");
		const prepared = publicKeys.get(publicKey);
		const message = sha256(seed);
		const keyAndCoins = sha512(concat(message, prepared.hash));
		const encapsulation = encrypt(aes256Blocks, prepared, message, keyAndCoins.subarray(32));
		const sharedSecret = sha256(concat(keyAndCoins.subarray(0, 32), sha256(encapsulation)));
		message.fill(0);
		keyAndCoins.fill(0);
		return { encapsulation, sharedSecret };
	}

	/** CCAKEM.Dec: algorithm 9. */
	function decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
		requireByteLength(secretKey, secretKeyLength, "secretKey");
		requireByteLength(ciphertext, ciphertextLength, "ciphertext");
		const prepared = publicKeys.get(secretKey.subarray(vectorLength, vectorLength + publicKeyLength));
		const hash = secretKey.subarray(secretKeyLength - 64, secretKeyLength - 32);
		const z = secretKey.subarray(secretKeyLength - 32);
		const message = decrypt(secretKey, ciphertext);
		const keyAndCoins = sha512(concat(message, hash));
		const expected = encrypt(aes256Blocks, prepared, message, keyAndCoins.subarray(32));
		const mask = differenceMask(expected, ciphertext);
		const key = keyAndCoins.subarray(0, 32);
		for (let i = 0; i < 32; i++) key[i] = ((key[i] as number) & ~mask) | ((z[i] as number) & mask);
		const sharedSecret = sha256(concat(key, sha256(ciphertext)));
		message.fill(0);
		keyAndCoins.fill(0);
		return sharedSecret;
	}

	return { keyPair, publicKey, encapsulate, decapsulate, clear: publicKeys.clear };
}
