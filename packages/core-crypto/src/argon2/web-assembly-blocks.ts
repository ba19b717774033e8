import { type Blocks, wordsPerBlock } from "./argon2id.js";

/*
 * The same as in TypeScript, as a WebAssembly module (WebAssembly Core 1.0 §5), which has the 64-bit words that TypeScript lacks. It is
 * small enough to be written out here, so that it is read like other code and loads from nowhere.
 */

const i32 = 0x7f;
const blockBytes = 4 * wordsPerBlock;
const pageBytes = 65_536;

type Code = readonly number[];

/** LEB128, for numbers from 0 on. */
function unsigned(value: number): number[] {
	return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** The same where the sign is the last bit. */
function signed(value: number): number[] {
	return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
}

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const sized = (code: Code): Code => [...unsigned(code.length), ...code];
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(vector(items))];
const named = (name: string): Code => sized([...name].map((letter) => letter.charCodeAt(0)));

const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const constant32 = (value: number): Code => [0x41, ...signed(value)];
const constant64 = (value: number): Code => [0x42, ...signed(value)];
const add32: Code = [0x6a];
const isLess32: Code = [0x49];
const add64: Code = [0x7c];
const multiply64: Code = [0x7e];
const xor64: Code = [0x85];
const shiftLeft64: Code = [0x86];
const rotateRight64: Code = [0x8a];
/** i32.wrap_i64, then i64.extend_i32_u. */
const lowerHalf: Code = [0xa7, 0xad];
const load64 = (offset = 0): Code => [0x29, 3, ...unsigned(offset)];
const store64 = (offset = 0): Code => [0x37, 3, ...unsigned(offset)];
/** Two words at once. */
const load128 = (offset: number): Code => [0xfd, 0x00, 4, ...unsigned(offset)];
const store128 = (offset: number): Code => [0xfd, 0x0b, 4, ...unsigned(offset)];
const xor128: Code = [0xfd, 0x51];
const increase32 = (local: number, by: Code): Code => [...get(local), ...by, ...add32, ...set(local)];

/** Runs the code with the local at 0, step, 2 · step … below the limit. */
function loop(local: number, step: number, limit: number, code: Code): Code {
	const again = [...increase32(local, constant32(step)), ...get(local), ...constant32(limit), ...isLess32, 0x0d, 0];
	return [...constant32(0), ...set(local), 0x03, 0x40, ...code, ...again, 0x0b];
}

/** A function of 32-bit numbers. @param locals further ones, of 32 and 64 bits */
const functionBody = (locals: { of32: number; of64: number }, code: Code): Code =>
	sized([
		...vector([
			[...unsigned(locals.of32), i32],
			[...unsigned(locals.of64), 0x7e],
		]),
		...code,
		0x0b,
	]);

/** G of RFC 9106 §3.6. */
function mix(a: number, b: number, c: number, d: number): Code {
	const half = (x: number, y: number, z: number, bits: number): Code => [
		...[...get(x), ...get(y), ...add64],
		...[...get(x), ...lowerHalf, ...get(y), ...lowerHalf, ...multiply64, ...constant64(1), ...shiftLeft64],
		...[...add64, ...set(x)],
		...[...get(z), ...get(x), ...xor64, ...constant64(bits), ...rotateRight64, ...set(z)],
	];
	return [...half(a, b, d, 32), ...half(c, d, b, 24), ...half(a, b, d, 16), ...half(c, d, b, 63)];
}

