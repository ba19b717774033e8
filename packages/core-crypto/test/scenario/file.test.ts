import { runs } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FilePartKey, FilePartPosition } from "../../src/index.js";
import { utf8 } from "../bytes.js";
import { code, invalid } from "../expected.js";
import { backends } from "../support.js";
import { crypto, meet } from "./people.js";

const { alice, bob, group } = meet();
const symmetric = { symmetric: group.groupKey };

/** Encrypts chunk after chunk. */
function encrypt(contentKey: string, chunks: readonly string[], signKey?: string): Uint8Array[] {
	let key: FilePartKey = { contentKey };
	return chunks.map((text, at) => {
		const input = { key, data: utf8(text), isLast: at === chunks.length - 1, ...(signKey ? { signKey } : {}) };
		const { part, partKey } = crypto.encryptFilePart(input);
		key = { partKey };
		return part;
	});
}

/** A reader that hands out a file when all of it is there. */
function read(contentKey: string, parts: readonly Uint8Array[]): string[] {
	let key: FilePartKey = { contentKey };
	let before: FilePartPosition = "not last";
	const chunks = parts.map((data) => {
		if (before !== "not last") throw new Error("A part follows the last one");
		const opened = crypto.decryptFilePart({ key, data });
		key = { partKey: opened.partKey };
		before = opened.position;
		return new TextDecoder().decode(opened.data);
	});
	if ((before as FilePartPosition) !== "last") throw new Error("The last part is missing");
	return chunks;
}

describe.each(backends)("files: %s", (_, backend) => {
	it("files §2.1(3): travel by a group key", async () => {
		const belongsTo = { type: "Group", id: "group" } as const;
		const { contentKey, registration } = await backend.prepareFile({
			masterKey: symmetric,
			fileName: "pässword.txt",
			belongsTo,
		});
		expect(registration).toMatchObject({ belongs_to_type: "Group", belongs_to_id: "group" });
		const opened = await backend.openFile({
			masterKey: symmetric,
			encryptedKey: registration.encrypted_key,
			encryptedFileName: registration.encrypted_file_name,
		});
		expect(opened.fileName).toBe("pässword.txt");
		const [part] = encrypt(contentKey, ["text"], alice.user.signKey);
		expect(read(opened.contentKey, [part ?? new Uint8Array()])).toEqual(["text"]);
	});

	it("files §3.4, §4(4): travel to a user, or to oneself", async () => {
		const masterKey = { publicKey: bob.user.exportedPublicKey };
		const { contentKey, registration } = await backend.prepareFile({ masterKey, fileName: "" });
		expect(registration).toMatchObject({ belongs_to_type: "None", belongs_to_id: null });
		const encrypted = {
			encryptedKey: registration.encrypted_key,
			encryptedFileName: registration.encrypted_file_name,
		};
		const opened = await backend.openFile({ masterKey: { privateKey: bob.user.privateKey }, ...encrypted });
		expect(opened.fileName).toBe("");
		expect(read(opened.contentKey, encrypt(contentKey, ["", "more"]))).toEqual(["", "more"]);
		const other = backend.openFile({ masterKey: { privateKey: alice.user.privateKey }, ...encrypted });
		await expect(other).rejects.toEqual(code("DECRYPTION_FAILED"));
	});

	it("have large chunks", async () => {
		const data = new Uint8Array(100_001).map((_byte, at) => at);
		const signKey = alice.user.signKey;
		const input = { key: { contentKey: group.groupKey }, data, isLast: true, signKey };
		const { part } = await backend.encryptFilePart(input);
		const verifyKey = alice.user.exportedVerifyKey;
		const opened = await backend.decryptFilePart({ key: input.key, data: part, verifyKey });
		expect(opened).toMatchObject({ signature: "verified", position: "last" });
		expect(Buffer.compare(opened.data, data)).toBe(0);
	});

	it("get the same key again for the same chunk, and for no other", async () => {
		const input = {
			key: { contentKey: group.groupKey },
			data: utf8("chunk"),
			isLast: false,
			signKey: alice.user.signKey,
		};
		const first = await backend.encryptFilePart(input);
		const next = await backend.encryptFilePart({ key: { partKey: first.partKey }, data: utf8("next"), isLast: true });
		const again = await backend.encryptFilePart({ ...input, again: first });
		expect(again).toMatchObject({ partKey: first.partKey, tag: first.tag });
		expect(read(group.groupKey, [again.part, next.part])).toEqual(["chunk", "next"]);
		for (const change of [{ data: utf8("Chunk") }, { isLast: true }]) {
			const other = backend.encryptFilePart({ ...input, ...change, again: first });
			await expect(other).rejects.toEqual(code("FILE_PART_CHANGED"));
		}
		const odd = { partKey: "" } as unknown as { partKey: string; tag: string };
		await expect(backend.encryptFilePart({ ...input, again: odd })).rejects.toEqual(invalid("again.tag"));
	});

	it("don't sign what could be passed off as a group key", async () => {
		const key = { contentKey: group.groupKey };
		const input = { key, isLast: true, signKey: alice.user.signKey, refuseKeyLength: true };
		const four = backend.encryptFilePart({ ...input, data: utf8("four") });
		await expect(four).rejects.toEqual(code("SIGNED_CONTENT_LENGTH"));
		for (const data of [utf8("fou"), utf8("fours")])
			expect(await backend.encryptFilePart({ ...input, data })).toBeDefined();
	});

	it.each<[field: string, input: object]>([
		["data", { key: { contentKey: group.groupKey }, data: "text", isLast: true }],
		["isLast", { key: { contentKey: group.groupKey }, data: new Uint8Array() }],
		["key", { data: new Uint8Array(), isLast: true }],
	])("name the field %s", async (field, input) => {
		await expect(backend.encryptFilePart(input as never)).rejects.toEqual(invalid(field));
	});

	it("files §2.3: tell a content key from the key of a part", async () => {
		const { partKey } = await backend.encryptFilePart({
			key: { contentKey: group.groupKey },
			data: new Uint8Array(),
			isLast: false,
		});
		const first = backend.encryptFilePart({ key: { contentKey: partKey }, data: new Uint8Array(), isLast: true });
		await expect(first).rejects.toEqual(code("KEY_STRING_INVALID"));
	});
});

