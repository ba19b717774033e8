/**
 * AES-128 and AES-256 (FIPS 197) with bit slices: eight blocks at a time, without branches and tables that depend on the key or the
 * data, so its time tells nothing about them.
 *
 * A state is 32 words: word 8·row + bit holds this bit of the bytes of one row; block b has its byte of column c at bit
 * 8·c + b. So ShiftRows rotates words and MixColumns combines words.
 */

const words = 32;
const batch = 8;
const blockLength = 16;

/**
 * SubBytes of one row (the 113 XOR and AND of Boyar and Peralta, "A depth-16 circuit for the AES S-box", 2011), followed by
 * ShiftRows: a rotation by `shift`.
 */
function substitute(state: Int32Array, row: number, shift: number): void {
	const x0 = state[row + 7] as number;
	const x1 = state[row + 6] as number;
	const x2 = state[row + 5] as number;
	const x3 = state[row + 4] as number;
	const x4 = state[row + 3] as number;
	const x5 = state[row + 2] as number;
	const x6 = state[row + 1] as number;
	const x7 = state[row] as number;

	const y14 = x3 ^ x5;
	const y13 = x0 ^ x6;
	const y9 = x0 ^ x3;
	const y8 = x0 ^ x5;
	const t0 = x1 ^ x2;
	const y1 = t0 ^ x7;
	const y4 = y1 ^ x3;
	const y12 = y13 ^ y14;
	const y2 = y1 ^ x0;
	const y5 = y1 ^ x6;
	const y3 = y5 ^ y8;
	const t1 = x4 ^ y12;
	const y15 = t1 ^ x5;
	const y20 = t1 ^ x1;
	const y6 = y15 ^ x7;
	const y10 = y15 ^ t0;
	const y11 = y20 ^ y9;
	const y7 = x7 ^ y11;
	const y17 = y10 ^ y11;
	const y19 = y10 ^ y8;
	const y16 = t0 ^ y11;
	const y21 = y13 ^ y16;
	const y18 = x0 ^ y16;

	const t2 = y12 & y15;
	const t4 = (y3 & y6) ^ t2;
	const t6 = (y4 & x7) ^ t2;
	const t7 = y13 & y16;
	const t9 = (y5 & y1) ^ t7;
	const t11 = (y2 & y7) ^ t7;
	const t12 = y9 & y11;
	const t14 = (y14 & y17) ^ t12;
	const t16 = (y8 & y10) ^ t12;
	const t21 = t4 ^ t14 ^ y20;
	const t22 = t6 ^ t16 ^ y19;
	const t23 = t9 ^ t14 ^ y21;
	const t24 = t11 ^ t16 ^ y18;

	const t25 = t21 ^ t22;
	const t26 = t21 & t23;
	const t27 = t24 ^ t26;
	const t29 = (t25 & t27) ^ t22;
	const t30 = t23 ^ t24;
	const t31 = t22 ^ t26;
	const t33 = (t31 & t30) ^ t24;
	const t34 = t23 ^ t33;
	const t35 = t27 ^ t33;
	const t36 = t24 & t35;
	const t37 = t36 ^ t34;
	const t38 = t27 ^ t36;
	const t40 = t25 ^ (t29 & t38);
	const t41 = t40 ^ t37;
	const t42 = t29 ^ t33;
	const t43 = t29 ^ t40;
	const t44 = t33 ^ t37;
	const t45 = t42 ^ t41;

	const z2 = t33 & x7;
	const z3 = t43 & y16;
	const z4 = t40 & y1;
	const z5 = t29 & y7;
	const z7 = t45 & y17;
	const z10 = t37 & y3;
	const z12 = t43 & y13;
	const z13 = t40 & y5;
	const z16 = t45 & y14;

	const t46 = (t42 & y9) ^ z16;
	const t48 = z5 ^ z13;
	const t49 = (t44 & y12) ^ z10;
	const t53 = (t44 & y15) ^ z3;
	const t54 = (t42 & y11) ^ z7;
	const t57 = z2 ^ z12 ^ t53;
	const t58 = z4 ^ t46;
	const t59 = z3 ^ t54;
	const t60 = t46 ^ t57;
	const t61 = (t29 & y2) ^ t57;
	const t62 = z7 ^ (t41 & y10) ^ t58;
	const t63 = t49 ^ t58;
	const t64 = z4 ^ t59;
	const t65 = t61 ^ t62;
	const t66 = (t37 & y6) ^ t63;
	const t67 = t64 ^ t65;
	const s3 = t53 ^ t66;

	state[row + 7] = rotate(t59 ^ t63, shift);
	state[row + 6] = rotate(~(t64 ^ s3), shift);
	state[row + 5] = rotate(~(z16 ^ (t41 & y8) ^ t67), shift);
	state[row + 4] = rotate(s3, shift);
	state[row + 3] = rotate(z2 ^ z5 ^ t66, shift);
	state[row + 2] = rotate(z10 ^ (t33 & y4) ^ t65, shift);
	state[row + 1] = rotate(~(z12 ^ t48 ^ t62), shift);
	state[row] = rotate(~(t48 ^ t60), shift);
}

