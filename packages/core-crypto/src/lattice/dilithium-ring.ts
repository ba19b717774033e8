import { bitReversedPowers } from "./shared.js";
/**
 * Arithmetic in Z_q[X]/(X^256 + 1), q = 8380417 (Dilithium v3.1 §2.2), in doubles: products of coefficients stay below 2^53
 * and are exact. Vectors of polynomials lie one after the other in one array. No branch and no index depends on a
 * coefficient.
 */

export const n = 256;
export const q = 8380417;

/** Adding it rounds to an integer: between 2^52 and 2^53 doubles are one apart. */
const rounding: number = 1.5 * 2 ** 52;
const inverseOfQ: number = 1 / q;

/** a mod q, between -q/2 and q/2 (or beside it by less than one), for integers |a| < 2^52. */
export const reduce = (a: number): number => a - (a * inverseOfQ + rounding - rounding) * q;

/** 1753 is a primitive 512th root of unity. */
const zetas: Float64Array = Float64Array.from(bitReversedPowers(1753, q, 8), reduce);
/** 256^-1 mod q undoes the factor of eight butterfly layers. */
const scale: number = reduce(8347681);

/**
 * In place, every polynomial of a vector; two butterfly layers at a time, which halves the memory traffic.
 * |input| < q, |output| < 5·q < 2^26.
 */
function transform(a: Float64Array): void {
	for (let offset = 0; offset < a.length; offset += n) {
		for (let d = 64; d >= 1; d >>= 2) {
			for (let start = offset, k = 64 / d; start < offset + n; start += 4 * d, k++) {
				const zeta = zetas[k] as number;
				const zetaLow = zetas[2 * k] as number;
				const zetaHigh = zetas[2 * k + 1] as number;
				for (let i = start; i < start + d; i++) {
					const a0 = a[i] as number;
					const a1 = a[i + d] as number;
					const a2 = reduce((a[i + 2 * d] as number) * zeta);
					const a3 = reduce((a[i + 3 * d] as number) * zeta);
					const low = reduce((a1 + a3) * zetaLow);
					const high = reduce((a1 - a3) * zetaHigh);
					a[i] = a0 + a2 + low;
					a[i + d] = a0 + a2 - low;
					a[i + 2 * d] = a0 - a2 + high;
					a[i + 3 * d] = a0 - a2 - high;
				}
			}
		}
	}
}

/**
 * In place, every polynomial of a vector; two butterfly layers at a time. Input and output are between -q/2 and q/2; sums
 * double in every layer, so no product passes 2^52.
 */
export function inverseTransform(a: Float64Array): void {
	for (let offset = 0; offset < a.length; offset += n) {
		for (let d = 1; d <= 64; d <<= 2) {
			for (let start = offset, k = 128 / d - 1; start < offset + n; start += 4 * d, k--) {
				const zeta = zetas[k] as number;
				const zetaLow = zetas[2 * k + 1] as number;
				const zetaHigh = zetas[2 * k] as number;
				for (let i = start; i < start + d; i++) {
					const a0 = a[i] as number;
					const a1 = a[i + d] as number;
					const a2 = a[i + 2 * d] as number;
					const a3 = a[i + 3 * d] as number;
					const low = reduce((a1 - a0) * zetaLow);
					const high = reduce((a3 - a2) * zetaHigh);
					a[i] = a0 + a1 + a2 + a3;
					a[i + d] = low + high;
					a[i + 2 * d] = reduce((a2 + a3 - a0 - a1) * zeta);
					a[i + 3 * d] = reduce((high - low) * zeta);
				}
			}
		}
	}
	for (let i = 0; i < a.length; i++) a[i] = reduce((a[i] as number) * scale);
}

/** The transformed form of integers |values| < q. @param result takes it */
export function transformed(values: Int32Array, result: Float64Array = new Float64Array(values.length)): Float64Array {
	result.set(values);
	transform(result);
	return result;
}

/**
 * Matrix times vector, both transformed: sums of five products below 2^49, reduced once.
 *
 * @param matrix rows of five polynomials with coefficients between 0 and q
 * @param vector five polynomials, below 2^26
 * @param result takes the product
 */
export function multiplyMatrix(matrix: Int32Array, vector: Float64Array, result: Float64Array): void {
	for (let row = 0; row < result.length; row += n) {
		for (let i = 0, j = 5 * row; i < n; i++, j++) {
			result[row + i] = reduce(
				(matrix[j] as number) * (vector[i] as number) +
					(matrix[j + n] as number) * (vector[i + n] as number) +
					(matrix[j + 2 * n] as number) * (vector[i + 2 * n] as number) +
					(matrix[j + 3 * n] as number) * (vector[i + 3 * n] as number) +
					(matrix[j + 4 * n] as number) * (vector[i + 4 * n] as number),
			);
		}
	}
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
