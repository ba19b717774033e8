import { bitReversedPowers } from "./shared.js";
/**
 * Arithmetic in Z_q[X]/(X^256 + 1), q = 3329 (Kyber v3.02 §1.1). Vectors of polynomials lie one after the other in one
 * `Int32Array`. No branch and no index depends on a coefficient.
 */

export const n = 256;
export const q = 3329;
const { imul } = Math;

/**
 * A constant factor b in the form {@link multiply} needs: round(b·2^32/q) mod 2^32. Multiplying a by it, modulo 2^32, gives
 * the fraction of a·b/q in units of 2^-32, and q times this fraction is a·b mod q.
 */
const factor = (b: number): number => Math.round((b * 2 ** 32) / q) | 0;

/**
 * a·b mod q, between -q/2 and q/2, for |a| ≤ 340·q. Exact: the rounded factor contributes an error of at most
 * a·(q/2)/2^32 < 0.44, the cut-off 16 bits contribute q/2^16 < 0.06, together less than the half that rounding forgives.
 */
const multiply = (a: number, bFactor: number): number => (imul(imul(a, bFactor) >> 16, q) + 0x8000) >> 16;

/** 17 is a primitive 256th root of unity. */
const zetas: number[] = bitReversedPowers(17, q, 7);
const zetaFactors: Int32Array = Int32Array.from(zetas, factor);
const one: number = factor(1);
/** 128^-1 mod q undoes the factor of seven butterfly layers. */
const scale: number = factor(3303);
const lastZetaScaled: number = factor(((zetas[1] as number) * 3303) % q);

/**
 * In place, every polynomial of a vector; two butterfly layers at a time. |input| ≤ 2.6·q, so that no sum of the seven layers passes 340·q; the output is between -q/2 and q/2.
 */
export function inverseTransform(a: Int32Array): void {
	for (let offset = 0; offset < a.length; offset += n) {
		for (let d = 2; d <= 32; d <<= 2) {
			for (let start = offset, k = 128 / d - 1; start < offset + n; start += 4 * d, k--) {
				const zeta = zetaFactors[k] as number;
				const zetaLow = zetaFactors[2 * k + 1] as number;
				const zetaHigh = zetaFactors[2 * k] as number;
				for (let i = start; i < start + d; i++) {
					const a0 = a[i] as number;
					const a1 = a[i + d] as number;
					const a2 = a[i + 2 * d] as number;
					const a3 = a[i + 3 * d] as number;
					const low = multiply(a1 - a0, zetaLow);
					const high = multiply(a3 - a2, zetaHigh);
					a[i] = a0 + a1 + a2 + a3;
					a[i + d] = low + high;
					a[i + 2 * d] = multiply(a2 + a3 - a0 - a1, zeta);
					a[i + 3 * d] = multiply(high - low, zeta);
				}
			}
		}
		for (let i = offset; i < offset + 128; i++) {
			const u = a[i] as number;
			const v = a[i + 128] as number;
			a[i] = multiply(u + v, scale);
			a[i + 128] = multiply(v - u, lastZetaScaled);
		}
	}
}

/** Polynomials of a vector. */
export const k = 3;

/** A transformed vector as the second operand of {@link innerProduct}. */
export interface Factors {
	/** Between -q/2 and q/2. */
	readonly values: Int32Array;
	/** The odd coefficients times the ζ of their pair, at the odd places. */
	readonly oddTimesZeta: Int32Array;
}

/**
 * Transforms `values`, with |coefficients| ≤ 4·q, in place, two butterfly layers at a time, which halves the memory traffic; then completes them by
 * what was computed of the odd ones. Each layer adds q/2 at most.
 */
export function transformVector({ values: a, oddTimesZeta }: Factors): void {
	for (let offset = 0; offset < a.length; offset += n) {
		for (let d = 64; d >= 4; d >>= 2) {
			for (let start = offset, k = 64 / d; start < offset + n; start += 4 * d, k++) {
				const zeta = zetaFactors[k] as number;
				const zetaLow = zetaFactors[2 * k] as number;
				const zetaHigh = zetaFactors[2 * k + 1] as number;
				for (let i = start; i < start + d; i++) {
					const a0 = a[i] as number;
					const a1 = a[i + d] as number;
					const a2 = multiply(a[i + 2 * d] as number, zeta);
					const a3 = multiply(a[i + 3 * d] as number, zeta);
					const low = multiply(a1 + a3, zetaLow);
					const high = multiply(a1 - a3, zetaHigh);
					a[i] = a0 + a2 + low;
					a[i + d] = a0 + a2 - low;
					a[i + 2 * d] = a0 - a2 + high;
					a[i + 3 * d] = a0 - a2 - high;
				}
			}
		}
		for (let i = offset, k = 64; k < 128; i += 4, k++) {
			// The last layer: its ζ is the one of the first of its two pairs, and of the second −ζ.
			const zeta = zetaFactors[k] as number;
			const a0 = a[i] as number;
			const a1 = a[i + 1] as number;
			const a2 = multiply(a[i + 2] as number, zeta);
			const a3 = multiply(a[i + 3] as number, zeta);
			a[i] = multiply(a0 + a2, one);
			a[i + 1] = multiply(a1 + a3, one);
			a[i + 2] = multiply(a0 - a2, one);
			a[i + 3] = multiply(a1 - a3, one);
			oddTimesZeta[i + 1] = multiply(a1 + a3, zeta);
			oddTimesZeta[i + 3] = multiply(a3 - a1, zeta);
		}
	}
}

/**
 * product = a0·b0 + a1·b1 + a2·b2, of the polynomials of `a` that start at `aOffset` and every `stride` after it. 0 ≤ a < 4096, so the sums of six
 * products are below 2^26; |output| ≤ 2.6·q.
 */
export function innerProduct(
	product: Int32Array,
	offset: number,
	a: Int32Array,
	aOffset: number,
	stride: number,
	{ values, oddTimesZeta }: Factors,
): void {
	for (let i = 0, j = aOffset; i < n; i += 2, j += 2) {
		let even = 0;
		let odd = 0;
		for (let at = j, b = i; b < k * n; at += stride, b += n) {
			const a0 = a[at] as number;
			const a1 = a[at + 1] as number;
			even = (even + imul(a0, values[b] as number) + imul(a1, oddTimesZeta[b + 1] as number)) | 0;
			odd = (odd + imul(a0, values[b + 1] as number) + imul(a1, values[b] as number)) | 0;
		}
		product[offset + i] = reduceSum(even);
		product[offset + i + 1] = reduceSum(odd);
	}
}

/** At most 2.6·q from sums below 2^26. 5040 is 2^24/q rounded; the quotient it gives is wrong by less than two. */
const reduceSum = (sum: number): number => sum - imul(imul(sum >> 8, 5040) >> 16, q);

/** The representative between 0 and q − 1 of a coefficient with |a| ≤ 4·q. */
export function canonical(a: number): number {
	const centred = multiply(a, one);
	return centred + ((centred >> 31) & q);
}
