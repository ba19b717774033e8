import { type Blocks, wordsPerBlock } from "./argon2id.js";

/*
 * 64-bit words are two 32-bit numbers here, the lower first. The lower half of `a + b + 2 · lower(a) · lower(b)` comes from integers, and what is
 * carried into the upper one from it: the sum of the lower halves and the product, as a double, is off by less than 2^14, so without the lower half of
 * the result it is close to a multiple of 2^32.
 */

/** Lifts what is close to a multiple of 2^32 above it, to be cut off. */
const half = 2 ** 31;
const scale = 2 ** -32;

/** What a run works on, beside its memory: JavaScript runs them one after the other. `state`: 16 words; the others: blocks. */
const state: Int32Array = new Int32Array(32);
const sum: Int32Array = new Int32Array(wordsPerBlock);
const rows: Int32Array = new Int32Array(wordsPerBlock);

/**
 * G of RFC 9106 §3.6 for the four columns of the state, half step by half step: a processor computes the four at once. Row r is stored r places to
 * the left, so that the diagonals are columns. An engine checks no bounds where places are constants.
 */
function mixColumns(): void {
	let al0 = state[0] as number;
	let ah0 = state[1] as number;
	let al1 = state[2] as number;
	let ah1 = state[3] as number;
	let al2 = state[4] as number;
	let ah2 = state[5] as number;
	let al3 = state[6] as number;
	let ah3 = state[7] as number;
	let bl0 = state[8] as number;
	let bh0 = state[9] as number;
	let bl1 = state[10] as number;
	let bh1 = state[11] as number;
	let bl2 = state[12] as number;
	let bh2 = state[13] as number;
	let bl3 = state[14] as number;
	let bh3 = state[15] as number;
	let cl0 = state[16] as number;
	let ch0 = state[17] as number;
	let cl1 = state[18] as number;
	let ch1 = state[19] as number;
	let cl2 = state[20] as number;
	let ch2 = state[21] as number;
	let cl3 = state[22] as number;
	let ch3 = state[23] as number;
	let dl0 = state[24] as number;
	let dh0 = state[25] as number;
	let dl1 = state[26] as number;
	let dh1 = state[27] as number;
	let dl2 = state[28] as number;
	let dh2 = state[29] as number;
	let dl3 = state[30] as number;
	let dh3 = state[31] as number;
	let x: number;
	let y: number;

	x = al0 >>> 0;
	y = bl0 >>> 0;
	al0 = (al0 + bl0 + (Math.imul(al0, bl0) << 1)) | 0;
	ah0 = (ah0 + bh0 + (((x * (y + y + 1) + (y - (al0 >>> 0) + half)) * scale) | 0)) | 0;
	x = dl0 ^ al0;
	dl0 = dh0 ^ ah0;
	dh0 = x;
	x = al1 >>> 0;
	y = bl1 >>> 0;
	al1 = (al1 + bl1 + (Math.imul(al1, bl1) << 1)) | 0;
	ah1 = (ah1 + bh1 + (((x * (y + y + 1) + (y - (al1 >>> 0) + half)) * scale) | 0)) | 0;
	x = dl1 ^ al1;
	dl1 = dh1 ^ ah1;
	dh1 = x;
	x = al2 >>> 0;
	y = bl2 >>> 0;
	al2 = (al2 + bl2 + (Math.imul(al2, bl2) << 1)) | 0;
	ah2 = (ah2 + bh2 + (((x * (y + y + 1) + (y - (al2 >>> 0) + half)) * scale) | 0)) | 0;
	x = dl2 ^ al2;
	dl2 = dh2 ^ ah2;
	dh2 = x;
	x = al3 >>> 0;
	y = bl3 >>> 0;
	al3 = (al3 + bl3 + (Math.imul(al3, bl3) << 1)) | 0;
	ah3 = (ah3 + bh3 + (((x * (y + y + 1) + (y - (al3 >>> 0) + half)) * scale) | 0)) | 0;
	x = dl3 ^ al3;
	dl3 = dh3 ^ ah3;
	dh3 = x;

	x = cl0 >>> 0;
	y = dl0 >>> 0;
	cl0 = (cl0 + dl0 + (Math.imul(cl0, dl0) << 1)) | 0;
	ch0 = (ch0 + dh0 + (((x * (y + y + 1) + (y - (cl0 >>> 0) + half)) * scale) | 0)) | 0;
	x = bl0 ^ cl0;
	y = bh0 ^ ch0;
	bl0 = (x >>> 24) | (y << 8);
	bh0 = (y >>> 24) | (x << 8);
	x = cl1 >>> 0;
	y = dl1 >>> 0;
	cl1 = (cl1 + dl1 + (Math.imul(cl1, dl1) << 1)) | 0;
	ch1 = (ch1 + dh1 + (((x * (y + y + 1) + (y - (cl1 >>> 0) + half)) * scale) | 0)) | 0;
	x = bl1 ^ cl1;
	y = bh1 ^ ch1;
	bl1 = (x >>> 24) | (y << 8);
	bh1 = (y >>> 24) | (x << 8);
	x = cl2 >>> 0;
	y = dl2 >>> 0;
	cl2 = (cl2 + dl2 + (Math.imul(cl2, dl2) << 1)) | 0;
	ch2 = (ch2 + dh2 + (((x * (y + y + 1) + (y - (cl2 >>> 0) + half)) * scale) | 0)) | 0;
	x = bl2 ^ cl2;
	y = bh2 ^ ch2;
	bl2 = (x >>> 24) | (y << 8);
	bh2 = (y >>> 24) | (x << 8);
	x = cl3 >>> 0;
	y = dl3 >>> 0;
	cl3 = (cl3 + dl3 + (Math.imul(cl3, dl3) << 1)) | 0;
	ch3 = (ch3 + dh3 + (((x * (y + y + 1) + (y - (cl3 >>> 0) + half)) * scale) | 0)) | 0;
	x = bl3 ^ cl3;
	y = bh3 ^ ch3;
	bl3 = (x >>> 24) | (y << 8);
	bh3 = (y >>> 24) | (x << 8);

	x = al0 >>> 0;
	y = bl0 >>> 0;
	al0 = (al0 + bl0 + (Math.imul(al0, bl0) << 1)) | 0;
	ah0 = (ah0 + bh0 + (((x * (y + y + 1) + (y - (al0 >>> 0) + half)) * scale) | 0)) | 0;
	x = dl0 ^ al0;
	y = dh0 ^ ah0;
	dl0 = (x >>> 16) | (y << 16);
	dh0 = (y >>> 16) | (x << 16);
	x = al1 >>> 0;
	y = bl1 >>> 0;
	al1 = (al1 + bl1 + (Math.imul(al1, bl1) << 1)) | 0;
	ah1 = (ah1 + bh1 + (((x * (y + y + 1) + (y - (al1 >>> 0) + half)) * scale) | 0)) | 0;
	x = dl1 ^ al1;
	y = dh1 ^ ah1;
	dl1 = (x >>> 16) | (y << 16);
	dh1 = (y >>> 16) | (x << 16);
	x = al2 >>> 0;
	y = bl2 >>> 0;
	al2 = (al2 + bl2 + (Math.imul(al2, bl2) << 1)) | 0;
	ah2 = (ah2 + bh2 + (((x * (y + y + 1) + (y - (al2 >>> 0) + half)) * scale) | 0)) | 0;
	x = dl2 ^ al2;
	y = dh2 ^ ah2;
	dl2 = (x >>> 16) | (y << 16);
	dh2 = (y >>> 16) | (x << 16);
	x = al3 >>> 0;
	y = bl3 >>> 0;
	al3 = (al3 + bl3 + (Math.imul(al3, bl3) << 1)) | 0;
	ah3 = (ah3 + bh3 + (((x * (y + y + 1) + (y - (al3 >>> 0) + half)) * scale) | 0)) | 0;
	x = dl3 ^ al3;
	y = dh3 ^ ah3;
	dl3 = (x >>> 16) | (y << 16);
	dh3 = (y >>> 16) | (x << 16);

	x = cl0 >>> 0;
	y = dl0 >>> 0;
	cl0 = (cl0 + dl0 + (Math.imul(cl0, dl0) << 1)) | 0;
	ch0 = (ch0 + dh0 + (((x * (y + y + 1) + (y - (cl0 >>> 0) + half)) * scale) | 0)) | 0;
	x = bl0 ^ cl0;
	y = bh0 ^ ch0;
	bl0 = (y >>> 31) | (x << 1);
	bh0 = (x >>> 31) | (y << 1);
	x = cl1 >>> 0;
	y = dl1 >>> 0;
	cl1 = (cl1 + dl1 + (Math.imul(cl1, dl1) << 1)) | 0;
	ch1 = (ch1 + dh1 + (((x * (y + y + 1) + (y - (cl1 >>> 0) + half)) * scale) | 0)) | 0;
	x = bl1 ^ cl1;
	y = bh1 ^ ch1;
	bl1 = (y >>> 31) | (x << 1);
	bh1 = (x >>> 31) | (y << 1);
	x = cl2 >>> 0;
	y = dl2 >>> 0;
	cl2 = (cl2 + dl2 + (Math.imul(cl2, dl2) << 1)) | 0;
	ch2 = (ch2 + dh2 + (((x * (y + y + 1) + (y - (cl2 >>> 0) + half)) * scale) | 0)) | 0;
	x = bl2 ^ cl2;
	y = bh2 ^ ch2;
	bl2 = (y >>> 31) | (x << 1);
	bh2 = (x >>> 31) | (y << 1);
	x = cl3 >>> 0;
	y = dl3 >>> 0;
	cl3 = (cl3 + dl3 + (Math.imul(cl3, dl3) << 1)) | 0;
	ch3 = (ch3 + dh3 + (((x * (y + y + 1) + (y - (cl3 >>> 0) + half)) * scale) | 0)) | 0;
	x = bl3 ^ cl3;
	y = bh3 ^ ch3;
	bl3 = (y >>> 31) | (x << 1);
	bh3 = (x >>> 31) | (y << 1);

	state[0] = al0;
	state[1] = ah0;
	state[2] = al1;
	state[3] = ah1;
	state[4] = al2;
	state[5] = ah2;
	state[6] = al3;
	state[7] = ah3;
	state[14] = bl0;
	state[15] = bh0;
	state[8] = bl1;
	state[9] = bh1;
	state[10] = bl2;
	state[11] = bh2;
	state[12] = bl3;
	state[13] = bh3;
	state[20] = cl0;
	state[21] = ch0;
	state[22] = cl1;
	state[23] = ch1;
	state[16] = cl2;
	state[17] = ch2;
	state[18] = cl3;
	state[19] = ch3;
	state[26] = dl0;
	state[27] = dh0;
	state[28] = dl1;
	state[29] = dh1;
	state[30] = dl2;
	state[31] = dh2;
	state[24] = dl3;
	state[25] = dh3;
}

