import { Readable, Writable, type WritableOptions } from "node:stream";
import { newUser, rejection, sample, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { Downloader, type FileProgress, type Group, TransferControl, Uploader, type User } from "../../src/index.js";
import { join, newGroup } from "../support/groups.js";
import { verifyKeyOf } from "../support/sym-keys.js";
import { bytes, contentOf, pieces, readAll, streamOf } from "./support.js";

const api = await startApi();
afterAll(() => api.close());
const start = async (): Promise<User> => newUser((await startSentc(api)).sentc);
const [ann, bob] = [await start(), await start()];
const bobId = bob.user_data.user_id;
const group = await newGroup(ann);
const bobsGroup = await join(group, bob);

const FILE = bytes(2500);
const CHUNKS = { chunk_size: 1000 };
const file = () => new File([FILE as BlobPart], "notes.txt");

describe("a file of a group", () => {
	it("files §1.1(1)(2), §6.5(1)(4): is read by another member, with its name", async () => {
		const { file_id, master_key_id, encrypted_file_name } = await group.createFile(file());
		const [url, meta, key] = await bobsGroup.downloadFile(file_id);
		expect(await contentOf(url)).toEqual(FILE);
		expect(meta).toMatchObject({ file_id, master_key_id, encrypted_file_name, file_name: "notes.txt" });
		expect(meta).toMatchObject({ belongs_to: group.data.group_id, belongs_to_type: "Group" });
		expect(Object.keys(meta)).toEqual(expect.not.arrayContaining(["owner", "time"]));
		expect(key.decryptString(encrypted_file_name)).toBe("notes.txt");
		expect(await contentOf(await bobsGroup.downloadFileWithMetaInfo(key, meta))).toEqual(FILE);
	});

	it("files §1.1(3)(4)(5): may have many parts, and go and come as streams", async () => {
		const { file_id } = await group.createFile(streamOf(pieces(FILE, 700)), { ...CHUNKS, name: "stream" });
		const { stream, meta } = await bobsGroup.downloadStream(file_id);
		expect(meta.part_list.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
		expect(meta.file_name).toBe("stream");
		expect(await readAll(stream)).toEqual(FILE);

		const written: Uint8Array[] = [];
		const write: WritableOptions["write"] = (chunk, _, done) => {
			written.push(chunk);
			setTimeout(done, 1);
		};
		const sink = new Writable({ write });
		await bobsGroup.downloadTo(file_id, sink);
		expect(Buffer.concat(written)).toEqual(Buffer.from(FILE));
		expect(sink.writableFinished).toBe(true);

		const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
		const [read] = await Promise.all([readAll(readable), bobsGroup.downloadTo(file_id, writable)]);
		expect(read).toEqual(FILE);
	});

	it.each([
		["of a child", () => group.createChildGroup(), (id: string) => bobsGroup.getChildGroup(id)],
		["reached through it", () => group.createConnectedGroup(), (id: string) => bobsGroup.getConnectedGroup(id)],
	])("files §5.2, §6.8(2): may be one %s", async (_, create, open) => {
		const below: Group = await open(await create());
		const { file_id } = await below.createFile(file(), CHUNKS);
		expect(await contentOf((await below.downloadFile(file_id))[0])).toEqual(FILE);
		await below.deleteFile(file_id);
		await expect(below.downloadFile(file_id)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
	});

	it("files §6.5(5): is opened by the key that it was made with, also by who has to fetch that one", async () => {
		const { sentc, storage, user } = await signUp(api);
		const rotated = await newGroup(user);
		const { file_id, master_key_id } = await rotated.createFile(file());
		for (let rotations = 0; rotations < 2; rotations++) await rotated.keyRotation();
		await sentc.close();
		const again = await startSentc(api, { storage });
		const reopened = await (await again.sentc.getActualUser()).getGroup(rotated.data.group_id);
		const [url, meta] = await reopened.downloadFile(file_id);
		expect(meta.master_key_id).toBe(master_key_id);
		expect(await contentOf(url)).toEqual(FILE);
		expect((await reopened.createFile(file())).master_key_id).not.toBe(master_key_id);
	});

	it("is read by nobody else", async () => {
		const { file_id } = await group.createFile(file());
		await expect(ann.downloadFile(file_id)).rejects.toMatchObject({ status: "server_521" });
		const other = await newGroup(ann);
		await expect(other.downloadFile(file_id)).rejects.toMatchObject({ status: "server_521" });
	});
});

describe("a file of a user", () => {
	it("files §6.1: is for another one", async () => {
		const { file_id } = await ann.createFile(file(), true, bobId);
		const [url, meta] = await bob.downloadFile(file_id, verifyKeyOf(ann));
		expect(await contentOf(url)).toEqual(FILE);
		expect(meta).toMatchObject({ belongs_to: bobId, belongs_to_type: "User", file_name: "notes.txt" });
		const carl = await start();
		await expect(carl.downloadFile(file_id)).rejects.toMatchObject({ status: "server_521" });
	});

	it("is one's own, for everybody's eyes as far as it is encrypted, or not", async () => {
		const open = await ann.createFile(file());
		expect(await contentOf((await ann.downloadFile(open.file_id))[0])).toEqual(FILE);
		expect((await ann.downloadFileMetaInfo(open.file_id))[0]).toMatchObject({ belongs_to_type: "None" });
		expect(await rejection(bob.downloadFile(open.file_id))).not.toMatchObject({ status: "server_521" });
		const closed = await ann.createFile(file(), { reply_id: ann.user_data.user_id });
		expect(await contentOf((await ann.downloadFile(closed.file_id))[0])).toEqual(FILE);
		await expect(bob.downloadFile(closed.file_id)).rejects.toMatchObject({ status: "server_521" });
	});

	it("files §6.8(1)(2), §7.5: gets another name, none, and is deleted", async () => {
		const { file_id } = await ann.createFile(file(), false, bobId);
		const [, , key] = await bob.downloadFile(file_id);
		await ann.updateFileName(file_id, key, "other.txt");
		expect((await bob.downloadFileMetaInfo(file_id))[0].file_name).toBe("other.txt");
		await ann.updateFileName(file_id, key);
		expect(Object.keys((await bob.downloadFileMetaInfo(file_id))[0])).not.toContain("file_name");
		await expect(bob.updateFileName(file_id, key, "mine")).rejects.toMatchObject({ status: "server_521" });
		await expect(bob.deleteFile(file_id)).rejects.toMatchObject({ status: "server_521" });
		await ann.deleteFile(file_id);
		await expect(bob.downloadFileMetaInfo(file_id)).rejects.toMatchObject({ status: "server_512" });
	});
});

describe("any file", () => {
	it.each(sample([0, 1, 999, 1000, 2000, 1001]))("files §6.2(1)(2): of %d bytes comes back", async (length) => {
		const { file_id } = await group.createFile(bytes(length), CHUNKS);
		const [url, meta] = await group.downloadFile(file_id);
		expect(await contentOf(url)).toEqual(bytes(length));
		expect(meta.part_list).toHaveLength(Math.max(1, Math.ceil(length / 1000)));
		expect(Object.keys(meta)).not.toContain("file_name");
	});

	it("is signed in every part, also one of 4 bytes", async () => {
		for (const content of [bytes(4), bytes(1004)]) {
			const { file_id, verify_key_id = "" } = await group.createFile(content, { ...CHUNKS, sign: true });
			const { sentc } = await startSentc(api);
			const verifyKey = await sentc.getUserVerifyKey(ann.user_data.user_id, verify_key_id);
			const [url] = await bobsGroup.downloadFile(file_id, verifyKey);
			expect(await contentOf(url)).toEqual(content);
			await expect(bobsGroup.downloadFile(file_id, verifyKeyOf(bob))).rejects.toMatchObject({
				code: "WRONG_VERIFY_KEY",
			});
		}
	});

	it("files §3.5(3): that is unsigned is refused to who asks for a signature", async () => {
		const created = await group.createFile(file());
		expect(created).not.toHaveProperty("verify_key_id");
		const { file_id } = created;
		await expect(group.downloadFile(file_id, verifyKeyOf(ann))).rejects.toMatchObject({ code: "SIGNATURE_REQUIRED" });
		expect(await contentOf((await group.downloadFile(file_id, ""))[0])).toEqual(FILE);
		const { user } = await signUp(api, { require_signatures: false });
		const own = await user.createFile(file());
		expect(await contentOf((await user.downloadFile(own.file_id, verifyKeyOf(user)))[0])).toEqual(FILE);
	});

	it("files §6.2(3), §6.6(4): tells how far it is", async () => {
		const fractions: number[] = [];
		const { file_id } = await group.createFile(file(), false, (fraction) => fractions.push(fraction));
		await group.downloadFile(file_id, undefined, (fraction) => fractions.push(fraction));
		expect(fractions).toEqual([1, 1]);

		const told: FileProgress[] = [];
		const on_progress = (progress: FileProgress) => void told.push(progress);
		const created = await group.createFile(file(), { ...CHUNKS, on_progress });
		expect(told.at(-1)).toMatchObject({ bytes: 2500, total: 2500, fraction: 1 });
		expect(told.map(({ rate }) => rate > 0)).toEqual([true, true, true]);
		await group.downloadFile(created.file_id, { on_progress, size: 2500 });
		expect(told.slice(3).map(({ bytes }) => bytes)).toEqual([1000, 2000, 2500]);
	});

	it("is registered and uploaded by an own backend's hand", async () => {
		for (const [who, reply] of [[ann, bobId] as const, [group, undefined] as const]) {
			const { server_input, key, encrypted_file_name } = await (who === ann
				? ann.prepareRegisterFile(file(), reply)
				: group.prepareRegisterFile(file()));
			const path = who === ann ? "/file" : `/group/${group.data.group_id}/file`;
			const answer = await fetch(`${api.base_url}/api/v1${path}`, {
				method: "POST",
				headers: {
					"x-sentc-app-token": api.app_token,
					Authorization: `Bearer ${await ann.getJwt()}`,
					"Content-Type": "application/json",
				},
				body: server_input,
			});
			const [file_id, session_id] = who.doneFileRegister(await answer.text());
			await who.uploadFile(file(), key, session_id);
			const [url, meta] = await (who === ann ? bob : bobsGroup).downloadFile(file_id);
			expect(await contentOf(url)).toEqual(FILE);
			expect(meta).toMatchObject({ encrypted_file_name, file_name: "notes.txt" });
		}
	});
});

describe("a transfer", () => {
	it("files §6.2(4), §6.4, §6.6: is cancelled as in the reference SDK", async () => {
		const stopped = group.createFile(bytes(40));
		Uploader.cancel_upload = true;
		const { file_id } = await stopped;
		expect(Uploader.cancel_upload).toBe(false);
		await expect(group.downloadFile(file_id)).rejects.toMatchObject({ status: "server_512" });

		const created = await group.createFile(file(), CHUNKS);
		const cancel = () => {
			Downloader.cancel_download = true;
		};
		const [url] = await group.downloadFile(created.file_id, "", cancel);
		expect(url).toBe("");
		expect(Downloader.cancel_download).toBe(false);
	});

	it("is aborted", async () => {
		const controller = new AbortController();
		const { signal } = controller;
		const on_progress = () => controller.abort();
		const upload = group.createFile(bytes(20_000), { ...CHUNKS, signal, on_progress });
		await expect(upload).rejects.toMatchObject({ code: "REQUEST_ABORTED" });
		const { file_id } = await group.createFile(file(), CHUNKS);
		await expect(group.downloadFile(file_id, { signal })).rejects.toMatchObject({ code: "REQUEST_ABORTED" });
	});

	it("is paused and goes on", async () => {
		const control = new TransferControl();
		control.pause();
		const before = api.requests.length;
		const upload = group.createFile(bytes(5000), { ...CHUNKS, control });
		await new Promise((resolve) => setTimeout(resolve, 100));
		const sent = api.requests.slice(before).filter((request) => request.includes("/file/part/"));
		expect(sent).toEqual([]);
		expect(control.paused).toBe(true);
		control.resume();
		const { file_id } = await upload;
		expect(await contentOf((await group.downloadFile(file_id, { control }))[0])).toEqual(bytes(5000));

		control.pause();
		const controller = new AbortController();
		const aborted = group.createFile(file(), { control, signal: controller.signal });
		controller.abort();
		await expect(aborted).rejects.toMatchObject({ code: "REQUEST_ABORTED" });
	});

	it("files §6.7(1)(4): waits for no other one, also when that fails", async () => {
		const [one, two] = [await group.createFile(bytes(2500), CHUNKS), await group.createFile(bytes(1500), CHUNKS)];
		const waiting = (await group.downloadStream(one.file_id)).stream;
		const full = new WritableStream({ write: () => Promise.reject(new Error("The disk is full")) });
		await expect(group.downloadTo(two.file_id, full)).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
		const urls = await Promise.all([1, 2].map(async () => (await group.downloadFile(two.file_id))[0]));
		for (const url of urls) expect(await contentOf(url)).toEqual(bytes(1500));
		expect(await readAll(waiting)).toEqual(bytes(2500));
	});

	it("loads no more than is read", async () => {
		const { file_id } = await group.createFile(bytes(20_000), CHUNKS);
		const { stream } = await group.downloadStream(file_id);
		const requests = await api.requestsOf(async () => {
			const reader = stream.getReader();
			await reader.read();
			await new Promise((resolve) => setTimeout(resolve, 50));
			await reader.cancel();
		});
		expect(requests.length).toBeLessThanOrEqual(4);
	});

	it("reads no more from a stream than can be sent", async () => {
		const control = new TransferControl();
		let taken = 0;
		async function* source() {
			for (const piece of pieces(bytes(20_000), 1000)) {
				taken += 1;
				if (taken === 5) control.pause();
				yield piece;
			}
		}
		const upload = group.createFile(Readable.from(source()), { ...CHUNKS, control });
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(taken).toBeLessThan(20);
		control.resume();
		await upload;
		expect(taken).toBe(20);
	});
});
