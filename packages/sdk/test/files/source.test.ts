import { Readable } from "node:stream";
import { runs, seed, thrown } from "@sentc-ts/test-world";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { countChunks, cutOf, openSource } from "../../src/files/source.js";
import { streamOf } from "./support.js";

const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** The same bytes, in pieces of random length, some of them empty. */
function* inPieces(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
	let at = 0;
	for (const length of lengths) {
		yield bytes.subarray(at, at + length);
		at += length;
	}
	if (at < bytes.length) yield bytes.subarray(at);
}

type Make = (bytes: Uint8Array, pieces: readonly number[]) => unknown;
const kinds: [name: string, make: Make][] = [
	["a Blob", (bytes, pieces) => new Blob([...inPieces(bytes, pieces)] as BlobPart[])],
	["a Uint8Array", (bytes) => bytes],
	["an ArrayBuffer", (bytes) => bytes.slice().buffer],
	["a ReadableStream", (bytes, pieces) => streamOf(inPieces(bytes, pieces))],
	[
		"an AsyncIterable",
		async function* (bytes: Uint8Array, pieces: readonly number[]) {
			yield* inPieces(bytes, pieces);
		},
	],
	["a stream of Node", (bytes, pieces) => Readable.from(inPieces(bytes, pieces), { objectMode: false })],
];

async function chunksOf(file: unknown, chunkSize: number, avoidsFourBytes = false) {
	const chunks: { data: Uint8Array; isLast: boolean; length: number }[] = [];
	for await (const chunk of openSource(file).chunks(cutOf(chunkSize, avoidsFourBytes))) {
		const { isLast, length } = chunk;
		chunks.push({ data: await chunk.read(), isLast, length });
	}
	return chunks;
}

const files = {
	bytes: fc.uint8Array({ maxLength: 40 }),
	pieces: fc.array(fc.nat({ max: 15 }), { maxLength: 8 }),
	chunkSize: fc.integer({ min: 1, max: 12 }),
	avoidsFourBytes: fc.boolean(),
};

describe.each(kinds)("%s", (_, make) => {
	it("is cut into chunks, all of one length but the end", async () => {
		const property = fc.asyncProperty(fc.record(files), async ({ bytes, pieces, chunkSize, avoidsFourBytes }) => {
			const chunks = await chunksOf(make(bytes, pieces), chunkSize, avoidsFourBytes);
			expect(concat(chunks.map(({ data }) => data))).toEqual(bytes);
			expect(chunks.map(({ length }) => length)).toEqual(chunks.map(({ data }) => data.length));
			expect(chunks.map(({ isLast }) => isLast)).toEqual(chunks.map((_, at) => at === chunks.length - 1));
			expect(chunks).toHaveLength(countChunks(bytes.length, cutOf(chunkSize, avoidsFourBytes)));
			const lengths = chunks.map(({ length }) => length);
			if (avoidsFourBytes) expect(lengths).not.toContain(4);
			else expect(lengths.slice(0, -1).every((length) => length === chunkSize)).toBe(true);
			for (const { data } of chunks) expect(data.buffer.byteLength).toBe(data.length);
		});
		await fc.assert(property, { numRuns: runs(300), seed });
	});
});

describe("a source", () => {
	it("takes no more from a stream than is asked for", async () => {
		let taken = 0;
		async function* endless() {
			for (;;) {
				taken += 1;
				yield new Uint8Array(3);
			}
		}
		for await (const { length } of openSource(endless()).chunks(cutOf(6, false))) {
			expect(length).toBe(6);
			break;
		}
		expect(taken).toBe(3);
	});

	it("ends a stream that is needed no more", async () => {
		const cancel = vi.fn();
		const pull = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(3));
		const stream = new ReadableStream({ pull, cancel });
		for await (const _ of openSource(stream).chunks(cutOf(6, false))) break;
		expect(cancel).toHaveBeenCalledOnce();
	});

	it.each([
		["a text", "text"],
		["a number", 5],
		["nothing", undefined],
		["null", null],
		["an object", {}],
	])("is not %s", (_, file) => {
		expect(thrown(() => openSource(file))).toMatchObject({ code: "INVALID_INPUT", field: "file" });
	});

	it("has no odd length or name", () => {
		expect(thrown(() => openSource(new Blob(), { size: -1 }))).toMatchObject({ field: "size" });
		expect(thrown(() => openSource(new Blob(), { name: 5 }))).toMatchObject({ field: "name" });
		expect(thrown(() => cutOf(0, false))).toMatchObject({ field: "chunk_size" });
		expect(openSource(new File([], "a.txt")).name).toBe("a.txt");
		expect(openSource(new File([], "a.txt"), { name: "b" }).name).toBe("b");
		expect(openSource(new Blob()).name).toBeUndefined();
	});

	const read = async (file: unknown, size?: number): Promise<void> => {
		for await (const chunk of openSource(file, { size }).chunks(cutOf(4, false))) await chunk.read();
	};
	const pieces = (...list: unknown[]) => streamOf(list);

	it("tells what can't be read", async () => {
		const broken = new Error("The disk is gone");
		const failing = new ReadableStream({ pull: () => Promise.reject(broken) });
		await expect(read(failing)).rejects.toMatchObject({ code: "FILE_UNREADABLE", cause: broken });
		await expect(read(pieces("text"))).rejects.toMatchObject({ code: "INVALID_INPUT", field: "file" });
		const blob = Object.assign(new Blob(["12345"]), { slice: () => new Blob(["1"]) });
		await expect(read(blob)).rejects.toMatchObject({ code: "FILE_CHANGED" });
	});

	it.each([4, 9])("of another length than was said (%d) is refused before its end", async (size) => {
		const chunks: boolean[] = [];
		const reading = async (): Promise<void> => {
			const source = openSource(pieces(new Uint8Array(8)), { size });
			for await (const { isLast } of source.chunks(cutOf(4, false))) chunks.push(isLast);
		};
		await expect(reading()).rejects.toMatchObject({ code: "FILE_CHANGED" });
		expect(chunks).not.toContain(true);
	});
});
