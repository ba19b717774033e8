/**
 * SHAKE256 (FIPS 202). The 64-bit lanes are kept as two words, their even and their odd bits: a rotation of a lane is then
 * two rotations of words. Lane x + 5·y has its words at 2·(x + 5·y) and the place after it.
 */

const rateLength = 136;
const stateLength = 50;

/** To the left. */
const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** ι, FIPS 202 §3.2.5: bits 2^j − 1 of the constants come from a shift register; all but bit 0 are odd. */
const evenConstants: Int32Array = new Int32Array(24);
const oddConstants: Int32Array = new Int32Array(24);
for (let round = 0, register = 1; round < 24; round++) {
	for (let j = 0; j < 7; j++) {
		const bit = register & 1;
		if (j === 0) evenConstants[round] = bit;
		else oddConstants[round] = (oddConstants[round] as number) | (bit << (2 ** (j - 1) - 1));
		register = (register << 1) ^ ((register >> 7) * 0x171);
	}
}

/**
 * One round: θ, then ρ, π and χ for each plane, then ι. Written by a loop over FIPS 202 §3.2: the lane that π moves to x, y
 * is x + 3·y, x.
 */
function permuteRound(from: Int32Array, to: Int32Array, evenConstant: number, oddConstant: number): void {
	const evenSum0 =
		(from[0] as number) ^ (from[10] as number) ^ (from[20] as number) ^ (from[30] as number) ^ (from[40] as number);
	const oddSum0 =
		(from[1] as number) ^ (from[11] as number) ^ (from[21] as number) ^ (from[31] as number) ^ (from[41] as number);
	const evenSum1 =
		(from[2] as number) ^ (from[12] as number) ^ (from[22] as number) ^ (from[32] as number) ^ (from[42] as number);
	const oddSum1 =
		(from[3] as number) ^ (from[13] as number) ^ (from[23] as number) ^ (from[33] as number) ^ (from[43] as number);
	const evenSum2 =
		(from[4] as number) ^ (from[14] as number) ^ (from[24] as number) ^ (from[34] as number) ^ (from[44] as number);
	const oddSum2 =
		(from[5] as number) ^ (from[15] as number) ^ (from[25] as number) ^ (from[35] as number) ^ (from[45] as number);
	const evenSum3 =
		(from[6] as number) ^ (from[16] as number) ^ (from[26] as number) ^ (from[36] as number) ^ (from[46] as number);
	const oddSum3 =
		(from[7] as number) ^ (from[17] as number) ^ (from[27] as number) ^ (from[37] as number) ^ (from[47] as number);
	const evenSum4 =
		(from[8] as number) ^ (from[18] as number) ^ (from[28] as number) ^ (from[38] as number) ^ (from[48] as number);
	const oddSum4 =
		(from[9] as number) ^ (from[19] as number) ^ (from[29] as number) ^ (from[39] as number) ^ (from[49] as number);
	const even0 = evenSum4 ^ rotate(oddSum1, 1);
	const odd0 = oddSum4 ^ evenSum1;
	const even1 = evenSum0 ^ rotate(oddSum2, 1);
	const odd1 = oddSum0 ^ evenSum2;
	const even2 = evenSum1 ^ rotate(oddSum3, 1);
	const odd2 = oddSum1 ^ evenSum3;
	const even3 = evenSum2 ^ rotate(oddSum4, 1);
	const odd3 = oddSum2 ^ evenSum4;
	const even4 = evenSum3 ^ rotate(oddSum0, 1);
	const odd4 = oddSum3 ^ evenSum0;

	let e0 = (from[0] as number) ^ even0;
	let o0 = (from[1] as number) ^ odd0;
	let e1 = rotate((from[12] as number) ^ even1, 22);
	let o1 = rotate((from[13] as number) ^ odd1, 22);
	let e2 = rotate((from[25] as number) ^ odd2, 22);
	let o2 = rotate((from[24] as number) ^ even2, 21);
	let e3 = rotate((from[37] as number) ^ odd3, 11);
	let o3 = rotate((from[36] as number) ^ even3, 10);
	let e4 = rotate((from[48] as number) ^ even4, 7);
	let o4 = rotate((from[49] as number) ^ odd4, 7);
	to[0] = e0 ^ (~e1 & e2) ^ evenConstant;
	to[1] = o0 ^ (~o1 & o2) ^ oddConstant;
	to[2] = e1 ^ (~e2 & e3);
	to[3] = o1 ^ (~o2 & o3);
	to[4] = e2 ^ (~e3 & e4);
	to[5] = o2 ^ (~o3 & o4);
	to[6] = e3 ^ (~e4 & e0);
	to[7] = o3 ^ (~o4 & o0);
	to[8] = e4 ^ (~e0 & e1);
	to[9] = o4 ^ (~o0 & o1);
	e0 = rotate((from[6] as number) ^ even3, 14);
	o0 = rotate((from[7] as number) ^ odd3, 14);
	e1 = rotate((from[18] as number) ^ even4, 10);
	o1 = rotate((from[19] as number) ^ odd4, 10);
	e2 = rotate((from[21] as number) ^ odd0, 2);
	o2 = rotate((from[20] as number) ^ even0, 1);
	e3 = rotate((from[33] as number) ^ odd1, 23);
	o3 = rotate((from[32] as number) ^ even1, 22);
	e4 = rotate((from[45] as number) ^ odd2, 31);
	o4 = rotate((from[44] as number) ^ even2, 30);
	to[10] = e0 ^ (~e1 & e2);
	to[11] = o0 ^ (~o1 & o2);
	to[12] = e1 ^ (~e2 & e3);
	to[13] = o1 ^ (~o2 & o3);
	to[14] = e2 ^ (~e3 & e4);
	to[15] = o2 ^ (~o3 & o4);
	to[16] = e3 ^ (~e4 & e0);
	to[17] = o3 ^ (~o4 & o0);
	to[18] = e4 ^ (~e0 & e1);
	to[19] = o4 ^ (~o0 & o1);
	e0 = rotate((from[3] as number) ^ odd1, 1);
	o0 = (from[2] as number) ^ even1;
	e1 = rotate((from[14] as number) ^ even2, 3);
	o1 = rotate((from[15] as number) ^ odd2, 3);
	e2 = rotate((from[27] as number) ^ odd3, 13);
	o2 = rotate((from[26] as number) ^ even3, 12);
	e3 = rotate((from[38] as number) ^ even4, 4);
	o3 = rotate((from[39] as number) ^ odd4, 4);
	e4 = rotate((from[40] as number) ^ even0, 9);
	o4 = rotate((from[41] as number) ^ odd0, 9);
	to[20] = e0 ^ (~e1 & e2);
	to[21] = o0 ^ (~o1 & o2);
	to[22] = e1 ^ (~e2 & e3);
	to[23] = o1 ^ (~o2 & o3);
	to[24] = e2 ^ (~e3 & e4);
	to[25] = o2 ^ (~o3 & o4);
	to[26] = e3 ^ (~e4 & e0);
	to[27] = o3 ^ (~o4 & o0);
	to[28] = e4 ^ (~e0 & e1);
	to[29] = o4 ^ (~o0 & o1);
	e0 = rotate((from[9] as number) ^ odd4, 14);
	o0 = rotate((from[8] as number) ^ even4, 13);
	e1 = rotate((from[10] as number) ^ even0, 18);
	o1 = rotate((from[11] as number) ^ odd0, 18);
	e2 = rotate((from[22] as number) ^ even1, 5);
	o2 = rotate((from[23] as number) ^ odd1, 5);
	e3 = rotate((from[35] as number) ^ odd2, 8);
	o3 = rotate((from[34] as number) ^ even2, 7);
	e4 = rotate((from[46] as number) ^ even3, 28);
	o4 = rotate((from[47] as number) ^ odd3, 28);
	to[30] = e0 ^ (~e1 & e2);
	to[31] = o0 ^ (~o1 & o2);
	to[32] = e1 ^ (~e2 & e3);
	to[33] = o1 ^ (~o2 & o3);
	to[34] = e2 ^ (~e3 & e4);
	to[35] = o2 ^ (~o3 & o4);
	to[36] = e3 ^ (~e4 & e0);
	to[37] = o3 ^ (~o4 & o0);
	to[38] = e4 ^ (~e0 & e1);
	to[39] = o4 ^ (~o0 & o1);
	e0 = rotate((from[4] as number) ^ even2, 31);
	o0 = rotate((from[5] as number) ^ odd2, 31);
	e1 = rotate((from[17] as number) ^ odd3, 28);
	o1 = rotate((from[16] as number) ^ even3, 27);
	e2 = rotate((from[29] as number) ^ odd4, 20);
	o2 = rotate((from[28] as number) ^ even4, 19);
	e3 = rotate((from[31] as number) ^ odd0, 21);
	o3 = rotate((from[30] as number) ^ even0, 20);
	e4 = rotate((from[42] as number) ^ even1, 1);
	o4 = rotate((from[43] as number) ^ odd1, 1);
	to[40] = e0 ^ (~e1 & e2);
	to[41] = o0 ^ (~o1 & o2);
	to[42] = e1 ^ (~e2 & e3);
	to[43] = o1 ^ (~o2 & o3);
	to[44] = e2 ^ (~e3 & e4);
	to[45] = o2 ^ (~o3 & o4);
	to[46] = e3 ^ (~e4 & e0);
	to[47] = o3 ^ (~o4 & o0);
	to[48] = e4 ^ (~e0 & e1);
	to[49] = o4 ^ (~o0 & o1);
}

