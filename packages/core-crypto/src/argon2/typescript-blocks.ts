import { type Blocks, wordsPerBlock } from "./argon2id.js";

/*
 * 64-bit words are two 32-bit numbers here, the lower first. The result of `a + b + 2 · lower(a) · lower(b)` has its lower half by
 * integers; the upper one follows from it: the whole sum as a double, rounded as it is, less the lower half, is next to a multiple of 2^32.
 */

/** Moves what is next to a multiple of 2^32 above it. */
const half = 2 ** 31;
const scale = 2 ** -32;

/**
 * G of RFC 9106 §3.6 for the four columns of a state of 16 words, half step by half step: a processor computes the four at once.
 * Their words are stored such that the diagonals of the state become columns, and with `turn` such that they are diagonals again.
 *
 * @param from where the state begins; its words stand in a row
 * @param to where the stored state begins; its pairs of words stand `stride` apart
 * @param turn 0 or 1
 */
function mixColumns(
	source: Int32Array,
	from: number,
	target: Int32Array,
	to: number,
	stride: number,
	turn: number,
): void {
	let al0 = source[from] as number;
	let ah0 = source[from + 1] as number;
	let al1 = source[from + 2] as number;
	let ah1 = source[from + 3] as number;
	let al2 = source[from + 4] as number;
	let ah2 = source[from + 5] as number;
	let al3 = source[from + 6] as number;
	let ah3 = source[from + 7] as number;
	let bl0 = source[from + 8] as number;
	let bh0 = source[from + 9] as number;
	let bl1 = source[from + 10] as number;
	let bh1 = source[from + 11] as number;
	let bl2 = source[from + 12] as number;
	let bh2 = source[from + 13] as number;
	let bl3 = source[from + 14] as number;
	let bh3 = source[from + 15] as number;
	let cl0 = source[from + 16] as number;
	let ch0 = source[from + 17] as number;
	let cl1 = source[from + 18] as number;
	let ch1 = source[from + 19] as number;
	let cl2 = source[from + 20] as number;
	let ch2 = source[from + 21] as number;
	let cl3 = source[from + 22] as number;
	let ch3 = source[from + 23] as number;
	let dl0 = source[from + 24] as number;
	let dh0 = source[from + 25] as number;
	let dl1 = source[from + 26] as number;
	let dh1 = source[from + 27] as number;
	let dl2 = source[from + 28] as number;
	let dh2 = source[from + 29] as number;
	let dl3 = source[from + 30] as number;
	let dh3 = source[from + 31] as number;
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

	const a01 = to;
	const a23 = to + stride;
	const b01 = to + (2 + turn) * stride;
	const b23 = to + (3 - turn) * stride;
	const c01 = to + 4 * stride;
	const c23 = to + 5 * stride;
	const d01 = to + (6 + turn) * stride;
	const d23 = to + (7 - turn) * stride;
	target[a01] = al0;
	target[a01 + 1] = ah0;
	target[a01 + 2] = al1;
	target[a01 + 3] = ah1;
	target[a23] = al2;
	target[a23 + 1] = ah2;
	target[a23 + 2] = al3;
	target[a23 + 3] = ah3;
	target[b23 + 2] = bl0;
	target[b23 + 3] = bh0;
	target[b01] = bl1;
	target[b01 + 1] = bh1;
	target[b01 + 2] = bl2;
	target[b01 + 3] = bh2;
	target[b23] = bl3;
	target[b23 + 1] = bh3;
	target[c23] = cl0;
	target[c23 + 1] = ch0;
	target[c23 + 2] = cl1;
	target[c23 + 3] = ch1;
	target[c01] = cl2;
	target[c01 + 1] = ch2;
	target[c01 + 2] = cl3;
	target[c01 + 3] = ch3;
	target[d01 + 2] = dl0;
	target[d01 + 3] = dh0;
	target[d23] = dl1;
	target[d23 + 1] = dh1;
	target[d23 + 2] = dl2;
	target[d23 + 3] = dh2;
	target[d01] = dl3;
	target[d01 + 1] = dh3;
}

/** What a run has between two half rounds; JavaScript runs them one after the other. */
const mixed: Int32Array = new Int32Array(32);
const sum: Int32Array = new Int32Array(wordsPerBlock);
const rows: Int32Array = new Int32Array(wordsPerBlock);
const columns: Int32Array = new Int32Array(wordsPerBlock);

/** P of RFC 9106 §3.6 for eight states, one after the other. Stored as columns: twice, and all is where it was. */
function permute(source: Int32Array, target: Int32Array): void {
	for (let state = 0; state < 8; state++) {
		mixColumns(source, 32 * state, mixed, 0, 4, 0);
		mixColumns(mixed, 0, target, 4 * state, 32, 1);
	}
}

/** RFC 9106 §3.5. Four words in one go, because the loop costs more than they do. */
function compress(words: Int32Array, previous: number, reference: number, next: number): void {
	for (let i = 0; i < wordsPerBlock; i += 4) {
		const p = (previous + i) | 0;
		const r = (reference + i) | 0;
		sum[i] = (words[p] as number) ^ (words[r] as number);
		sum[i + 1] = (words[(p + 1) | 0] as number) ^ (words[(r + 1) | 0] as number);
		sum[i + 2] = (words[(p + 2) | 0] as number) ^ (words[(r + 2) | 0] as number);
		sum[i + 3] = (words[(p + 3) | 0] as number) ^ (words[(r + 3) | 0] as number);
	}
	permute(sum, rows);
	permute(rows, columns);
	for (let i = 0; i < wordsPerBlock; i += 4) {
		const n = (next + i) | 0;
		words[n] = (words[n] as number) ^ (sum[i] as number) ^ (columns[i] as number);
		words[(n + 1) | 0] = (words[(n + 1) | 0] as number) ^ (sum[i + 1] as number) ^ (columns[i + 1] as number);
		words[(n + 2) | 0] = (words[(n + 2) | 0] as number) ^ (sum[i + 2] as number) ^ (columns[i + 2] as number);
		words[(n + 3) | 0] = (words[(n + 3) | 0] as number) ^ (sum[i + 3] as number) ^ (columns[i + 3] as number);
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
			for (const used of [words, mixed, sum, rows, columns]) used.fill(0);
		},
	};
}
