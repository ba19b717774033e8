/** Random polynomials of Dilithium3-AES (Dilithium v3.1 §5.3; expansion is AES-256-CTR, challenges are SHAKE256). */
import { type Aes256Blocks, counterBlocks, type Expansion, expansion } from "./aes-counter.js";
import { eta, gamma1, k, l, tau } from "./dilithium-parameters.js";
import { n, q } from "./dilithium-ring.js";

/** SHAKE256 (FIPS 202) of the parts one after the other, with `length` bytes of output. */
export type Shake256 = (length: number, ...parts: Uint8Array[]) => Uint8Array;

/** 261 candidates for 256 coefficients: hardly ever too few. */
const matrixBlocks = 49;
const expandMatrixInto: Expansion = expansion(
	Array.from({ length: k * l }, (_, i) => [i % l, Math.floor(i / l)] as const),
	matrixBlocks,
);

function sampleUniform(keystream: Uint8Array, start: number, end: number, matrix: Int32Array, offset: number): boolean {
	let filled = 0;
	for (let i = start; filled < n && i + 3 <= end; i += 3) {
		const candidate =
			(keystream[i] as number) | ((keystream[i + 1] as number) << 8) | (((keystream[i + 2] as number) & 0x7f) << 16);
		if (candidate < q) matrix[offset + filled++] = candidate;
	}
	return filled === n;
}

/** ExpandA: row after row, transformed. */
export function expandMatrix(aes: Aes256Blocks, rho: Uint8Array): Int32Array {
	const matrix = new Int32Array(k * l * n);
	expandMatrixInto(aes, rho, (keystream, start, end, i) => sampleUniform(keystream, start, end, matrix, i * n));
	return matrix;
}

/** 512 half bytes for 256 coefficients, of which 9 of 16 are good: too few in one of 500 polynomials. */
const secretBlocks = 16;
const expandSecretInto: Expansion = expansion(
	Array.from({ length: l + k }, (_, i) => [i, 0] as const),
	secretBlocks,
);

function sampleSmall(keystream: Uint8Array, start: number, end: number, vector: Int32Array, offset: number): boolean {
	let filled = 0;
	for (let i = start; filled < n && i < end; i++) {
		const low = (keystream[i] as number) & 15;
		const high = (keystream[i] as number) >> 4;
		if (low <= 2 * eta) vector[offset + filled++] = eta - low;
		if (high <= 2 * eta && filled < n) vector[offset + filled++] = eta - high;
	}
	return filled === n;
}

/** ExpandS: s1 and s2 from ρ′, of which AES takes the first half as its key. */
export function expandSecret(aes: Aes256Blocks, rhoPrime: Uint8Array): { s1: Int32Array; s2: Int32Array } {
	const vector = new Int32Array((l + k) * n);
	expandSecretInto(aes, rhoPrime.subarray(0, 32), (keystream, start, end, i) =>
		sampleSmall(keystream, start, end, vector, i * n),
	);
	return { s1: vector.subarray(0, l * n), s2: vector.subarray(l * n) };
}

/** 20 bits for a coefficient. */
const maskBlocks = 40;
/** Only the nonces change. */
let maskInput: Uint8Array | undefined;

/** Coefficients from 1 − γ1 to γ1, packed as γ1 − value in 20 bits: masks y and responses z. @param mask takes five polynomials */
export function unpackMask(bytes: Uint8Array, offset: number, mask: Int32Array): void {
	for (let i = 0, position = offset; i < mask.length; i += 2, position += 5) {
		const middle = bytes[position + 2] as number;
		const first = (bytes[position] as number) | ((bytes[position + 1] as number) << 8) | ((middle & 15) << 16);
		const second = (middle >> 4) | ((bytes[position + 3] as number) << 4) | ((bytes[position + 4] as number) << 12);
		mask[i] = gamma1 - first;
		mask[i + 1] = gamma1 - second;
	}
}

/** ExpandMask: the vector y for the nonces from `firstNonce` on. @param mask takes it */
export function expandMask(aes: Aes256Blocks, rhoPrime: Uint8Array, firstNonce: number, mask: Int32Array): void {
	maskInput ??= counterBlocks(
		Array.from({ length: l }, () => [0, 0] as const),
		maskBlocks,
	);
	for (let block = 0; block < l * maskBlocks; block++) {
		const nonce = firstNonce + Math.floor(block / maskBlocks);
		maskInput[16 * block] = nonce;
		maskInput[16 * block + 1] = nonce >> 8;
	}
	const keystreams = aes(rhoPrime.subarray(0, 32), maskInput);
	unpackMask(keystreams, 0, mask);
	keystreams.fill(0);
}

/** SampleInBall: τ coefficients are 1 or −1, the others 0. The seed is public as soon as there is a signature. */
export function sampleChallenge(shake256: Shake256, seed: Uint8Array): Int32Array {
	const challenge = new Int32Array(n);
	let stream = shake256(136, seed);
	let position = 8;
	for (let i = n - tau, sign = 0; i < n; i++, sign++) {
		let j = n;
		while (j > i) {
			if (position === stream.length) stream = shake256(2 * stream.length, seed);
			j = stream[position++] as number;
		}
		challenge[i] = challenge[j] as number;
		challenge[j] = 1 - 2 * (((stream[sign >> 3] as number) >> (sign & 7)) & 1);
	}
	return challenge;
}
