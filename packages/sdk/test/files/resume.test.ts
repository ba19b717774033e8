import { gate, rejection, sample, signUp, startApi, startSentc, tier } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { Group, User } from "../../src/index.js";
import { MemoryStorage } from "../../src/index.js";
import { answering, fetchThrough, isOn, losing, type Through } from "../support/between.js";
import { newGroup } from "../support/groups.js";
import { copyOf } from "../support/storages.js";
import { bytes, contentOf, pieces, readAll, streamOf } from "./support.js";

const api = await startApi();
afterAll(() => api.close());

const CHUNKS = { chunk_size: 1000 };
const FILE = bytes(5500);
const NEVER = new Promise<never>(() => {});
/** The upload of a part. */
const part = (sequence: number | string): RegExp => new RegExp(`^POST /file/part/[^/]+/${sequence}/`);

/** What becomes of a part when the process dies, which never hears of it. */
type Death = (request: Request, send: () => Promise<Response>) => Promise<unknown>;

const unsent: Death = async () => {};

const deaths: Record<string, Death> = {
	"before it is sent": unsent,
	"while it is sent": async (request) => {
		const whole = new Uint8Array(await request.arrayBuffer());
		const half = new ReadableStream({
			start: (controller) => controller.enqueue(whole.subarray(0, whole.length / 2)),
			async pull(controller) {
				await new Promise((resolve) => setTimeout(resolve, 20));
				controller.error(new Error("The process died"));
			},
		});
		const init = { method: "POST", headers: request.headers, body: half, duplex: "half" };
		await fetch(request.url, init).catch(() => undefined);
	},
	"before its answer": (_, send) => send(),
};

type Part = { sequence: number };

interface Dead {
	readonly storage: MemoryStorage;
	readonly file_id: string;
	readonly group_id: string;
}

/** A process that uploaded and died: its storage is left, and nothing is under way any more. */
async function die(through: (request: Request) => Death | undefined): Promise<Dead> {
	const idle = gate();
	let [underWay, isDying] = [0, false];
	let timer: ReturnType<typeof setTimeout> | undefined;
	const between: Through = async (request, send) => {
		const death = through(request);
		isDying ||= death !== undefined;
		underWay++;
		clearTimeout(timer);
		try {
			if (!death) return await send();
			await death(request, send);
		} finally {
			underWay--;
			if (isDying && underWay === 0) timer = setTimeout(idle.open, 120);
		}
		return NEVER;
	};
	const { user, storage } = await signUp(api, { worker: false, fetch: fetchThrough(between) });
	const group = await newGroup(user);
	void group.createFile(FILE, { ...CHUNKS, name: "notes.txt", sign: true }).catch(() => undefined);
	await idle.pass();
	const [upload] = await group.getUnfinishedUploads();
	return { storage: await copyOf(storage), file_id: upload?.file_id ?? "", group_id: group.data.group_id };
}

/** The page is opened anew. */
async function reborn({ storage, group_id }: Dead, through?: Through): Promise<{ user: User; group: Group }> {
	const options = { worker: false, ...(through && { fetch: fetchThrough(through) }) } as const;
	const { sentc } = await startSentc(api, { storage, ...options });
	const user = await sentc.getActualUser();
	return { user, group: await user.getGroup(group_id) };
}

async function expectWhole(group: Group, file_id: string, content = FILE): Promise<void> {
	const [url, meta] = await group.downloadFile(file_id);
	expect(await contentOf(url)).toEqual(content);
	expect(meta.file_name).toBe("notes.txt");
	expect(meta.part_list.map(({ sequence }) => sequence)).toEqual(pieces(content, 1000).map((_, at) => at + 1));
	expect(await group.getUnfinishedUploads()).toEqual([]);
}

const sequences = [1, 2, 3, 4, 5, 6];
const cases = Object.keys(deaths).flatMap((death) => sequences.map((sequence) => ({ death, sequence })));
const from = (sequence: number): RegExp => part(`[${sequence}-6]`);

