import { createRequire } from "node:module";
import { type Browser, engines, type ScriptsPage, serveScriptsPage, startBrowser, type Tab } from "@sentc-ts/browsers";
import type * as Sdk from "@sentc-ts/sdk";
import { type ServedApi, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** What the classic script of the SDK is in the page, and what its tests keep there. */
declare const window: { Sentc: typeof Sdk; group: Sdk.Group; file: File; file_id: string; ending: AbortController };

const { resolve } = createRequire(import.meta.url);
const SCRIPTS = ["sentc.min.js", "sentc.worker.js"].map((name) => resolve(`@sentc-ts/sdk/${name}`));
const CHUNK = 256 * 1024;
/** Of six parts. */
const SIZE = 5 * CHUNK + 1000;

describe.each(engines)("files in $name", (engine) => {
	let api: ServedApi;
	let page: ScriptsPage;
	let browser: Browser;
	let tab: Tab;
	beforeAll(async () => {
		api = await startApi();
		page = await serveScriptsPage({ scripts: SCRIPTS, connect: [api.base_url] });
		browser = await startBrowser(engine);
		tab = await browser.newTab();
		await tab.goto(page.url);
		const { base_url, app_token } = api;
		await tab.evaluate(logIn, { base_url, app_token, size: SIZE });
	});
	afterAll(async () => {
		await browser?.close();
		await page?.close();
		await api?.close();
	});

	it("are uploaded from a File, and tell how far they are", async () => {
		const { fractions, bytes, total } = await tab.evaluate(upload, CHUNK);
		expect(fractions.map((fraction) => Math.round((fraction ?? 0) * 6))).toEqual([1, 2, 3, 4, 5, 6]);
		expect([bytes, total]).toEqual([SIZE, SIZE]);
	});

	it("come back as a stream and as a Blob that nobody takes for a page", async () => {
		expect(await tab.evaluate(downloadStream)).toEqual({ same: true, name: "film.mp4" });
		expect(await tab.evaluate(downloadBlob)).toEqual({ same: true, type: "application/octet-stream" });
	});

	it("come back into the Origin Private File System, where it can be written to", async () => {
		const { state, same } = await tab.evaluate(downloadToFile);
		if (engine.name === "Chromium") expect(state).toBe("written");
		if (state === "written") expect(same).toBe(true);
		else expect(state).toBe("not supported");
	});

	it("stop when they are aborted, and an upload goes on from there", async () => {
		const { code, again, parts, name } = await tab.evaluate(abortAndResume, CHUNK);
		expect(code).toBe("REQUEST_ABORTED");
		expect(again).toBeLessThan(6);
		expect([parts, name]).toEqual([6, "film.mp4"]);
		expect(await tab.evaluate(abortDownload)).toBe("REQUEST_ABORTED");
	});

	it("go on in one tab at a time", async () => {
		const other = await browser.newTab();
		await other.goto(page.url);
		const { base_url, app_token } = api;
		const groupId = await tab.evaluate(holdUpload, CHUNK);
		const given = { base_url, app_token, groupId, size: SIZE };
		expect(await other.evaluate(resumeElsewhere, given)).toBe("UPLOAD_RUNNING");
		await tab.evaluate(endUpload);
		expect(await other.evaluate(resumeElsewhere, given)).toBe("done");
	});

	if (engine.tellsComplaints) {
		// A part that was under way when it was aborted may have come before it is sent again, and is refused then.
		const refused = /status of 400/;
		it("give the browser nothing else to complain about", () =>
			expect(browser.complaints.filter((complaint) => !refused.test(complaint))).toEqual([]));
	}
});

// What follows runs in the page, and sees nothing of this module.

interface Connection {
	base_url: string;
	app_token: string;
	size: number;
}

async function logIn({ base_url, app_token, size }: Connection): Promise<void> {
	const sentc = window.Sentc.createSentc({ base_url, app_token });
	await sentc.init();
	await sentc.register("somebody", "a password");
	const user = await sentc.login("somebody", "a password", true);
	const content = new Uint8Array(size);
	for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(content.subarray(at, at + 65_536));
	window.group = await user.getGroup(await user.createGroup());
	window.file = new File([content], "film.mp4", { type: "text/html" });
}

async function upload(chunk_size: number): Promise<Sdk.FileProgress & { fractions: (number | undefined)[] }> {
	const told: Sdk.FileProgress[] = [];
	const on_progress = (progress: Sdk.FileProgress): void => void told.push(progress);
	const { file_id } = await window.group.createFile(window.file, { chunk_size, on_progress });
	window.file_id = file_id;
	const last = told.at(-1);
	if (!last) throw new Error("Nothing was told");
	return { ...last, fractions: told.map(({ fraction }) => fraction) };
}

async function downloadStream(): Promise<{ same: boolean; name: string | undefined }> {
	const { stream, meta } = await window.group.downloadStream(window.file_id);
	const reader = stream.getReader();
	const expected = new Uint8Array(await window.file.arrayBuffer());
	let [at, same] = [0, true];
	for (let part = await reader.read(); !part.done; part = await reader.read()) {
		for (const byte of part.value) if (byte !== expected[at++]) same = false;
	}
	return { same: same && at === expected.length, name: meta.file_name };
}

async function downloadBlob(): Promise<{ same: boolean; type: string }> {
	const [url] = await window.group.downloadFile(window.file_id);
	const blob = await (await fetch(url)).blob();
	URL.revokeObjectURL(url);
	const hash = async (of: Blob): Promise<string> =>
		new Uint8Array(await crypto.subtle.digest("SHA-256", await of.arrayBuffer())).join();
	return { same: (await hash(blob)) === (await hash(window.file)), type: blob.type };
}

async function downloadToFile(): Promise<{ state: "written" | "not supported"; same?: boolean }> {
	const root = await navigator.storage?.getDirectory?.().catch(() => undefined);
	const handle = await root?.getFileHandle("film.mp4", { create: true });
	if (!root || !handle?.createWritable) return { state: "not supported" };
	await window.group.downloadTo(window.file_id, await handle.createWritable());
	const hash = async (of: Blob): Promise<string> =>
		new Uint8Array(await crypto.subtle.digest("SHA-256", await of.arrayBuffer())).join();
	const same = (await hash(await handle.getFile())) === (await hash(window.file));
	await root.removeEntry("film.mp4");
	return { state: "written", same };
}

/** @returns how many parts were sent again */
async function abortAndResume(
	chunk_size: number,
): Promise<{ code: string; again: number; parts: number; name: string | undefined }> {
	const { file, group } = window;
	const ending = new AbortController();
	const codeOf = ({ code }: { code?: string }): string => code ?? "none";
	const on_progress = ({ bytes }: Sdk.FileProgress): void => {
		if (bytes > chunk_size) ending.abort();
	};
	const code = await group
		.createFile(file, { chunk_size, signal: ending.signal, on_progress })
		.then(() => "none", codeOf);
	const [unfinished] = await group.getUnfinishedUploads();
	let again = 0;
	const count = (): void => void again++;
	const { file_id } = await group.resumeUpload(unfinished?.file_id ?? "", file, { on_progress: count });
	const { stream, meta } = await group.downloadStream(file_id, { size: file.size });
	const reader = stream.getReader();
	while (!(await reader.read()).done);
	return { code, again, parts: meta.part_list.length, name: meta.file_name };
}

async function abortDownload(): Promise<string> {
	const ending = new AbortController();
	const options = { signal: ending.signal, on_progress: () => ending.abort() };
	return window.group.downloadFile(window.file_id, options).then(
		() => "none",
		({ code }: { code?: string }) => code ?? "none",
	);
}

/** Uploads a file of zeros, and pauses within it. @returns id of the group */
async function holdUpload(chunk_size: number): Promise<string> {
	const { file, group } = window;
	window.ending = new AbortController();
	const control = new window.Sentc.TransferControl();
	await new Promise<void>((resolve) => {
		const on_progress = (): void => {
			control.pause();
			resolve();
		};
		const options = { chunk_size, control, on_progress, signal: window.ending.signal };
		group.createFile(new Blob([new Uint8Array(file.size)]), options).catch(() => undefined);
	});
	return group.data.group_id;
}

async function endUpload(): Promise<void> {
	window.ending.abort();
}

interface Elsewhere extends Connection {
	groupId: string;
}

/** @returns what it failed with, or "done" */
async function resumeElsewhere({ base_url, app_token, groupId, size }: Elsewhere): Promise<string> {
	const sentc = window.Sentc.createSentc({ base_url, app_token });
	await sentc.init();
	const group = await (await sentc.getActualUser()).getGroup(groupId);
	const [upload] = await group.getUnfinishedUploads();
	return group.resumeUpload(upload?.file_id ?? "", new Blob([new Uint8Array(size)])).then(
		() => "done",
		({ code }: { code?: string }) => code ?? "none",
	);
}
