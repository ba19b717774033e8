/**
 * Arithmetic in Z_q[X]/(X^256 + 1), q = 8380417 (Dilithium v3.1 §2.2), in doubles: products of coefficients stay below 2^53
 * and are exact. Vectors of polynomials lie one after the other in one array. No branch and no index depends on a
 * coefficient.
 */
import { bitReversedPowers } from "./bit-reversal.js";

export const n = 256;
export const q = 8380417;

/** Adding it rounds to an integer: between 2^52 and 2^53 doubles are one apart. */
const rounding: number = 1.5 * 2 ** 52;
const inverseOfQ: number = 1 / q;

/** a mod q, between -q/2 and q/2 (or beside it by less than one), for integers |a| < 2^52. */
export const reduce = (a: number): number => a - (a * inverseOfQ + rounding - rounding) * q;

const centred = (a: number): number => (a > q / 2 ? a - q : a);
/** 1753 is a primitive 512th root of unity. */
const zetas: Float64Array = Float64Array.from(bitReversedPowers(1753, q, 8), centred);
/** 256^-1 mod q undoes the factor of eight butterfly layers. */
const scale: number = centred(8347681);
const lastZetaScaled: number = reduce((zetas[1] as number) * scale);

/** In place, every polynomial of a vector. |input| < q, |output| < 5·q < 2^26. */
export function transform(a: Float64Array): void {
	for (let offset = 0; offset < a.length; offset += n) {
		let k = 1;
		for (let length = 128; length >= 1; length >>= 1) {
			for (let start = offset; start < offset + n; start += 2 * length) {
				const zeta = zetas[k++] as number;
				for (let i = start; i < start + length; i++) {
					const t = reduce((a[i + length] as number) * zeta);
					const u = a[i] as number;
					a[i] = u + t;
					a[i + length] = u - t;
				}
			}
		}
	}
}

/** In place, every polynomial of a vector. Input and output are between -q/2 and q/2. */
export function inverseTransform(a: Float64Array): void {
	for (let offset = 0; offset < a.length; offset += n) {
		let k = 255;
		for (let length = 1; length <= 64; length <<= 1) {
			for (let start = offset; start < offset + n; start += 2 * length) {
				const zeta = zetas[k--] as number;
				for (let i = start; i < start + length; i++) {
					const u = a[i] as number;
					const v = a[i + length] as number;
					a[i] = u + v;
					a[i + length] = reduce((v - u) * zeta);
				}
			}
		}
		for (let i = offset; i < offset + 128; i++) {
			const u = a[i] as number;
			const v = a[i + 128] as number;
			a[i] = reduce((u + v) * scale);
			a[i + 128] = reduce((v - u) * lastZetaScaled);
		}
	}
}

/** The transformed form of integers |values| < q. */
export function transformed(values: Int32Array): Float64Array {
	const result = new Float64Array(values);
	transform(result);
	return result;
}

/**
 * Matrix times vector, both transformed: sums of at most five products below 2^49, reduced once.
 *
 * @param matrix rows of `vector.length` elements, between 0 and q
 * @param vector below 2^26
 */
export function multiplyMatrix(matrix: Int32Array, vector: Float64Array): Float64Array {
	const result = new Float64Array((matrix.length / vector.length) * n);
	for (let row = 0; row < result.length; row += n) {
		const start = (row / n) * vector.length;
		for (let i = 0; i < n; i++) {
			let sum = 0;
			for (let j = i; j < vector.length; j += n) sum += (matrix[start + j] as number) * (vector[j] as number);
			result[row + i] = reduce(sum);
		}
	}
	return result;
}

/** The product of a polynomial and the one of a vector that starts at `offset`, both transformed and below 2^26. */
export function multiply(product: Float64Array, polynomial: Float64Array, vector: Float64Array, offset: number): void {
	for (let i = 0; i < n; i++) product[i] = reduce((polynomial[i] as number) * (vector[offset + i] as number));
}

/** values −= polynomial · vector, transformed: the polynomial times each of the vector. Both factors are below 2^26. */
export function subtractProduct(values: Float64Array, polynomial: Float64Array, vector: Float64Array): void {
	for (let i = 0; i < values.length; i++) {
		values[i] = reduce((values[i] as number) - (polynomial[i % n] as number) * (vector[i] as number));
	}
}

/** The representative between 0 and q − 1 of |a| ≤ q/2. */
export const canonical = (a: number): number => {
	const integer = a | 0;
	return integer + ((integer >> 31) & q);
};
