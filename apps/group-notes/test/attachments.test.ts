import type { Group, SentcClient, User } from "@sentc-ts/sdk";
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
/** Does another byte end the parts that the second one downloads? */
let isChanged = false;

const changing: typeof fetch = async (input, init) => {
	const response = await fetch(input, init);
	const { pathname } = new URL(input instanceof Request ? input.url : input);
	if (!isChanged || !pathname.includes("/file/part/")) return response;
	const bytes = new Uint8Array(await response.arrayBuffer());
	const last = bytes.length - 1;
	bytes[last] = (bytes[last] ?? 0) ^ 1;
	return new Response(bytes, response);
};

beforeAll(async () => {
	api = await startApi();
	const [first, second] = [await signUp(api), await signUp(api, { fetch: changing })];
	group = await first.user.getGroup(await first.user.createGroup(true));
	await group.inviteAuto(second.user.user_data.user_id);
	ada = attachmentsOf(first, group);
	grace = attachmentsOf(second, await second.user.getGroup(group.data.group_id));
});
afterAll(() => api.close());

function attachmentsOf({ sentc, user }: { sentc: SentcClient; user: User }, of: Group): Attachments {
	return new Attachments(of, { ownId: user.user_data.user_id, sentc, takeNewKeys: async () => undefined });
}

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

	it("is refused when who attached it did not sign it", async () => {
		const signed = await ada.upload(fileOf("signed.png", 100), {});
		const theirs = await grace.upload(fileOf("theirs.png", 100), {});
		const { file_id } = await group.createFile(fileOf("unsigned.png", 100));
		const [{ encrypted_key: sealed_key }] = await group.downloadFileMetaInfo(file_id);
		await expect(grace.download({ ...signed, file_id, sealed_key }, {})).rejects.toMatchObject({
			code: "SIGNATURE_REQUIRED",
		});
		const { signer_id, verify_key_id } = theirs;
		await expect(grace.download({ ...signed, signer_id, verify_key_id }, {})).rejects.toMatchObject({
			code: "WRONG_VERIFY_KEY",
		});
		isChanged = true;
		await expect(grace.download(signed, {})).rejects.toMatchObject({ code: "VERIFICATION_FAILED" });
		isChanged = false;
		expect(await bytesAt(await grace.download(signed, {}))).toHaveLength(100);
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
