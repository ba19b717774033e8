/**
 * AES-256 (FIPS 197) with tables: fast, but the time of its look-ups depends on the key and the data. For public seeds only.
 */

const rounds = 14;

/** SubBytes: the inverse in GF(2^8), then the affine map of FIPS 197 §5.1.1. 3 generates the field: 3^i inverts 3^(255 − i). */
const sBox: Uint8Array = new Uint8Array(256).fill(0x63);
const powers: number[] = [1];
for (let i = 1; i < 255; i++) powers.push(times3(powers[i - 1] as number));
powers.forEach((power, i) => {
	const inverse = powers[(255 - i) % 255] as number;
	const twice = inverse | (inverse << 8);
	sBox[power] = 0x63 ^ inverse ^ (twice >> 4) ^ (twice >> 5) ^ (twice >> 6) ^ (twice >> 7);
});

function times2(value: number): number {
	return ((value << 1) ^ (-(value >> 7) & 0x11b)) & 0xff;
}

function times3(value: number): number {
	return times2(value) ^ value;
}

/**
 * SubBytes and MixColumns as little-endian columns, for bytes of row 0, then 1, 2 and 3. One array is twice as fast as four.
 */
const columns: Int32Array = Int32Array.from({ length: 1024 }, (_, i) => {
	const value = sBox[i & 255] as number;
	const column = times2(value) | (value << 8) | (value << 16) | (times3(value) << 24);
	const bits = 8 * (i >> 8);
	return (column << bits) | (column >>> (32 - bits));
});

const substituteWord = (word: number): number =>
	(sBox[word & 255] as number) |
	((sBox[(word >> 8) & 255] as number) << 8) |
	((sBox[(word >> 16) & 255] as number) << 16) |
	((sBox[word >>> 24] as number) << 24);

/** KeyExpansion of FIPS 197 §5.2, little-endian words. */
function expandKey(key: Uint8Array): Int32Array {
	const schedule = new Int32Array(4 * (rounds + 1));
	const view = new DataView(key.buffer, key.byteOffset, key.length);
	for (let i = 0; i < 8; i++) schedule[i] = view.getInt32(4 * i, true);
	for (let i = 8, constant = 1; i < schedule.length; i++) {
		let word = schedule[i - 1] as number;
		if (i % 8 === 0) {
			word = substituteWord((word >>> 8) | (word << 24)) ^ constant;
			constant <<= 1;
		} else if (i % 8 === 4) {
			word = substituteWord(word);
		}
		schedule[i] = (schedule[i - 8] as number) ^ word;
	}
	return schedule;
}

/** SubBytes, ShiftRows and MixColumns for one column; `a` to `d` are the column and those after it. */
const mixColumn = (t: Int32Array, a: number, b: number, c: number, d: number): number =>
	(t[a & 255] as number) ^
	(t[256 + ((b >>> 8) & 255)] as number) ^
	(t[512 + ((c >>> 16) & 255)] as number) ^
	(t[768 + (d >>> 24)] as number);

/** The same without MixColumns, for the last round. */
const lastColumn = (a: number, b: number, c: number, d: number): number =>
	substituteWord((a & 0xff) | (b & 0xff00) | (c & 0xff0000) | (d & 0xff000000));

/**
 * AES-256 of every 16-byte block (ECB, no padding).
 *
 * @param key 32 bytes, public
 * @param blocks a multiple of 16 bytes
 */
export function aes256BlocksWithTables(key: Uint8Array, blocks: Uint8Array): Uint8Array {
	const keys = expandKey(key);
	const result = new Uint8Array(blocks.length);
	const input = new DataView(blocks.buffer, blocks.byteOffset, blocks.length);
	const output = new DataView(result.buffer);
	const t = columns;
	for (let offset = 0; offset < blocks.length; offset += 16) {
		let a = input.getInt32(offset, true) ^ (keys[0] as number);
		let b = input.getInt32(offset + 4, true) ^ (keys[1] as number);
		let c = input.getInt32(offset + 8, true) ^ (keys[2] as number);
		let d = input.getInt32(offset + 12, true) ^ (keys[3] as number);
		for (let i = 4; i < 4 * rounds; i += 4) {
			const e = mixColumn(t, a, b, c, d) ^ (keys[i] as number);
			const f = mixColumn(t, b, c, d, a) ^ (keys[i + 1] as number);
			const g = mixColumn(t, c, d, a, b) ^ (keys[i + 2] as number);
			d = mixColumn(t, d, a, b, c) ^ (keys[i + 3] as number);
			a = e;
			b = f;
			c = g;
		}
		output.setInt32(offset, lastColumn(a, b, c, d) ^ (keys[4 * rounds] as number), true);
		output.setInt32(offset + 4, lastColumn(b, c, d, a) ^ (keys[4 * rounds + 1] as number), true);
		output.setInt32(offset + 8, lastColumn(c, d, a, b) ^ (keys[4 * rounds + 2] as number), true);
		output.setInt32(offset + 12, lastColumn(d, a, b, c) ^ (keys[4 * rounds + 3] as number), true);
	}
	return result;
}
