import { bitReversedPowers } from "./shared.js";
/**
 * Arithmetic in Z_q[X]/(X^256 + 1), q = 3329 (Kyber v3.02 §1.1). Vectors of polynomials lie one after the other in one
 * `Int32Array`. No branch and no index depends on a coefficient.
 */

export const n = 256;
export const q = 3329;

/**
 * A constant factor b in the form {@link multiply} needs: round(b·2^32/q) mod 2^32. Multiplying a by it, modulo 2^32, gives
 * the fraction of a·b/q in units of 2^-32, and q times this fraction is a·b mod q.
 */
const factor = (b: number): number => Math.round((b * 2 ** 32) / q) | 0;

/**
 * a·b mod q, between -q/2 and q/2, for |a| ≤ 340·q. Exact: the rounded factor contributes an error of at most
 * a·(q/2)/2^32 < 0.44, the cut-off 16 bits contribute q/2^16 < 0.06, together less than the half that rounding forgives.
 */
const multiply = (a: number, bFactor: number): number => (Math.imul(Math.imul(a, bFactor) >> 16, q) + 0x8000) >> 16;

/** 17 is a primitive 256th root of unity. */
const zetas: number[] = bitReversedPowers(17, q, 7);
const zetaFactors: Int32Array = Int32Array.from(zetas, factor);
/** ζ^(2·reverse(i) + 1): the X² − ζ… modulo which the i-th pair of coefficients is multiplied. */
const pairFactors: Int32Array = Int32Array.from({ length: n / 2 }, (_, i) => {
	const zeta = zetas[64 + (i >> 1)] as number;
	return factor(i % 2 === 0 ? zeta : q - zeta);
});
const one: number = factor(1);
/** 128^-1 mod q undoes the factor of seven butterfly layers. */
const scale: number = factor(3303);
const lastZetaScaled: number = factor(((zetas[1] as number) * 3303) % q);

/** In place, of the polynomial that starts at `offset`. |input| ≤ 4·q, |output| ≤ 7.5·q. */
function transform(a: Int32Array, offset: number): void {
	let k = 1;
	for (let length = 128; length >= 2; length >>= 1) {
		for (let start = offset; start < offset + n; start += 2 * length) {
			const zeta = zetaFactors[k++] as number;
			for (let i = start; i < start + length; i++) {
				const t = multiply(a[i + length] as number, zeta);
				const u = a[i] as number;
				a[i] = u + t;
				a[i + length] = u - t;
			}
		}
	}
}

/** In place. |input| ≤ 2.6·q, so that no sum of the seven layers passes 340·q; the output is between -q/2 and q/2. */
export function inverseTransform(a: Int32Array, offset: number): void {
	let k = 127;
	for (let length = 2; length <= 64; length <<= 1) {
		for (let start = offset; start < offset + n; start += 2 * length) {
			const zeta = zetaFactors[k--] as number;
			for (let i = start; i < start + length; i++) {
				const u = a[i] as number;
				const v = a[i + length] as number;
				a[i] = u + v;
				a[i + length] = multiply(v - u, zeta);
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

/** A transformed vector as the second operand of {@link addProduct}. */
export interface Factors {
	/** Between -q/2 and q/2. */
	values: Int32Array;
	/** The odd coefficients times the ζ of their pair, at the odd places. */
	oddTimesZeta: Int32Array;
}

/** Transforms in place and completes a vector of polynomials with |coefficients| ≤ 4·q. */
export function transformVector(values: Int32Array): Factors {
	const oddTimesZeta = new Int32Array(values.length);
	for (let offset = 0; offset < values.length; offset += n) {
		transform(values, offset);
		for (let i = 0; i < n; i += 2) {
			const odd = values[offset + i + 1] as number;
			values[offset + i] = multiply(values[offset + i] as number, one);
			values[offset + i + 1] = multiply(odd, one);
			oddTimesZeta[offset + i + 1] = multiply(odd, pairFactors[i >> 1] as number);
		}
	}
	return { values, oddTimesZeta };
}

/** sum += a·b for the polynomials that start at the given offsets, without reduction. 0 ≤ a < 4096. */
export function addProduct(
	sum: Int32Array,
	sumOffset: number,
	a: Int32Array,
	aOffset: number,
	b: Factors,
	bOffset: number,
): void {
	const { values, oddTimesZeta } = b;
	for (let i = 0; i < n; i += 2) {
		const a0 = a[aOffset + i] as number;
		const a1 = a[aOffset + i + 1] as number;
		const b0 = values[bOffset + i] as number;
		const b1 = values[bOffset + i + 1] as number;
		sum[sumOffset + i] =
			(sum[sumOffset + i] as number) + Math.imul(a0, b0) + Math.imul(a1, oddTimesZeta[bOffset + i + 1] as number);
		sum[sumOffset + i + 1] = (sum[sumOffset + i + 1] as number) + Math.imul(a0, b1) + Math.imul(a1, b0);
	}
}

/**
 * In place: at most 2.6·q from sums of up to three {@link addProduct} (below 2^26). 5040 is 2^24/q rounded; the quotient it
 * gives is wrong by less than two.
 */
export function reduceSums(a: Int32Array): void {
	for (let i = 0; i < a.length; i++) {
		const sum = a[i] as number;
		a[i] = sum - Math.imul(Math.imul(sum >> 8, 5040) >> 16, q);
	}
}

/** The representative between 0 and q − 1 of a coefficient with |a| ≤ 4·q. */
export function canonical(a: number): number {
	const centred = multiply(a, one);
	return centred + ((centred >> 31) & q);
}
