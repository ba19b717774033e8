/** AES-128 over every 16-byte block of `blocks` independently (FIPS 197; ECB without padding). */
export type Aes128Blocks = (key: Uint8Array, blocks: Uint8Array) => Uint8Array;

const blockLength = 16;
/** A descent uses about 40 blocks. */
const blocksAtOnce = 64;

/** The chunk that a block is in; the block starts at {@link offsetOf} its index. */
export type Keystream = (index: number) => Uint8Array;

/** AES-128 of the counter, little-endian in the first eight bytes: all that a stream needs of its key. */
export function createKeystream(aes128Blocks: Aes128Blocks, key: Uint8Array): Keystream {
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
		return chunks[at] as Uint8Array;
	};
}

const offsetOf = (index: number): number => (index % blocksAtOnce) * blockLength;

/** The deterministic random numbers of one step (protocol/crypto §10.4.2). Every number takes a block. */
export class RandomStream {
	readonly #keystream: Keystream;
	readonly #state: Uint8Array;
	#index: number;

	/**
	 * @param seed its first 16 bytes are the value that is counted up
	 * @param index of the first block
	 */
	constructor(keystream: Keystream, seed: Uint8Array, index: number) {
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
		const state = this.#state;
		for (let i = 0; i < blockLength; i++) {
			state[i] = (state[i] as number) + 1;
			if (state[i] !== 0) break;
		}
		const chunk = this.#keystream(this.#index);
		const start = offsetOf(this.#index++);
		let value = 0;
		for (let i = 0; i < bytes; i++) value = value * 256 + ((state[i] as number) ^ (chunk[start + i] as number));
		return value % modulus;
	}
}

/** Binary digits of a positive integer below 2^53. */
export function bitLength(value: number): number {
	return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 2 ** 32);
}