/** Collects the even bits of a word in its lower half. */
function evenBits(word: number): number {
	let bits = word & 0x55555555;
	bits = (bits | (bits >>> 1)) & 0x33333333;
	bits = (bits | (bits >>> 2)) & 0x0f0f0f0f;
	bits = (bits | (bits >>> 4)) & 0x00ff00ff;
	return (bits | (bits >>> 8)) & 0xffff;
}

/** Spreads the lower half of a word over its even bits. */
function spread(half: number): number {
	let bits = half & 0xffff;
	bits = (bits | (bits << 8)) & 0x00ff00ff;
	bits = (bits | (bits << 4)) & 0x0f0f0f0f;
	bits = (bits | (bits << 2)) & 0x33333333;
	return (bits | (bits << 1)) & 0x55555555;
}

/** Keccak-f[1600] with a buffer for one block of bytes. */
class Sponge {
	readonly #state: Int32Array = new Int32Array(stateLength);
	readonly #other: Int32Array = new Int32Array(stateLength);
	readonly #block: Uint8Array = new Uint8Array(rateLength);
	readonly #words: DataView = new DataView(this.#block.buffer);
	#filled = 0;

	#permute(): void {
		for (let round = 0; round < 24; round += 2) {
			permuteRound(this.#state, this.#other, evenConstants[round] as number, oddConstants[round] as number);
			permuteRound(this.#other, this.#state, evenConstants[round + 1] as number, oddConstants[round + 1] as number);
		}
	}

	#absorbBlock(): void {
		for (let lane = 0; lane < rateLength / 8; lane++) {
			const low = this.#words.getInt32(8 * lane, true);
			const high = this.#words.getInt32(8 * lane + 4, true);
			const even = evenBits(low) | (evenBits(high) << 16);
			const odd = evenBits(low >>> 1) | (evenBits(high >>> 1) << 16);
			this.#state[2 * lane] = (this.#state[2 * lane] as number) ^ even;
			this.#state[2 * lane + 1] = (this.#state[2 * lane + 1] as number) ^ odd;
		}
		this.#permute();
		this.#filled = 0;
	}

