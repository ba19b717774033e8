import { type Blocks, wordsPerBlock } from "./argon2id.js";

/*
 * 64-bit words are two 32-bit numbers here, the lower first. The lower half of `a + b + 2 · lower(a) · lower(b)` comes from integers, and what is
 * carried into the upper one from it: the sum of the lower halves and the product, as a double, is off by less than 2^14, so without the lower half of
 * the result it is close to a multiple of 2^32.
 */

/** Lifts what is close to a multiple of 2^32 above it, to be cut off. */
const half = 2 ** 31;
const scale = 2 ** -32;

/** What a run works on, beside its memory: JavaScript runs them one after the other. Blocks: R of RFC 9106 §3.5, and what becomes of it. */
const sum: Int32Array = new Int32Array(wordsPerBlock);
const mixed: Int32Array = new Int32Array(wordsPerBlock);

/**
 * Where the 16 words of a state are, row after row, when its pairs of words are `stride` apart, and row r is read from its word r · `shift` on.
 *
 * @returns of the first of both halves
 */
const placesOf = (stride: number, shift: number): Int32Array =>
	Int32Array.from({ length: 16 }, (_, k) => {
		const row = k >> 2;
		const column = (k + row * shift) & 3;
		return stride * (2 * row + (column >> 1)) + 2 * (column & 1);
	});

/** A row of a block is a state, and so are two columns of words. */
const inRow = { columns: placesOf(4, 0), diagonals: placesOf(4, 1) };
const inColumn = { columns: placesOf(32, 0), diagonals: placesOf(32, 1) };

/**
 * G of RFC 9106 §3.6 for the four columns, or diagonals, of a state, half step by half step: a processor computes the four at once. One function for
 * both, although engines of one kind run a longer one faster: others take seconds to compile that.
 */
function mixFour(at: number, places: Int32Array): void {
	const a0 = (at + (places[0] as number)) | 0;
	const a1 = (at + (places[1] as number)) | 0;
	const a2 = (at + (places[2] as number)) | 0;
	const a3 = (at + (places[3] as number)) | 0;
	const b0 = (at + (places[4] as number)) | 0;
	const b1 = (at + (places[5] as number)) | 0;
	const b2 = (at + (places[6] as number)) | 0;
	const b3 = (at + (places[7] as number)) | 0;
	const c0 = (at + (places[8] as number)) | 0;
	const c1 = (at + (places[9] as number)) | 0;
	const c2 = (at + (places[10] as number)) | 0;
	const c3 = (at + (places[11] as number)) | 0;
	const d0 = (at + (places[12] as number)) | 0;
	const d1 = (at + (places[13] as number)) | 0;
	const d2 = (at + (places[14] as number)) | 0;
	const d3 = (at + (places[15] as number)) | 0;
	let al0 = mixed[a0] as number;
	let ah0 = mixed[(a0 + 1) | 0] as number;
	let al1 = mixed[a1] as number;
	let ah1 = mixed[(a1 + 1) | 0] as number;
	let al2 = mixed[a2] as number;
	let ah2 = mixed[(a2 + 1) | 0] as number;
	let al3 = mixed[a3] as number;
	let ah3 = mixed[(a3 + 1) | 0] as number;
	let bl0 = mixed[b0] as number;
	let bh0 = mixed[(b0 + 1) | 0] as number;
	let bl1 = mixed[b1] as number;
	let bh1 = mixed[(b1 + 1) | 0] as number;
	let bl2 = mixed[b2] as number;
	let bh2 = mixed[(b2 + 1) | 0] as number;
	let bl3 = mixed[b3] as number;
	let bh3 = mixed[(b3 + 1) | 0] as number;
	let cl0 = mixed[c0] as number;
	let ch0 = mixed[(c0 + 1) | 0] as number;
	let cl1 = mixed[c1] as number;
	let ch1 = mixed[(c1 + 1) | 0] as number;
	let cl2 = mixed[c2] as number;
	let ch2 = mixed[(c2 + 1) | 0] as number;
	let cl3 = mixed[c3] as number;
	let ch3 = mixed[(c3 + 1) | 0] as number;
	let dl0 = mixed[d0] as number;
	let dh0 = mixed[(d0 + 1) | 0] as number;
	let dl1 = mixed[d1] as number;
	let dh1 = mixed[(d1 + 1) | 0] as number;
	let dl2 = mixed[d2] as number;
	let dh2 = mixed[(d2 + 1) | 0] as number;
	let dl3 = mixed[d3] as number;
	let dh3 = mixed[(d3 + 1) | 0] as number;
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

	mixed[a0] = al0;
	mixed[(a0 + 1) | 0] = ah0;
	mixed[a1] = al1;
	mixed[(a1 + 1) | 0] = ah1;
	mixed[a2] = al2;
	mixed[(a2 + 1) | 0] = ah2;
	mixed[a3] = al3;
	mixed[(a3 + 1) | 0] = ah3;
	mixed[b0] = bl0;
	mixed[(b0 + 1) | 0] = bh0;
	mixed[b1] = bl1;
	mixed[(b1 + 1) | 0] = bh1;
	mixed[b2] = bl2;
	mixed[(b2 + 1) | 0] = bh2;
	mixed[b3] = bl3;
	mixed[(b3 + 1) | 0] = bh3;
	mixed[c0] = cl0;
	mixed[(c0 + 1) | 0] = ch0;
	mixed[c1] = cl1;
	mixed[(c1 + 1) | 0] = ch1;
	mixed[c2] = cl2;
	mixed[(c2 + 1) | 0] = ch2;
	mixed[c3] = cl3;
	mixed[(c3 + 1) | 0] = ch3;
	mixed[d0] = dl0;
	mixed[(d0 + 1) | 0] = dh0;
	mixed[d1] = dl1;
	mixed[(d1 + 1) | 0] = dh1;
	mixed[d2] = dl2;
	mixed[(d2 + 1) | 0] = dh2;
	mixed[d3] = dl3;
	mixed[(d3 + 1) | 0] = dh3;
}

