/** Random polynomials of Kyber-768 "90s" (Kyber v3.02, algorithms 1 and 2; XOF and PRF are AES-256-CTR). */
import { type Aes256Blocks, counterBlocks, type Expansion, expansion } from "./aes-counter.js";
import { k, n, q } from "./kyber-ring.js";

/** 341 candidates for 256 coefficients: too few in one of 700 polynomials. */
const matrixBlocks = 32;
const expandMatrixInto: Expansion = expansion(
	Array.from({ length: k * k }, (_, i) => [Math.floor(i / k), i % k] as const),
	matrixBlocks,
);

/** Algorithm 1: coefficients are the 12-bit numbers of the keystream that are below q. */
function sampleUniform(keystream: Uint8Array, start: number, end: number, matrix: Int32Array, offset: number): boolean {
	let filled = 0;
	for (let i = start; filled < n && i + 3 <= end; i += 3) {
		const middle = keystream[i + 1] as number;
		const first = (keystream[i] as number) | ((middle & 15) << 8);
		const second = (middle >> 4) | ((keystream[i + 2] as number) << 4);
		if (first < q) matrix[offset + filled++] = first;
		if (second < q && filled < n) matrix[offset + filled++] = second;
	}
	return filled === n;
}

/** The transposed matrix, transformed: element (i, j) at (3·i + j)·256 is the one whose nonce starts with i, j. */
export function expandMatrix(aes: Aes256Blocks, rho: Uint8Array): Int32Array {
	const matrix = new Int32Array(k * k * n);
	expandMatrixInto(aes, rho, (keystream, start, end, i) => sampleUniform(keystream, start, end, matrix, i * n));
	return matrix;
}

/** η = 2 takes four bits for a coefficient. */
const noiseBlocks = n / 2 / 16;
const noiseInput: Uint8Array = counterBlocks(
	Array.from({ length: 2 * k + 1 }, (_, i) => [i, 0] as const),
	noiseBlocks,
);

/**
 * Algorithm 2 with η = 2, for the nonces from 0 on, a polynomial from each: differences of the number of ones in two pairs of bits, so without
 * branches and tables.
 */
export function sampleNoise(aes: Aes256Blocks, seed: Uint8Array, noise: Int32Array): void {
	const keystream = aes(seed, noiseInput.subarray(0, noise.length / 2));
	for (let i = 0; i < keystream.length; i++) {
		const byte = keystream[i] as number;
		const ones = (byte & 0x55) + ((byte >> 1) & 0x55);
		noise[2 * i] = (ones & 3) - ((ones >> 2) & 3);
		noise[2 * i + 1] = ((ones >> 4) & 3) - (ones >> 6);
	}
	keystream.fill(0);
}