/** To the right. */
const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/**
 * In place: MixColumns (FIPS 197 §5.1.3), x·(row + next row) + next row + the two others, and AddRoundKey. Multiplying by x
 * moves every bit up, and x^8 is x^4 + x^3 + x + 1.
 */
function mixColumns(state: Int32Array, keys: Int32Array, key: number): void {
	const top0 = (state[7] as number) ^ (state[15] as number);
	const top1 = (state[15] as number) ^ (state[23] as number);
	const top2 = (state[23] as number) ^ (state[31] as number);
	const top3 = (state[31] as number) ^ (state[7] as number);
	let below0 = top0;
	let below1 = top1;
	let below2 = top2;
	let below3 = top3;
	for (let bit = 0; bit < 8; bit++) {
		const carry = -((0b11010 >> bit) & 1);
		const a0 = state[bit] as number;
		const a1 = state[bit + 8] as number;
		const a2 = state[bit + 16] as number;
		const a3 = state[bit + 24] as number;
		const sum01 = a0 ^ a1;
		const sum23 = a2 ^ a3;
		state[bit] = below0 ^ (carry & top0) ^ a1 ^ sum23 ^ (keys[key + bit] as number);
		state[bit + 8] = below1 ^ (carry & top1) ^ a0 ^ sum23 ^ (keys[key + bit + 8] as number);
		state[bit + 16] = below2 ^ (carry & top2) ^ a3 ^ sum01 ^ (keys[key + bit + 16] as number);
		state[bit + 24] = below3 ^ (carry & top3) ^ a2 ^ sum01 ^ (keys[key + bit + 24] as number);
		below0 = sum01;
		below1 = a1 ^ a2;
		below2 = sum23;
		below3 = a3 ^ a0;
	}
}

/** Transposes the 8×8 bits of every byte lane of eight words: bit i of word j becomes bit j of word i. */
function transpose(state: Int32Array, row: number): void {
	for (
		let distance = 1, mask = 0x55555555;
		distance <= 4;
		distance *= 2, mask = distance === 2 ? 0x33333333 : 0x0f0f0f0f
	) {
		for (let i = row; i < row + 8; i++) {
			if ((i & distance) !== 0) continue;
			const low = state[i] as number;
			const high = state[i + distance] as number;
			const swap = ((low >>> distance) ^ high) & mask;
			state[i + distance] = high ^ swap;
			state[i] = low ^ (swap << distance);
		}
	}
}