/** P of RFC 9106 §3.6. */
function permute(at: number, { columns, diagonals }: typeof inRow): void {
	mixFour(at, columns);
	mixFour(at, diagonals);
}

/** RFC 9106 §3.5. Four 32-bit words in one go, because the loops cost more than they do. */
function compress(words: Int32Array, previous: number, reference: number, next: number): void {
	for (let i = 0; i < wordsPerBlock; i += 4) {
		const p = (previous + i) | 0;
		const r = (reference + i) | 0;
		sum[i] = mixed[i] = (words[p] as number) ^ (words[r] as number);
		sum[i + 1] = mixed[i + 1] = (words[(p + 1) | 0] as number) ^ (words[(r + 1) | 0] as number);
		sum[i + 2] = mixed[i + 2] = (words[(p + 2) | 0] as number) ^ (words[(r + 2) | 0] as number);
		sum[i + 3] = mixed[i + 3] = (words[(p + 3) | 0] as number) ^ (words[(r + 3) | 0] as number);
	}
	for (let row = 0; row < wordsPerBlock; row += 32) permute(row, inRow);
	for (let column = 0; column < 32; column += 4) permute(column, inColumn);
	for (let i = 0; i < wordsPerBlock; i += 4) {
		const n = (next + i) | 0;
		words[n] = (words[n] as number) ^ (sum[i] as number) ^ (mixed[i] as number);
		words[(n + 1) | 0] = (words[(n + 1) | 0] as number) ^ (sum[i + 1] as number) ^ (mixed[i + 1] as number);
		words[(n + 2) | 0] = (words[(n + 2) | 0] as number) ^ (sum[i + 2] as number) ^ (mixed[i + 2] as number);
		words[(n + 3) | 0] = (words[(n + 3) | 0] as number) ^ (sum[i + 3] as number) ^ (mixed[i + 3] as number);
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
			for (const used of [words, sum, mixed]) used.fill(0);
		},
	};
}
