/** Appends `bits`-bit numbers, least significant bit first, to `out` from `offset` on. At most 24 bits each. */
export function packBits(values: Int32Array, bits: number, out: Uint8Array, offset: number): void {
	let position = offset;
	let buffer = 0;
	let filled = 0;
	for (let i = 0; i < values.length; i++) {
		buffer |= (values[i] as number) << filled;
		for (filled += bits; filled >= 8; filled -= 8) {
			out[position++] = buffer;
			buffer >>>= 8;
		}
	}
}

/** Reads as many `bits`-bit numbers as `values` has room for: the reverse of {@link packBits}. */
export function unpackBits(bytes: Uint8Array, offset: number, bits: number, values: Int32Array): void {
	const mask = (1 << bits) - 1;
	for (let i = 0, position = 8 * offset; i < values.length; i++, position += bits) {
		const first = position >> 3;
		const window =
			(bytes[first] as number) |
			((bytes[first + 1] ?? 0) << 8) |
			((bytes[first + 2] ?? 0) << 16) |
			((bytes[first + 3] ?? 0) << 24);
		values[i] = (window >>> (position & 7)) & mask;
	}
}