	absorb(data: Uint8Array): void {
		for (let position = 0; position < data.length; ) {
			const taken = Math.min(rateLength - this.#filled, data.length - position);
			this.#block.set(data.subarray(position, position + taken), this.#filled);
			position += taken;
			this.#filled += taken;
			if (this.#filled === rateLength) this.#absorbBlock();
		}
	}

	/** Pads with the suffix of SHAKE (FIPS 202 §6.2), writes the output and forgets everything. */
	finish(out: Uint8Array): void {
		this.#block.fill(0, this.#filled);
		this.#block[this.#filled] = 0x1f;
		this.#block[rateLength - 1] = (this.#block[rateLength - 1] as number) | 0x80;
		this.#absorbBlock();
		for (let position = 0; position < out.length; position += rateLength) {
			if (position > 0) this.#permute();
			for (let lane = 0; lane < rateLength / 8; lane++) {
				const even = this.#state[2 * lane] as number;
				const odd = this.#state[2 * lane + 1] as number;
				this.#words.setInt32(8 * lane, spread(even) | (spread(odd) << 1), true);
				this.#words.setInt32(8 * lane + 4, spread(even >>> 16) | (spread(odd >>> 16) << 1), true);
			}
			out.set(this.#block.subarray(0, Math.min(rateLength, out.length - position)), position);
		}
		for (const used of [this.#state, this.#other, this.#block]) used.fill(0);
	}
}

/** SHAKE256 of the parts one after the other, with `length` bytes of output. */
export function shake256(length: number, ...parts: Uint8Array[]): Uint8Array {
	const sponge = new Sponge();
	for (const part of parts) sponge.absorb(part);
	const out = new Uint8Array(length);
	sponge.finish(out);
	return out;
}
