import { rejection, signUp, startApi, thrown } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { createSentc, Downloader, FileError, FileHelper, type StorageInterface, Uploader } from "../../src/index.js";
import { newGroup } from "../support/groups.js";
import { bytes, contentOf, streamOf } from "./support.js";

const api = await startApi();
afterAll(() => api.close());
const { user } = await signUp(api, { worker: false });
const group = await newGroup(user);
const { base_url, app_token } = user;
const groupId = group.data.group_id;

describe("an upload by steps", () => {
	it("has a key of the app, and any chunk size", async () => {
		const fractions: number[] = [];
		const tell = (fraction: number) => void fractions.push(fraction);
		const uploader = new Uploader(base_url, app_token, user, groupId, undefined, tell, undefined, 100);
		const [key, wrapped] = await group.generateNonRegisteredKey();
		const [file_id, encrypted_name] = await uploader.uploadFile(
			new File([bytes(250) as BlobPart], "a.txt"),
			key.key,
			wrapped,
			key.master_key_id,
		);
		expect(fractions.map((fraction) => Math.round(fraction * 3))).toEqual([1, 2, 3]);
		const downloader = new Downloader(base_url, app_token, user, groupId);
		const meta = await downloader.downloadFileMetaInformation(file_id);
		expect(meta).toMatchObject({ file_id, encrypted_file_name: encrypted_name, key_id: "non_registered" });
		expect(await downloader.downloadFilePartList(file_id)).toEqual(meta.part_list);
		expect(await downloader.downloadFilePartList(file_id, meta.part_list[1])).toEqual(meta.part_list.slice(2));
		expect(await contentOf(await downloader.downloadFileParts(meta.part_list, key, tell))).toEqual(bytes(250));
		expect(fractions.at(-1)).toBe(1);
		expect((await group.downloadFileMetaInfo(file_id))[0].file_name).toBe("a.txt");
	});

	it("may be registered by somebody else", async () => {
		const uploader = new Uploader(base_url, app_token, user);
		const [key, wrapped] = await user.generateNonRegisteredKey(user.user_data.user_id);
		const [body, name] = uploader.prepareFileRegister(new Blob(["x"]), key.key, wrapped, key.master_key_id);
		expect(JSON.parse(body)).toMatchObject({ belongs_to_type: "None", encrypted_file_name: null });
		expect(name).toBe("");
		const answer = await fetch(`${base_url}/api/v1/file`, {
			method: "POST",
			headers: {
				"x-sentc-app-token": app_token,
				"Content-Type": "application/json",
				Authorization: `Bearer ${await user.getJwt()}`,
			},
			body,
		});
		const [file_id, session_id] = uploader.doneFileRegister(await answer.text());
		await uploader.checkFileUpload(new Blob(["content"]), key.key, session_id, true);
		expect(await contentOf((await user.downloadFile(file_id))[0])).toEqual(new TextEncoder().encode("content"));
	});

	it("is of a logged-in user, at the API of that user", () => {
		const make = (...args: unknown[]) => thrown(() => Reflect.construct(Uploader, args));
		expect(make(base_url, app_token, {})).toMatchObject({ field: "user" });
		expect(make("https://other.example", app_token, user)).toMatchObject({ field: "base_url" });
		expect(make(base_url, "b3RoZXI=", user)).toMatchObject({ field: "app_token" });
	});
});

describe("what the reference SDK left of downloads", () => {
	it("files §6.7(2): is removed", async () => {
		await Downloader.init();
		const storage: StorageInterface = await Downloader.getStorage();
		await storage.set("left", 1);
		await Downloader.reset();
		expect(await storage.getItem("left")).toBeUndefined();
	});
});

describe("a file in memory", () => {
	it("is bytes, or a URL", async () => {
		const blob = new Blob(["hé"], { type: "text/plain" });
		expect(new Uint8Array(await FileHelper.fileParse(blob))).toEqual(new TextEncoder().encode("hé"));
		expect(await FileHelper.fileParse(blob, true)).toBe("data:text/plain;base64,aMOp");
		expect(await rejection(FileHelper.fileParse("text" as unknown as Blob))).toMatchObject({ field: "blob" });
	});
});

describe("a place to write to", () => {
	const write = async (sink: unknown) => {
		const { file_id } = await group.createFile(bytes(250), { chunk_size: 100 });
		return rejection(group.downloadTo(file_id, sink as WritableStream<Uint8Array>));
	};
	const full = new Error("The disk is full");

	it("that fails is told of, and given up", async () => {
		const aborted: unknown[] = [];
		const failing = new WritableStream({ write: () => Promise.reject(full) });
		expect(await write(failing)).toMatchObject({ code: "FILE_UNWRITABLE", cause: full });
		const { Writable } = await import("node:stream");
		const node = new Writable({ write: (_chunk, _encoding, done) => done(full) });
		const error = await write(node);
		expect(error).toBeInstanceOf(FileError);
		expect(error).toMatchObject({ code: "FILE_UNWRITABLE", cause: full });
		expect(node.destroyed).toBe(true);
		expect(await write({})).toMatchObject({ code: "INVALID_INPUT", field: "sink" });

		const { file_id } = await group.createFile(bytes(250), { chunk_size: 100 });
		const sink = new WritableStream({ abort: (reason) => void aborted.push(reason) });
		expect(await rejection(group.downloadTo(file_id, sink, { size: 251 }))).toMatchObject({ code: "FILE_INCOMPLETE" });
		expect(aborted).toMatchObject([{ code: "FILE_INCOMPLETE" }]);
	});
});

describe("a file that changes its length", () => {
	it("is not uploaded to its end", async () => {
		const upload = group.createFile(streamOf([bytes(250)]), { chunk_size: 100, size: 300 });
		await expect(upload).rejects.toMatchObject({ code: "FILE_CHANGED" });
	});

	it("goes nowhere without https", async () => {
		const sentc = createSentc({ base_url, app_token, file_part_url: "http://example.com/parts", worker: false });
		await expect(sentc.init()).rejects.toMatchObject({ field: "file_part_url" });
	});
});