/** P of RFC 9106 §3.6. Columns, then diagonals: rows 1 and 3 have moved by two places then, see {@link stored}. */
function permute(): void {
	mixColumns();
	mixColumns();
}

/** Where {@link permute} has left a pair of words: 2 and 3 have changed places, and 6 and 7. Of the pairs' first 32-bit words. */
const stored = (pair: number): number => pair ^ ((pair & 8) >> 1);

/** RFC 9106 §3.5. Four 32-bit words in one go, because the loops cost more than they do. */
function compress(words: Int32Array, previous: number, reference: number, next: number): void {
	for (let row = 0; row < wordsPerBlock; row += 32) {
		for (let k = 0; k < 32; k += 4) {
			const s = row + k;
			const p = (previous + s) | 0;
			const r = (reference + s) | 0;
			state[k] = sum[s] = (words[p] as number) ^ (words[r] as number);
			state[k + 1] = sum[s + 1] = (words[(p + 1) | 0] as number) ^ (words[(r + 1) | 0] as number);
			state[k + 2] = sum[s + 2] = (words[(p + 2) | 0] as number) ^ (words[(r + 2) | 0] as number);
			state[k + 3] = sum[s + 3] = (words[(p + 3) | 0] as number) ^ (words[(r + 3) | 0] as number);
		}
		permute();
		for (let k = 0; k < 32; k++) rows[row + k] = state[k] as number;
	}
	for (let column = 0; column < 32; column += 4) {
		for (let k = 0; k < 32; k += 4) {
			const s = 8 * k + column;
			state[k] = rows[s] as number;
			state[k + 1] = rows[s + 1] as number;
			state[k + 2] = rows[s + 2] as number;
			state[k + 3] = rows[s + 3] as number;
		}
		permute();
		for (let k = 0; k < 32; k += 4) {
			const s = 8 * stored(k) + stored(column);
			const n = (next + s) | 0;
			words[n] = (words[n] as number) ^ (sum[s] as number) ^ (state[k] as number);
			words[(n + 1) | 0] = (words[(n + 1) | 0] as number) ^ (sum[s + 1] as number) ^ (state[k + 1] as number);
			words[(n + 2) | 0] = (words[(n + 2) | 0] as number) ^ (sum[s + 2] as number) ^ (state[k + 2] as number);
			words[(n + 3) | 0] = (words[(n + 3) | 0] as number) ^ (sum[s + 3] as number) ^ (state[k + 3] as number);
		}
	}
}

/** Blocks that are filled by TypeScript. */
export function allocateBlocks(count: number): Blocks {
	const words = new Int32Array(wordsPerBlock * count);
	return {
		words,
		compress: (previous, reference, next) =>
			compress(words, wordsPerBlock * previous, wordsPerBlock * reference, wordsPerBlock * next),
		wipe() {
			for (const used of [words, state, sum, rows]) used.fill(0);
		},
	};
}
