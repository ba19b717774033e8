/** High and low parts of coefficients and the hints that connect them (Dilithium v3.1 §2.4, figure 3). */
import { canonical, n, q } from "./dilithium-ring.js";

const dropped = 13;
export const gamma2: number = (q - 1) / 32;
/** Most ones that a hint may have. */
const omega = 55;

/** Power2Round of 0 ≤ a < q: [high, low] with a = high·2^13 + low and -2^12 < low ≤ 2^12. */
export function power2Round(a: number): [high: number, low: number] {
	const high = (a + (1 << (dropped - 1)) - 1) >> dropped;
	return [high, a - (high << dropped)];
}

/**
 * HighBits of 0 ≤ a < q, before the wrap of 16 to 0: floor((a + γ2 − 1) / 2γ2), where 2γ2 = 2^9·1023. With x below 2^15,
 * (x + 1)·1025 >> 20 is floor(x / 1023), because 1023·1025 = 2^20 − 1.
 */
const rawHighBits = (a: number): number => ((((a + gamma2 - 1) >> 9) + 1) * 1025) >> 20;

/** Decompose without branches: the high bits, 0 to 15. */
const highBits = (a: number): number => rawHighBits(a) & 15;

/** Decompose without branches: the low bits, between -γ2 and γ2. */
function lowBits(a: number): number {
	const high = rawHighBits(a);
	return a - high * 2 * gamma2 - (high >> 4);
}

/** Both of all coefficients |w| ≤ q/2. */
export function decompose(w: Float64Array, high: Int32Array, low: Int32Array): void {
	for (let i = 0; i < w.length; i++) {
		const value = canonical(w[i] as number);
		const raw = rawHighBits(value);
		high[i] = raw & 15;
		low[i] = value - raw * 2 * gamma2 - (raw >> 4);
	}
}

/** UseHint for a hint of 0 or 1. */
export function useHint(hint: number, a: number): number {
	if (hint === 0) return highBits(a);
	return (highBits(a) + (lowBits(a) > 0 ? 1 : -1)) & 15;
}

/**
 * MakeHint and the packing of the hint: positions of the ones, then for every polynomial how many positions came so far.
 *
 * @param low low bits after the correction of which the verifier knows nothing
 * @returns false when there are more than ω ones
 */
export function packHint(low: Int32Array, high: Int32Array, out: Uint8Array, offset: number): boolean {
	let count = 0;
	for (let i = 0; i < low.length; i++) {
		const value = low[i] as number;
		const unchanged = (value > -gamma2 && value <= gamma2) || (value === -gamma2 && high[i] === 0);
		if (!unchanged) {
			if (count === omega) return false;
			out[offset + count++] = i % n;
		}
		if (i % n === n - 1) out[offset + omega + Math.floor(i / n)] = count;
	}
	return true;
}

/**
 * The hint of a signature, a 0 or 1 for every coefficient. Undefined unless positions grow, counts don't shrink and the
 * rest is zero: every signature has one form only.
 */
export function unpackHint(bytes: Uint8Array, offset: number, polynomials: number): Uint8Array | undefined {
	const hint = new Uint8Array(polynomials * n);
	let used = 0;
	for (let i = 0; i < polynomials; i++) {
		const end = bytes[offset + omega + i] as number;
		if (end < used || end > omega) return undefined;
		for (let previous = -1; used < end; used++) {
			const position = bytes[offset + used] as number;
			if (position <= previous) return undefined;
			hint[i * n + position] = 1;
			previous = position;
		}
	}
	for (; used < omega; used++) if (bytes[offset + used] !== 0) return undefined;
	return hint;
}
