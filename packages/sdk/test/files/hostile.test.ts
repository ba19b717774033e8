import { rejection, sample, startApi } from "@sentc-ts/test-world";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Group, PartListItem } from "../../src/index.js";
import { isOn } from "../support/between.js";
import { join, newGroup, newMember } from "../support/groups.js";
import { verifyKeyOf } from "../support/sym-keys.js";
import { bytes, readAll } from "./support.js";

const api = await startApi();
afterAll(() => api.close());
const [ann, bob] = [await newMember(api), await newMember(api)];
const group = await newGroup(ann.user);
const bobs = await join(group, bob.user);
afterEach(() => bob.beHonest());

const FILE = bytes(4500);
const CHUNKS = { chunk_size: 1000 };
const { file_id } = await group.createFile(FILE, { ...CHUNKS, name: "a", sign: true });
const other = await group.createFile(bytes(4500).reverse(), { ...CHUNKS, name: "b", sign: true });
const [{ part_list: foreign }] = await bobs.downloadFileMetaInfo(other.file_id);

const DATA = /^GET \/group\/[^/]+\/file\//;
const ANY_PART = /^GET \/file\/part\//;

/** What a stream gave before it failed. */
async function readUntilError(from: Group, verify_key?: string): Promise<[number, unknown]> {
	const { stream } = await from.downloadStream(file_id, { verify_key });
	const reader = stream.getReader();
	let length = 0;
	const read = async (): Promise<void> => {
		for (let part = await reader.read(); !part.done; part = await reader.read()) {
			expect([...part.value]).toEqual([...FILE.subarray(length, length + part.value.length)]);
			length += part.value.length;
		}
	};
	const failure = await rejection(read());
	return [length, failure];
}

type List = PartListItem[];
const renumbered = (list: List): List => list.map((part, at) => ({ ...part, sequence: at + 1 }));
const lists: [name: string, change: (list: List) => List, error: object][] = [
	["without its end", (list) => list.slice(0, -1), { code: "FILE_INCOMPLETE" }],
	["of its first part", (list) => list.slice(0, 1), { code: "FILE_INCOMPLETE" }],
	["of no part", () => [], { code: "FILE_INCOMPLETE" }],
	["without its beginning", (list) => renumbered(list.slice(1)), { code: "DECRYPTION_FAILED" }],
	["with a gap", (list) => list.toSpliced(2, 1), { code: "ANSWER_FORGED", what: "file" }],
	["with a hidden gap", (list) => renumbered(list.toSpliced(2, 1)), { code: "DECRYPTION_FAILED" }],
	["in another order", (list) => list.toReversed(), { code: "ANSWER_FORGED", what: "file" }],
	["in another, hidden order", (list) => renumbered(list.toReversed()), { code: "DECRYPTION_FAILED" }],
	["with a part twice", (list) => list.toSpliced(1, 0, list[1] as PartListItem), { code: "ANSWER_FORGED" }],
	[
		"with a hidden repetition",
		(list) => renumbered([...list.slice(0, 2), ...list.slice(1)]),
		{ code: "DECRYPTION_FAILED" },
	],
	[
		"with a part of another file",
		(list) => renumbered(list.toSpliced(1, 1, foreign[1] as PartListItem)),
		{ code: "DECRYPTION_FAILED" },
	],
	["that goes on with another file", (list) => renumbered([...list, ...foreign]), { code: "ANSWER_FORGED" }],
];

