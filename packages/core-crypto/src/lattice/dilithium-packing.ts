import { n } from "./dilithium-ring.js";
import { packBits, unpackBits } from "./shared.js";

/** Packs numbers as `base − value`. */
export function packFrom(values: Int32Array, bits: number, base: number, out: Uint8Array, offset: number): void {
	const packed = values.map((value) => base - value);
	packBits(packed, bits, out, offset);
	packed.fill(0);
}

/** Reverse of {@link packFrom}. */
export function unpackFrom(
	bytes: Uint8Array,
	offset: number,
	polynomials: number,
	bits: number,
	base: number,
): Int32Array {
	const values = new Int32Array(polynomials * n);
	unpackBits(bytes, offset, bits, values);
	for (let i = 0; i < values.length; i++) values[i] = base - (values[i] as number);
	return values;
}

/** The packed coefficients alone. */
export function pack(values: Int32Array, bits: number): Uint8Array {
	const out = new Uint8Array((values.length * bits) / 8);
	packBits(values, bits, out, 0);
	return out;
}
