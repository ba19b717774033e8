import type { Group } from "@sentc-ts/sdk";
import { type ServedApi, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Attachments, WrongFile } from "../src/page/client/attachments.js";
import { MAX_FILE_BYTES } from "../src/page/client/content.js";
import { Upload } from "../src/page/client/upload.js";

const MIB = 1024 * 1024;

let api: ServedApi;
let group: Group;
/** Of the one who attaches, and of another member. */
let ada: Attachments;
let grace: Attachments;

beforeAll(async () => {
	api = await startApi();
	const [{ user: first }, { user: second }] = [await signUp(api), await signUp(api)];
	group = await first.getGroup(await first.createGroup(true));
	await group.inviteAuto(second.user_data.user_id);
	ada = new Attachments(group, async () => undefined);
	grace = new Attachments(await second.getGroup(group.data.group_id), async () => undefined);
});
afterAll(() => api.close());

const fileOf = (name: string, bytes: number, fill = 1): File =>
	new File([new Uint8Array(bytes).fill(fill)], name, { type: "image/png" });

async function bytesAt(url: string): Promise<Buffer> {
	const bytes = await (await fetch(url)).arrayBuffer();
	URL.revokeObjectURL(url);
	return Buffer.from(bytes);
}

describe("the files of notes", () => {
	it("another member gets the same, with the progress of both", async () => {
		const [up, down]: number[][] = [[], []];
		const file = fileOf("picture.png", 2.5 * MIB);
		const attachment = await ada.upload(file, { on_progress: ({ fraction = 0 }) => up?.push(fraction) });
		expect(attachment).toMatchObject({ name: "picture.png", size: 2.5 * MIB, type: "image/png" });
		const url = await grace.download(attachment, { on_progress: ({ fraction = 0 }) => down?.push(fraction) });
		expect((await bytesAt(url)).equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
		expect([up, down]).toEqual([
			[1 / 3, 2 / 3, 1],
			[1 / 3, 2 / 3, 1],
		]);
		await ada.drop([attachment, attachment]);
		await expect(grace.download(attachment, {})).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
	});

	it("another file in the place of one is refused, and so is one of another length", async () => {
		const wanted = await ada.upload(fileOf("wanted.png", 100), {});
		const other = await ada.upload(fileOf("other.png", 100, 2), {});
		await expect(grace.download({ ...wanted, file_id: other.file_id }, {})).rejects.toThrow(WrongFile);
		await expect(grace.download({ ...wanted, size: 99 }, {})).rejects.toMatchObject({ code: "ANSWER_FORGED" });
	});

	it("what is too large is not sent, and says how much it may be", async () => {
		await expect(ada.upload(fileOf("film.mp4", MAX_FILE_BYTES + 1), {})).rejects.toThrow(
			"“film.mp4” has 21 MB. Files may have up to 20 MB.",
		);
	});

	it("goes on where it broke off; another file of that name and length begins anew", async () => {
		for (const fill of [1, 2]) {
			const breaking = new AbortController();
			const broken = ada.upload(fileOf("long.png", 3 * MIB), {
				signal: breaking.signal,
				on_progress: () => breaking.abort(),
			});
			await expect(broken).rejects.toMatchObject({ code: "REQUEST_ABORTED" });
			const [begun] = await group.getUnfinishedUploads();
			const attachment = await ada.upload(fileOf("long.png", 3 * MIB, fill), {});
			expect(attachment.file_id === begun?.file_id).toBe(fill === 1);
			expect(await group.getUnfinishedUploads()).toEqual([]);
			const bytes = await bytesAt(await grace.download(attachment, {}));
			expect(bytes.equals(Buffer.alloc(3 * MIB, fill))).toBe(true);
		}
	});

	it("one that is paused waits, and one that is cancelled leaves nothing", async () => {
		let isDone = false;
		const upload = new Upload(ada, fileOf("paused.png", 3 * MIB), () => {
			isDone = true;
		});
		const begun = new Promise<void>((resolve) => {
			const stop = upload.subscribe(() => {
				if (upload.getState().fraction === 0) return;
				stop();
				upload.pause();
				resolve();
			});
		});
		await begun;
		expect(upload.getState()).toMatchObject({ isPaused: true, error: undefined });
		const [unfinished] = await group.getUnfinishedUploads();
		await upload.cancel();
		expect([isDone, await group.getUnfinishedUploads()]).toEqual([false, []]);
		await expect(group.downloadFileMetaInfo(unfinished?.file_id ?? "")).rejects.toMatchObject({
			code: "FILE_NOT_FOUND",
		});
	});
});