describe("an API that lies about the parts of a file", () => {
	it.each(sample(lists))("files §1.2, §6.6(5): answers a list %s", async (_, change, error) => {
		bob.lie(DATA, (result) => ({ ...result, part_list: change(result["part_list"] as List) }));
		const [length, failure] = await readUntilError(bobs);
		expect(failure).toMatchObject(error);
		expect(length).toBeLessThan(FILE.length);
		await expect(bobs.downloadFile(file_id)).rejects.toMatchObject(error);
	});

	it("answers parts that were changed, or none", async () => {
		for (const change of [
			(part: Uint8Array) => part.with(part.length - 1, 1 ^ (part.at(-1) ?? 0)),
			(part: Uint8Array) => part.slice(0, -5),
			(part: Uint8Array) => part.slice(0, 40),
			() => new Uint8Array(),
			() => bytes(5_242_881),
		]) {
			bob.through(async (request, send) => {
				const response = await send();
				if (!isOn(ANY_PART, request)) return response;
				const part = new Uint8Array(await response.arrayBuffer());
				return new Response(change(part) as Uint8Array<ArrayBuffer>);
			});
			const [length, failure] = await readUntilError(bobs, verifyKeyOf(ann.user));
			expect(length).toBe(0);
			expect(failure).toMatchObject({ status: expect.stringMatching(/^client_/) });
		}
	});

	it("answers another file than was asked for, or pages without end", async () => {
		bob.lie(DATA, (result) => ({ ...result, file_id: other.file_id }));
		expect(await rejection(bobs.downloadFile(file_id))).toMatchObject({ code: "ANSWER_FORGED", what: "file" });
		const page = (from: number) =>
			Array.from({ length: 500 }, (_, at) => ({ part_id: "p", sequence: from + at, extern_storage: false }));
		bob.lie(DATA, (result) => ({ ...result, part_list: page(1) }));
		bob.lie(/\/part_fetch\//, () => page(1));
		expect(await rejection(bobs.downloadFileMetaInfo(file_id))).toMatchObject({ code: "ANSWER_FORGED", what: "file" });
	});

	it("is found out by who knows the length", async () => {
		await expect(bobs.downloadFile(file_id, { size: 4501 })).rejects.toMatchObject({ code: "FILE_INCOMPLETE" });
		await expect(bobs.downloadFile(file_id, { size: 4499 })).rejects.toMatchObject({ code: "ANSWER_FORGED" });
	});
});

describe("a file that is a page", () => {
	it("files §6.7(3): has a URL of a type that no browser runs", async () => {
		const [url] = await bobs.downloadFile(file_id);
		expect((await (await fetch(url)).blob()).type).toBe("application/octet-stream");
	});
});

describe("a list of parts", () => {
	it.each([500, 1000])(
		"files §6.5(2)(3): of %d parts ends where the reference's API refuses the next page",
		async (count) => {
			const all = Array.from({ length: count }, (_, at) => ({ part_id: "p", sequence: at + 1, extern_storage: false }));
			bob.lie(DATA, (result) => ({ ...result, part_list: all.slice(0, 500) }));
			bob.through(async (request, send) => {
				if (!isOn(/\/part_fetch\//, request)) return send();
				const last = Number(request.url.split("/").at(-1));
				const page = all.filter(({ sequence }) => sequence > last).slice(0, 500);
				const none = { status: false, err_msg: "no parts", err_code: 512 };
				return page.length > 0 ? Response.json({ status: true, result: page }) : Response.json(none, { status: 400 });
			});
			const [meta] = await bobs.downloadFileMetaInfo(file_id);
			expect(meta.part_list).toHaveLength(count);
		},
	);
});

describe("an own storage of the app", () => {
	it("files §6.6(1)(2), §8.1, §8.3: gets the parts with the JWT, and is asked for them without it", async () => {
		const parts = new Map<string, Uint8Array>();
		const seen: string[] = [];
		const url = "http://127.0.0.1:9/parts";
		const person = await newMember(api, { file_part_url: url });
		person.through(async (request, send) => {
			if (!request.url.startsWith(url)) return send();
			const { headers, method } = request;
			seen.push(`${method} ${headers.has("Authorization")} ${headers.has("x-sentc-app-token")}`);
			const [name = "", sequence] = request.url.slice(url.length + 1).split("/");
			if (method === "GET") return new Response(parts.get(name) as Uint8Array<ArrayBuffer>);
			parts.set(`part-${sequence}`, new Uint8Array(await request.arrayBuffer()));
			return Response.json({ status: true, result: "Success" });
		});
		const { key, master_key_id } = await person.user.prepareRegisterFile(new Blob(["x"]));
		await person.user.uploadFile(bytes(2500), key, "session", CHUNKS);
		expect(parts.size).toBe(3);
		const meta = { file_id: "file", master_key_id, belongs_to_type: "None", encrypted_key: "", encrypted_key_alg: "" };
		const part_list = [...parts.keys()]
			.sort()
			.map((part_id, at) => ({ part_id, sequence: at + 1, extern_storage: true }));
		const got = await person.user.downloadFileWithMetaInfo(key, { ...meta, part_list });
		expect(new Uint8Array(await (await fetch(got)).arrayBuffer())).toEqual(bytes(2500));
		expect(new Set(seen)).toEqual(new Set(["POST true true", "GET false true"]));
	});

	it("files §6.3(1)(2)(3): is heard by its envelope alone, and what it refuses is thrown as it is", async () => {
		const url = "http://127.0.0.1:9/parts";
		const person = await newMember(api, { file_part_url: url });
		const answers: [answer: unknown, status: number, error?: object][] = [
			[{ status: true, result: "" }, 200],
			[{ status: true, result: "any text" }, 500],
			[{ status: true }, 200, { status: "client_102" }],
			[{ status: true, result: 5 }, 200, { status: "client_101" }],
			[{ status: false, err_msg: "full", err_code: 9000 }, 200, { status: "server_9000", errorMessage: "full" }],
		];
		const { key } = await person.user.prepareRegisterFile(new Blob(["x"]));
		for (const [answer, status, error] of answers) {
			let sent = 0;
			person.through(async (request, send) => {
				if (!request.url.startsWith(url)) return send();
				sent += 1;
				return Response.json(answer, { status });
			});
			const uploading = person.user.uploadFile(bytes(10), key, "session");
			if (error) await expect(uploading).rejects.toMatchObject(error);
			else await uploading;
			expect(sent).toBe(1);
		}
	});

	it("files §8.2.1(3): may take parts as long as it likes", async () => {
		const url = "http://127.0.0.1:9/parts";
		let part = new Uint8Array();
		const person = await newMember(api, { file_part_url: url });
		person.through(async (request, send) => {
			if (!request.url.startsWith(url)) return send();
			if (request.method === "GET") return new Response(part);
			part = new Uint8Array(await request.arrayBuffer());
			return Response.json({ status: true, result: "Success" });
		});
		const file = new Uint8Array(6 * 1024 * 1024).fill(7);
		const { key, master_key_id } = await person.user.prepareRegisterFile(new Blob(["x"]));
		await person.user.uploadFile(file, key, "session", { chunk_size: file.length });
		expect(part).toHaveLength(file.length + 159);
		const meta = { file_id: "file", master_key_id, belongs_to_type: "None", encrypted_key: "", encrypted_key_alg: "" };
		const part_list = [{ part_id: "part", sequence: 1, extern_storage: true }];
		const got = await person.user.downloadFileWithMetaInfo(key, { ...meta, part_list });
		expect(Buffer.compare(Buffer.from(await (await fetch(got)).arrayBuffer()), file)).toBe(0);
	});

	it.each(["at once", "when the upload goes on"])(
		"that lost a part which it has told the API of gets it again %s",
		async (when) => {
			await api.setFiles({ storage: "external", url: "http://127.0.0.1:9/deleted" });
			const url = "http://127.0.0.1:9/parts";
			const parts = new Map<string, ArrayBuffer>();
			const person = await newMember(api, { file_part_url: url });
			const ending = new AbortController();
			let lost = false;
			person.through(async (request, send) => {
				if (!request.url.startsWith(url)) return send();
				const path = request.url.slice(url.length);
				if (request.method === "GET") {
					const part = parts.get(path.slice(1));
					const none = { status: false, err_msg: "none", err_code: 500 };
					return part ? new Response(part) : Response.json(none, { status: 400 });
				}
				const registered = await fetch(`${api.base_url}/api/v1/file/part${path}/${person.user.user_data.user_id}`, {
					method: "PATCH",
					headers: { "x-sentc-app-token": api.app.secretToken },
				});
				const { result } = await registered.json();
				if (path.includes("/2/") && !lost) {
					lost = true;
					if (when !== "at once") ending.abort();
					throw new TypeError("The connection broke");
				}
				parts.set(result.part_id, await request.arrayBuffer());
				return Response.json({ status: true, result: "Success" });
			});
			const creating = person.user.createFile(bytes(2500), { ...CHUNKS, signal: ending.signal });
			const { file_id } = await creating.catch(async () => {
				const [upload] = await person.user.getUnfinishedUploads();
				return person.user.resumeUpload(upload?.file_id ?? "", bytes(2500));
			});
			const { stream } = await person.user.downloadStream(file_id);
			expect(await readAll(stream)).toEqual(bytes(2500));
			expect(lost).toBe(true);
		},
	);
});