describe("parts of files", () => {
	const [one, other] = ["one", "other"].map((name) => {
		const { contentKey } = crypto.prepareFile({ masterKey: symmetric });
		const chunks = [0, 1, 2, 3].map((at) => `${name} ${at}`);
		return { contentKey, chunks, parts: encrypt(contentKey, chunks) };
	}) as [Made, Made];

	interface Made {
		contentKey: string;
		chunks: string[];
		parts: Uint8Array[];
	}

	it("files §1.2: make a file only all together, once each, in their order", () => {
		expect(read(one.contentKey, one.parts)).toEqual(one.chunks);
		const all = [...one.parts, ...other.parts];
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...all), { maxLength: 6 }), (parts) => {
				fc.pre(!isWhole(parts));
				expect(() => read(one.contentKey, parts)).toThrow();
			}),
			{ numRuns: runs(1000), examples: damaged(one.parts, other.parts).map((parts) => [parts]) },
		);
	});

	const isWhole = (parts: readonly Uint8Array[]): boolean =>
		parts.length === one.parts.length && parts.every((part, at) => part === one.parts[at]);

	it("are encrypted for the place that they have", () => {
		const { contentKey, parts } = one;
		const [first = new Uint8Array(), second = new Uint8Array()] = parts;
		expect(() => read(contentKey, [second])).toThrow(code("DECRYPTION_FAILED"));
		expect(() => read(contentKey, [first, first])).toThrow(code("DECRYPTION_FAILED"));
		expect(() => read(contentKey, parts.slice(0, -1))).toThrow("The last part is missing");
		expect(() => read(other.contentKey, parts)).toThrow(code("DECRYPTION_FAILED"));
	});
});

/** Cut at the end, at the start, in between; turned round, doubled, mixed. */
function damaged(parts: Uint8Array[], others: Uint8Array[]): Uint8Array[][] {
	const each = parts.map((_part, at) => at);
	return [
		...each.map((at) => parts.slice(0, at)),
		...each.map((at) => parts.toSpliced(at, 1)),
		...each.flatMap((at) => parts.map((part) => parts.toSpliced(at, 0, part))),
		...each.flatMap((at) => others.map((part) => parts.toSpliced(at, 1, part))),
		...each.slice(1).map((at) => [...parts.slice(0, at), ...others.slice(at)]),
		parts.toReversed(),
	];
}
