/** AES-128 over every 16-byte block of `blocks` independently (FIPS 197; ECB without padding). */
export type Aes128Blocks = (key: Uint8Array, blocks: Uint8Array) => Uint8Array;

const blockLength = 16;
/** A descent uses about 40 blocks. */
const blocksAtOnce = 64;

/** AES-128 of the counter, little-endian in the first eight bytes: all that a stream needs of its key. */
export function createKeystream(aes128Blocks: Aes128Blocks, key: Uint8Array): (index: number) => Uint8Array {
	const chunks: Uint8Array[] = [];
	const chunkOf = (at: number): Uint8Array => {
		const counters = new Uint8Array(blocksAtOnce * blockLength);
		const view = new DataView(counters.buffer);
		for (let i = 0; i < blocksAtOnce; i++) view.setUint32(i * blockLength, at * blocksAtOnce + i, true);
		return aes128Blocks(key, counters);
	};
	return (index) => {
		const at = Math.floor(index / blocksAtOnce);
		chunks[at] ??= chunkOf(at);
		const start = (index % blocksAtOnce) * blockLength;
		return (chunks[at] as Uint8Array).subarray(start, start + blockLength);
	};
}

/** The deterministic random numbers of one step (protocol/crypto §10.4.2). Every number takes a block. */
export class RandomStream {
	readonly #keystream: (index: number) => Uint8Array;
	readonly #state: Uint8Array;
	#index: number;

	/**
	 * @param seed its first 16 bytes are the value that is counted up
	 * @param index of the first block
	 */
	constructor(keystream: (index: number) => Uint8Array, seed: Uint8Array, index: number) {
		this.#keystream = keystream;
		this.#state = seed.slice(0, blockLength);
		this.#index = index;
	}

	/** Index of the next block. */
	get index(): number {
		return this.#index;
	}

	/** A number below the modulus, which is at most 2^43: what is read has at most 48 bits. */
	below(modulus: number): number {
		const bytes = Math.floor(bitLength(modulus) / 8) + 1;
		const block = this.#nextBlock();
		let value = 0;
		for (let i = 0; i < bytes; i++) value = value * 256 + (block[i] as number);
		return value % modulus;
	}

	#nextBlock(): Uint8Array {
		const state = this.#state;
		for (let i = 0; i < blockLength; i++) {
			state[i] = (state[i] as number) + 1;
			if (state[i] !== 0) break;
		}
		const mask = this.#keystream(this.#index++);
		return state.map((byte, i) => byte ^ (mask[i] as number));
	}
}

/** Binary digits of a positive integer below 2^53. */
export function bitLength(value: number): number {
	return value.toString(2).length;
}