function load(state: Int32Array, bytes: Uint8Array, offset: number): void {
	for (let row = 0; row < 4; row++) {
		for (let block = 0; block < batch; block++) {
			const first = offset + blockLength * block + row;
			state[8 * row + block] =
				(bytes[first] ?? 0) |
				((bytes[first + 4] ?? 0) << 8) |
				((bytes[first + 8] ?? 0) << 16) |
				((bytes[first + 12] ?? 0) << 24);
		}
		transpose(state, 8 * row);
	}
}

/** Bytes after the end of `bytes` are dropped. */
function store(state: Int32Array, bytes: Uint8Array, offset: number): void {
	for (let row = 0; row < 4; row++) {
		transpose(state, 8 * row);
		for (let block = 0; block < batch; block++) {
			const word = state[8 * row + block] as number;
			const first = offset + blockLength * block + row;
			bytes[first] = word;
			bytes[first + 4] = word >> 8;
			bytes[first + 8] = word >> 16;
			bytes[first + 12] = word >> 24;
		}
	}
}

/** SubWord of FIPS 197 §5.2 for the four bytes of a word: as four columns of one row. */
function substituteWord(word: number, state: Int32Array): number {
	state.fill(0);
	state[0] = word;
	transpose(state, 0);
	substitute(state, 0, 0);
	transpose(state, 0);
	return state[0] as number;
}

/** KeyExpansion of FIPS 197 §5.2, every round key as eight equal blocks in slices. */
function expandKey(key: Uint8Array, state: Int32Array): Int32Array {
	const keyWords = key.length / 4;
	const schedule = new Int32Array(4 * (keyWords + 7));
	const view = new DataView(key.buffer, key.byteOffset, key.length);
	for (let i = 0; i < keyWords; i++) schedule[i] = view.getInt32(4 * i, true);
	for (let i = keyWords, constant = 1; i < schedule.length; i++) {
		let word = schedule[i - 1] as number;
		if (i % keyWords === 0) {
			word = substituteWord(rotate(word, 8), state) ^ constant;
			// Doubled in GF(2^8): AES-128 has ten of them.
			constant = (constant << 1) ^ ((constant >> 7) * 0x11b);
		} else if (i % keyWords === 4) {
			word = substituteWord(word, state);
		}
		schedule[i] = (schedule[i - keyWords] as number) ^ word;
	}
	const slices = new Int32Array(words * (keyWords + 7));
	for (let i = 0; i < slices.length; i += 8) {
		const first = (i >> 5) * 4; // of the four columns of a round
		let row = 0;
		for (let column = 3; column >= 0; column--) {
			row = (row << 8) | (((schedule[first + column] as number) >>> (i & 31)) & 0xff);
		}
		for (let bit = 0; bit < 8; bit++) slices[i + bit] = Math.imul((row >>> bit) & 0x01010101, 0xff);
	}
	schedule.fill(0);
	return slices;
}

/**
 * AES of every 16-byte block (ECB, no padding).
 *
 * @param key 16 or 32 bytes
 * @param blocks a multiple of 16 bytes
 */
export function aesBlocks(key: Uint8Array, blocks: Uint8Array): Uint8Array {
	const state = new Int32Array(words);
	const keys = expandKey(key, state);
	const rounds = key.length / 4 + 6;
	const result = new Uint8Array(blocks.length);
	for (let offset = 0; offset < blocks.length; offset += batch * blockLength) {
		load(state, blocks, offset);
		for (let i = 0; i < words; i++) state[i] = (state[i] as number) ^ (keys[i] as number);
		for (let round = 1; round < rounds; round++) {
			for (let row = 0; row < words; row += 8) substitute(state, row, row);
			mixColumns(state, keys, words * round);
		}
		for (let row = 0; row < words; row += 8) substitute(state, row, row);
		for (let i = 0; i < words; i++) state[i] = (state[i] as number) ^ (keys[words * rounds + i] as number);
		store(state, result, offset);
	}
	for (const secret of [keys, state]) secret.fill(0);
	return result;
}