describe("an upload goes on after a crash", () => {
	it.each(sample(cases.slice(tier === "quick" ? -8 : 0)))(
		"files §6.4: at part $sequence, $death",
		async ({ death, sequence }) => {
			const dead = await die((request) => (isOn(from(sequence), request) ? deaths[death] : undefined));
			const { group } = await reborn(dead);
			const [upload] = await group.getUnfinishedUploads();
			expect(upload).toMatchObject({ file_id: dead.file_id, file_name: "notes.txt", size: 5500 });
			const sent = await api.requestsOf(() => group.resumeUpload(dead.file_id, FILE));
			const stored = sequence - 1 + (death === "before its answer" ? Math.min(3, Math.max(1, 6 - sequence)) : 0);
			expect(sent.filter((request) => request.startsWith("POST /api/v1/file/part")).length).toBe(6 - stored);
			await expectWhole(group, dead.file_id);
		},
	);

	it.each(sample([1, 2, 3, 4]))("with a hole at part %d, which gets the key that it had", async (hole) => {
		const dead = await die((request) => (isOn(part(hole), request) || isOn(part(6), request) ? unsent : undefined));
		const { group } = await reborn(dead);
		const { file_id } = await group.resumeUpload(dead.file_id, FILE);
		expect(file_id).toBe(dead.file_id);
		await expectWhole(group, file_id);
	});

	if (tier !== "quick")
		it("twice, and from a stream", async () => {
			const first = await die((request) => (isOn(from(2), request) ? unsent : undefined));
			const again = await reborn(first, (request, send) => (isOn(from(4), request) ? NEVER : send()));
			void again.group.resumeUpload(first.file_id, FILE).catch(() => undefined);
			await new Promise((resolve) => setTimeout(resolve, 300));
			const { group } = await reborn(first);
			await group.resumeUpload(first.file_id, streamOf(pieces(FILE, 300)));
			await expectWhole(group, first.file_id);
		});

	it("with the same file only", async () => {
		const dead = await die((request) => (isOn(from(3), request) ? unsent : undefined));
		const { group, user } = await reborn(dead);
		const resume = (file: unknown) => rejection(group.resumeUpload(dead.file_id, file as Blob));
		const changed = (at: number) => FILE.with(at, 1 + (FILE[at] ?? 0));
		const sent = await api.requestsOf(async () => {
			expect(await resume(FILE.subarray(1))).toMatchObject({ code: "FILE_CHANGED" });
			expect(await resume(changed(0))).toMatchObject({ code: "FILE_CHANGED" });
			expect(await resume(streamOf([changed(999)]))).toMatchObject({ code: "FILE_CHANGED" });
			expect(await resume(changed(1500))).toMatchObject({ code: "FILE_CHANGED" });
			expect(await resume(changed(2500))).toMatchObject({ code: "FILE_CHANGED" });
			expect(await resume(streamOf([FILE.subarray(0, 1500)]))).toMatchObject({ code: "FILE_CHANGED" });
		});
		expect(sent.filter((request) => request.startsWith("POST"))).toEqual([]);
		expect(await rejection(user.resumeUpload(dead.file_id, FILE))).toMatchObject({ code: "UPLOAD_NOT_FOUND" });
		expect(await rejection(group.resumeUpload("other", FILE))).toMatchObject({ code: "UPLOAD_NOT_FOUND" });
		await group.resumeUpload(dead.file_id, FILE);
		await expectWhole(group, dead.file_id);
	});

	it("with the same file only, also in parts that were sent long ago", async () => {
		const dead = await die((request) => (isOn(part(6), request) ? unsent : undefined));
		const { group } = await reborn(dead);
		const sent = await api.requestsOf(async () => {
			for (const at of [0, 1000, 2999, 3500, 4000, 5499]) {
				const changed = FILE.with(at, 1 + (FILE[at] ?? 0));
				for (const file of [changed, streamOf([changed])]) {
					expect(await rejection(group.resumeUpload(dead.file_id, file))).toMatchObject({ code: "FILE_CHANGED" });
				}
			}
		});
		expect(sent.filter((request) => request.startsWith("POST"))).toEqual([]);
		await group.resumeUpload(dead.file_id, FILE);
		await expectWhole(group, dead.file_id);
	});

	if (tier !== "quick")
		it("as a new file when the API ended it, or lost what it had", async () => {
			for (const lie of [
				(result: Part[]) => result.filter(({ sequence }) => sequence !== 2),
				(result: Part[]) => [...result, ...result],
				(result: Part[]) => [...result, { ...result.at(-1), sequence: 17 }],
			]) {
				const dead = await die((request) => (isOn(from(4), request) ? unsent : undefined));
				let lies = true;
				const { group } = await reborn(dead, async (request, send) => {
					const response = await send();
					if (!lies || !isOn(/\/part_fetch\//, request)) return response;
					lies = false;
					const { result } = await response.json();
					return Response.json({ status: true, result: lie(result) });
				});
				const { file_id } = await group.resumeUpload(dead.file_id, FILE);
				expect(file_id).not.toBe(dead.file_id);
				await expectWhole(group, file_id);
				await expect(group.downloadFile(dead.file_id)).rejects.toMatchObject({ status: "server_512" });
			}
		});

	it("by one call at a time", async () => {
		const dead = await die((request) => (isOn(from(3), request) ? unsent : undefined));
		const { group } = await reborn(dead);
		const resuming = group.resumeUpload(dead.file_id, FILE);
		const second = await rejection(group.resumeUpload(dead.file_id, FILE));
		expect(second).toMatchObject({ code: "UPLOAD_RUNNING", status: "client_upload_running" });
		expect((await resuming).file_id).toBe(dead.file_id);
		await expectWhole(group, dead.file_id);
	});

	it("with the signature that it began with, also after a rotation", async () => {
		const dead = await die((request) => (isOn(from(4), request) ? unsent : undefined));
		const { group, user } = await reborn(dead);
		const before = user.getNewestKey();
		await user.keyRotation();
		expect(user.getNewestKey().group_key_id).not.toBe(before.group_key_id);
		expect(await group.resumeUpload(dead.file_id, FILE)).toMatchObject({ verify_key_id: before.group_key_id });
		const [url] = await group.downloadFile(dead.file_id, before.exported_verify_key);
		expect(await contentOf(url)).toEqual(FILE);
	});

	it("once the key can be had that it is encrypted by, and is kept until then", async () => {
		const { sentc, storage, user } = await signUp(api, { worker: false });
		const { group_id } = (await newGroup(user)).data;
		const before = await copyOf(storage);
		await user.keyRotation();
		await sentc.close();
		const through: Through = (request, send) => (isOn(from(3), request) ? NEVER : send());
		const rotated = await reborn({ storage, group_id, file_id: "" }, through);
		void rotated.group.createFile(FILE, { ...CHUNKS, name: "notes.txt" }).catch(() => undefined);
		await expect.poll(() => rotated.group.getUnfinishedUploads()).toHaveLength(1);
		await new Promise((resolve) => setTimeout(resolve, 300));
		const [upload = ""] = (await storage.keys()).filter((key) => key.startsWith("upload_"));
		await before.set(upload, await storage.getItem(upload));

		let offline = true;
		const dead = { storage: before, group_id, file_id: upload.split("_").at(-1) ?? "" };
		const { group } = await reborn(dead, async (request, send) => {
			if (offline && isOn(/\/keys\/|\/user_keys\//, request)) throw new TypeError("The connection broke");
			return send();
		});
		const locked = { file_id: dead.file_id, file_name: undefined, locked: true };
		expect(await group.getUnfinishedUploads()).toMatchObject([locked]);
		expect(await rejection(group.resumeUpload(dead.file_id, FILE))).toMatchObject({ code: "REQUEST_FAILED" });
		offline = false;
		expect(await group.getUnfinishedUploads()).toMatchObject([{ file_name: "notes.txt", locked: false }]);
		await group.resumeUpload(dead.file_id, FILE);
		await expectWhole(group, dead.file_id);
	});

	it("is refused for a stream that would have to be read again", async () => {
		const ended = () => Response.json({ status: false, err_msg: "ended", err_code: 511 }, { status: 400 });
		const dead = await die((request) => (isOn(from(4), request) ? unsent : undefined));
		const { group } = await reborn(dead, answering(part("\\d"), ended));
		const resumed = group.resumeUpload(dead.file_id, streamOf([FILE]));
		await expect(resumed).rejects.toMatchObject({ code: "UPLOAD_LOST" });
		expect(await group.getUnfinishedUploads()).toEqual([]);
	});

	it("never after a log out, or when the file was deleted", async () => {
		const dead = await die((request) => (isOn(from(4), request) ? unsent : undefined));
		const { group, user } = await reborn(dead);
		const uploads = async () => (await dead.storage.keys()).filter((key) => key.startsWith("upload_"));
		expect(await uploads()).toHaveLength(1);
		expect(JSON.stringify(await dead.storage.getItem(String((await uploads())[0])))).not.toContain("notes.txt");
		await group.deleteFile(dead.file_id);
		expect(await uploads()).toEqual([]);
		const other = await die((request) => (isOn(from(4), request) ? unsent : undefined));
		await (await reborn(other)).user.logOut();
		expect((await other.storage.keys()).filter((key) => key.startsWith("upload_"))).toEqual([]);
		expect(user.user_data.user_id).not.toBe("");
	});
});

if (tier !== "quick")
	describe("a lost answer", () => {
		const upload = async (through: Through): Promise<[Group, string]> => {
			const { user } = await signUp(api, { worker: false, fetch: fetchThrough(through) });
			const group = await newGroup(user);
			const { file_id } = await group.createFile(FILE, { ...CHUNKS, name: "notes.txt" });
			return [group, file_id];
		};
		const once = (route: RegExp, through: Through): Through => {
			let done = false;
			return async (request, send) => {
				if (done || !isOn(route, request)) return send();
				done = true;
				return through(request, send);
			};
		};

		it.each([2, 6])("of part %d is looked up, and the part is not sent again", async (sequence) => {
			const before = api.requests.length;
			await expectWhole(...(await upload(once(part(sequence), losing(part(sequence))))));
			const sent = api.requests.slice(before).filter((request) => request.startsWith("POST /api/v1/file/part"));
			expect(sent).toHaveLength(6);
		});

		it("of a part that did not arrive has it sent again", async () => {
			const lose: Through = async () => {
				throw new TypeError("The connection broke");
			};
			await expectWhole(...(await upload(once(part(3), lose))));
			const page: Through = async () => new Response("Bad gateway", { status: 502 });
			await expectWhole(...(await upload(once(part(6), page))));
		});

		it("at an API that keeps a part twice makes a new file", async () => {
			let twice = true;
			const [group, file_id] = await upload(async (request, send) => {
				if (twice && isOn(part(3), request)) {
					throw new TypeError("The connection broke");
				}
				const response = await send();
				if (!twice || !isOn(/\/part_fetch\/2/, request)) return response;
				twice = false;
				const { result } = await response.json();
				const there = { part_id: "p", sequence: 3, extern_storage: false };
				return Response.json({ status: true, result: [there, there, ...result] });
			});
			await expectWhole(group, file_id);
		});
	});

if (tier !== "quick")
	describe("what is stored of an upload", () => {
		it("that was damaged is forgotten", async () => {
			const dead = await die((request) => (isOn(from(4), request) ? unsent : undefined));
			const [key = ""] = (await dead.storage.keys()).filter((name) => name.startsWith("upload_"));
			for (const value of ["damaged", 5, { a: 1 }]) {
				await dead.storage.set(key, value);
				const { group } = await reborn(dead);
				await expect(group.resumeUpload(dead.file_id, FILE)).rejects.toMatchObject({ code: "UPLOAD_NOT_FOUND" });
			}
			const { group } = await reborn(dead);
			expect(await group.getUnfinishedUploads()).toEqual([]);
			expect(await dead.storage.getItem(key)).toBeUndefined();
		});

		it("may fail to be stored: the upload goes on", async () => {
			const storage = new MemoryStorage();
			const { user } = await signUp(api, { worker: false, storage });
			const group = await newGroup(user);
			const set = storage.set.bind(storage);
			storage.set = async (key, item) => {
				if (key.startsWith("upload_")) throw new Error("The disk is full");
				await set(key, item);
			};
			const { file_id } = await group.createFile(FILE, CHUNKS);
			expect(await readAll((await group.downloadStream(file_id)).stream)).toEqual(FILE);
		});
	});
