import { blake2b } from "@noble/hashes/blake2.js";

/** Cost of Argon2id in one lane (RFC 9106 §3.1). */
export interface Argon2Options {
	/** KiB, at least 8. */
	memory: number;
	iterations: number;
	/** Bytes of output, at least 4. */
	length: number;
}

/** RFC 9106, version 0x13, one lane, no secret, no associated data. The salt has at least 8 bytes. */
export type Argon2id = (password: Uint8Array, salt: Uint8Array, options: Argon2Options) => Uint8Array;

/** The memory of one run, in blocks of 1 KiB that are known by their number, and what fills them. */
export interface Blocks {
	/** All of them, {@link wordsPerBlock} each, zero at first; little-endian, as every machine is that runs this. */
	readonly words: Int32Array;
	/** `next ^= G(previous, reference)` (RFC 9106 §3.5). `next` is none of the other two. */
	compress(previous: number, reference: number, next: number): void;
	/** Forgets everything. */
	wipe(): void;
}

/** 32-bit words. */
export const wordsPerBlock = 256;

const slices = 4;
const addressesPerBlock = 128;

/** Argon2id over such a memory. @param allocate makes it, for a number of blocks */
export function createArgon2id(allocate: (count: number) => Blocks): Argon2id {
	/** Of the last run, wiped: new memory takes the system as long as the run does. It goes when the garbage collector needs its place. */
	let last: WeakRef<Blocks> | undefined;
	return (password, salt, { memory, iterations, length }) => {
		const segment = Math.floor(memory / slices);
		const count = slices * segment;
		const kept = last?.deref();
		last = undefined;
		const size = wordsPerBlock * (count + addressBlocks);
		const blocks = kept?.words.length === size ? kept : allocate(count + addressBlocks);
		const bytes = new Uint8Array(blocks.words.buffer, blocks.words.byteOffset, blocks.words.byteLength);
		const blockBytes = (block: number): Uint8Array => bytes.subarray(1024 * block, 1024 * (block + 1));
		const seed = blake2b
			.create({ dkLen: 64 })
			.update(littleEndian(1, length, memory, iterations, 0x13, 2, password.length))
			.update(password)
			.update(littleEndian(salt.length))
			.update(salt)
			.update(littleEndian(0, 0))
			.digest();
		for (const block of [0, 1]) blockBytes(block).set(longHash(1024, seed, littleEndian(block, 0)));
		for (let pass = 0; pass < iterations; pass++) {
			for (let slice = 0; slice < slices; slice++) fillSegment(blocks, { pass, slice, segment, iterations });
		}
		const output = longHash(length, blockBytes(count - 1));
		seed.fill(0);
		blocks.wipe();
		last = new WeakRef(blocks);
		return output;
	};
}

interface Segment {
	pass: number;
	slice: number;
	/** Blocks of a segment. */
	segment: number;
	iterations: number;
}

/** RFC 9106 §3.4: in the first half of the first pass where to read depends on the position alone, later on the data. */
function fillSegment(blocks: Blocks, place: Segment): void {
	const { pass, slice, segment } = place;
	const { words } = blocks;
	const count = slices * segment;
	const isIndependent = pass === 0 && slice < 2;
	const first = pass === 0 && slice === 0 ? 2 : 0;
	// The blocks that may be read: all before, later on those of the last three segments, but not the previous one.
	const others = (pass === 0 ? slice : slices - 1) * segment - 1;
	const start = pass === 0 ? 0 : (slice + 1) * segment;
	for (let i = first; i < segment; i++) {
		const next = slice * segment + i;
		const previous = next === 0 ? count - 1 : next - 1;
		let random: number;
		if (isIndependent) {
			if (i === first || i % addressesPerBlock === 0)
				makeAddresses(blocks, place, Math.floor(i / addressesPerBlock) + 1);
			random = words[wordsPerBlock * (count + 1) + 2 * (i % addressesPerBlock)] as number;
		} else {
			random = words[wordsPerBlock * previous] as number;
		}
		const area = others + i;
		const back = highProduct(area, highProduct(random >>> 0, random >>> 0));
		blocks.compress(previous, (start + area - 1 - back) % count, next);
	}
}

/** Behind the memory: a block of zeros, the addresses, what they are made of, and a step between. */
const addressBlocks = 4;

/** The pseudo-random numbers of RFC 9106 §3.4.1.2, in the block of the addresses. */
function makeAddresses(
	{ words, compress }: Blocks,
	{ pass, slice, segment, iterations }: Segment,
	counter: number,
): void {
	const zero = slices * segment;
	const [addresses, input, step] = [zero + 1, zero + 2, zero + 3];
	words.fill(0, wordsPerBlock * addresses);
	words.set([pass, 0, 0, 0, slice, 0, slices * segment, 0, iterations, 0, 2, 0, counter], wordsPerBlock * input);
	compress(zero, input, step);
	compress(zero, step, addresses);
}

/** The upper 32 bits of the product of two such numbers, which a double has no room for: the lower ones are known, the rest is rounded. */
function highProduct(x: number, y: number): number {
	return ((x * y - (Math.imul(x, y) >>> 0)) * 2 ** -32 + 0.5) >>> 0;
}

/** H′ of RFC 9106 §3.3. */
function longHash(length: number, ...parts: Uint8Array[]): Uint8Array {
	const hash = blake2b.create({ dkLen: Math.min(64, length) }).update(littleEndian(length));
	for (const part of parts) hash.update(part);
	const output = new Uint8Array(length);
	let last = hash.digest();
	let filled = 0;
	for (; length - filled > 64; filled += 32) {
		output.set(last.subarray(0, 32), filled);
		last = blake2b(last, { dkLen: Math.min(64, length - filled - 32) });
	}
	output.set(last, filled);
	return output;
}

function littleEndian(...numbers: number[]): Uint8Array {
	return new Uint8Array(Uint32Array.from(numbers).buffer);
}
