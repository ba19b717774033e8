/**
 * AES-256 over every 16-byte block of `blocks` independently (FIPS 197; ECB without padding). The caller may zero the
 * result.
 */
export type Aes256Blocks = (key: Uint8Array, blocks: Uint8Array) => Uint8Array;

/** What both algorithms expand seeds with. */
export interface SeedExpansion {
	/** For secret seeds: its time must not depend on them. */
	aes256Blocks: Aes256Blocks;
	/** For public seeds. */
	publicAes256Blocks: Aes256Blocks;
}

const blockLength = 16;

/**
 * The input blocks of several AES-CTR keystreams, one after the other: encrypting them gives the keystreams. As the "90s"
 * and AES variants define it, a nonce has two bytes that count and ten zeros, the block counter has 32 bits, big-endian.
 *
 * @param nonces the first two bytes of every nonce
 * @param blocks how many blocks of every keystream
 */
export function counterBlocks(nonces: readonly (readonly [number, number])[], blocks: number): Uint8Array {
	const result = new Uint8Array(nonces.length * blocks * blockLength);
	const view = new DataView(result.buffer);
	nonces.forEach(([first, second], stream) => {
		for (let counter = 0; counter < blocks; counter++) {
			const offset = (stream * blocks + counter) * blockLength;
			view.setUint8(offset, first);
			view.setUint8(offset + 1, second);
			view.setUint32(offset + 12, counter);
		}
	});
	return result;
}

/** Reads polynomials of a rejection sampler from one keystream; returns whether it was long enough. */
type Sampler = (keystream: Uint8Array, start: number, end: number, polynomial: number) => boolean;

/** Makes polynomials from keystreams, one from each nonce. */
export type Expansion = (aes: Aes256Blocks, key: Uint8Array, sample: Sampler) => void;

/**
 * Prepares rejection sampling from one keystream per nonce: all of them come from one call of AES. A keystream that turns
 * out too short is made again with twice the length.
 */
export function expansion(nonces: readonly (readonly [number, number])[], blocks: number): Expansion {
	let input: Uint8Array | undefined;
	const streamLength = blocks * blockLength;
	return (aes, key, sample) => {
		input ??= counterBlocks(nonces, blocks);
		const keystreams = aes(key, input);
		nonces.forEach((nonce, i) => {
			let enough = sample(keystreams, i * streamLength, (i + 1) * streamLength, i);
			for (let more = 2 * blocks; !enough; more *= 2) {
				const longer = aes(key, counterBlocks([nonce], more));
				enough = sample(longer, 0, longer.length, i);
				longer.fill(0);
			}
		});
		keystreams.fill(0);
	};
}
