import { argon2id as nobleArgon2id } from "@noble/hashes/argon2.js";
import { runs } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Argon2id, type Blocks, createArgon2id } from "../../src/argon2/argon2id.js";
import { allocateBlocks } from "../../src/argon2/typescript-blocks.js";
import { createWebAssemblyArgon2id } from "../../src/argon2/web-assembly-argon2id.js";
import { createWebAssemblyBlocks } from "../../src/argon2/web-assembly-blocks.js";
import { fromHex, toHex, utf8 } from "../bytes.js";
import { nodePrimitives } from "../support.js";

const allocators: [name: string, allocate: (count: number) => Blocks][] = [
	["TypeScript", allocateBlocks],
	["WebAssembly", createWebAssemblyBlocks()],
];

/** In Node the fastest that it has, which may be native. */
const implementations: [name: string, argon2id: Argon2id][] = [
	...allocators.map(([name, allocate]): [string, Argon2id] => [name, createArgon2id(allocate)]),
	["Node", nodePrimitives.argon2id],
];

describe.each(implementations)("Argon2id by %s", (_, argon2id) => {
	it("gives the known answer (tests of the Argon2 reference implementation, 256 KiB, 2 passes, 1 lane)", () => {
		const output = argon2id(utf8("password"), utf8("somesalt"), { memory: 256, iterations: 2, length: 32 });
		expect(toHex(output)).toBe("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
	});

	it("is that of the library, at any cost and length", () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 200 }),
				fc.uint8Array({ minLength: 8, maxLength: 80 }),
				// From 516 KiB on, a segment has more blocks than a block has addresses.
				fc.integer({ min: 8, max: 600 }),
				fc.integer({ min: 1, max: 4 }),
				fc.integer({ min: 4, max: 200 }),
				(password, salt, memory, iterations, length) => {
					const given = [Uint8Array.from(password), Uint8Array.from(salt)];
					const expected = nobleArgon2id(password, salt, { m: memory, t: iterations, p: 1, dkLen: length });
					const output = argon2id(password, salt, { memory, iterations, length });
					expect(toHex(output)).toBe(toHex(expected));
					expect(Object.getPrototypeOf(output)).toBe(Uint8Array.prototype);
					expect([password, salt]).toEqual(given);
				},
			),
			{ numRuns: runs(50) },
		);
	});
});

it("the library is that of the standard, with what only it has: lanes, a secret and associated data (RFC 9106 §5.3)", () => {
	const [password, salt] = [fromHex("01".repeat(32)), fromHex("02".repeat(16))];
	const [key, personalization] = [fromHex("03".repeat(8)), fromHex("04".repeat(12))];
	const tag = nobleArgon2id(password, salt, { m: 32, t: 3, p: 4, version: 0x13, dkLen: 32, key, personalization });
	expect(toHex(tag)).toBe("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
});

it.each(allocators)("no memory keeps what was derived by %s", (_, allocate) => {
	const used: Blocks[] = [];
	const argon2id = createArgon2id((count) => {
		const blocks = allocate(count);
		used.push(blocks);
		return blocks;
	});
	argon2id(utf8("password"), utf8("somesalt"), { memory: 64, iterations: 1, length: 32 });
	expect(used.map(({ words }) => words.length)).toEqual([256 * 68]);
	expect(used[0]?.words.every((word) => word === 0)).toBe(true);
});

it.each(allocators)("runs one after the other share their memory, if they need as much of it, by %s", (_, allocate) => {
	const counts: number[] = [];
	const argon2id = createArgon2id((count) => {
		counts.push(count);
		return allocate(count);
	});
	for (const memory of [64, 64, 128, 64, 64]) {
		const cost = { memory, iterations: 2, length: 32 };
		const first = createArgon2id(allocate)(utf8("password"), utf8("somesalt"), cost);
		expect(argon2id(utf8("password"), utf8("somesalt"), cost)).toEqual(first);
	}
	expect(counts).toEqual([68, 132, 68]);
});

describe("where WebAssembly is refused", () => {
	it("TypeScript takes its place, and the refusal is told once", () => {
		vi.stubGlobal("WebAssembly", undefined);
		onTestFinished(() => void vi.unstubAllGlobals());
		const refusals: unknown[] = [];
		const argon2id = createWebAssemblyArgon2id((cause) => refusals.push(cause));
		expect(refusals).toEqual([]);
		for (const length of [32, 64]) {
			const cost = { memory: 8, iterations: 1, length };
			const expected = createArgon2id(allocateBlocks)(utf8("password"), utf8("somesalt"), cost);
			expect(argon2id(utf8("password"), utf8("somesalt"), cost)).toEqual(expected);
		}
		expect(refusals).toEqual([expect.any(Error)]);
	});
});