/** `permute(state, stride)`: P of RFC 9106 §3.6 in place; the state is 8 pairs of words, `stride` bytes apart. */
function permute(): Code {
	const [state, stride, pair, firstWord] = [0, 1, 2, 3];
	const word = (index: number): number => firstWord + index;
	const pairs = [0, 1, 2, 3, 4, 5, 6, 7];
	const begin = [...get(state), ...set(pair)];
	const nextPair = increase32(pair, get(stride));
	const read = (index: number, offset: number): Code => [...get(pair), ...load64(offset), ...set(word(index))];
	const write = (index: number, offset: number): Code => [...get(pair), ...get(word(index)), ...store64(offset)];
	const quarters = [0, 1, 2, 3];
	const diagonal = (index: number, row: number): number => word(4 * row + ((index + row) % 4));
	return functionBody({ of32: 1, of64: 16 }, [
		...begin,
		...pairs.flatMap((index) => [...read(2 * index, 0), ...read(2 * index + 1, 8), ...nextPair]),
		...quarters.flatMap((index) => mix(word(index), word(index + 4), word(index + 8), word(index + 12))),
		...quarters.flatMap((index) => mix(word(index), diagonal(index, 1), diagonal(index, 2), diagonal(index, 3))),
		...begin,
		...pairs.flatMap((index) => [...write(2 * index, 0), ...write(2 * index + 1, 8), ...nextPair]),
	]);
}

/** `compress(previous, reference, next, mixed)`, addresses of blocks: {@link Blocks.compress}; the last one is overwritten. */
function compress(): Code {
	const [previous, reference, next, mixed, i] = [0, 1, 2, 3, 4];
	const at = (block: number): Code => [...get(block), ...get(i), ...add32];
	const load = (block: number, offset: number): Code => [...at(block), ...load128(offset)];
	const sum = (offset: number): Code => [...load(previous, offset), ...load(reference, offset), ...xor128];
	/** Four pairs in one go, because the loop costs more than they do. */
	const forEachPair = (code: (offset: number) => Code): Code => loop(i, 64, blockBytes, [0, 16, 32, 48].flatMap(code));
	const permuteAt = (stride: number): Code => [...at(mixed), ...constant32(stride), 0x10, 0];
	return functionBody({ of32: 1, of64: 0 }, [
		...forEachPair((offset) => [...at(mixed), ...sum(offset), ...store128(offset)]),
		...loop(i, 128, blockBytes, permuteAt(16)),
		...loop(i, 16, 128, permuteAt(128)),
		...forEachPair((offset) => [
			...[...at(next), ...load(next, offset), ...load(mixed, offset), ...xor128],
			...[...sum(offset), ...xor128, ...store128(offset)],
		]),
	]);
}

/** Takes its memory as `memory.blocks`, and exports `compress`. */
function moduleBytes(): Uint8Array<ArrayBuffer> {
	const takes = (count: number): Code => [0x60, ...vector(Array.from({ length: count }, () => [i32])), 0];
	return Uint8Array.from([
		...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...section(1, [takes(2), takes(4)]),
		...section(2, [[...named("memory"), ...named("blocks"), 0x02, 0, 1]]),
		...section(3, [[0], [1]]),
		...section(7, [[...named("compress"), 0x00, 1]]),
		...section(10, [permute(), compress()]),
	]);
}

type Compress = (previous: number, reference: number, next: number, mixed: number) => void;

/**
 * Blocks that are filled by WebAssembly.
 *
 * @throws Error where the runtime has none, or a policy forbids it
 */
export function createWebAssemblyBlocks(): (count: number) => Blocks {
	const module = new WebAssembly.Module(moduleBytes());
	const allocate = (count: number): Blocks => {
		const memory = new WebAssembly.Memory({ initial: Math.ceil(((count + 1) * blockBytes) / pageBytes) });
		const { exports } = new WebAssembly.Instance(module, { memory: { blocks: memory } });
		const run = exports["compress"] as Compress;
		const words = new Int32Array(memory.buffer, 0, wordsPerBlock * count);
		return {
			words,
			compress: (previous, reference, next) =>
				run(blockBytes * previous, blockBytes * reference, blockBytes * next, blockBytes * count),
			wipe: () => new Int32Array(memory.buffer).fill(0),
		};
	};
	// WebKit asks the policy not for a module, but for what runs it.
	allocate(1);
	return allocate;
}
