import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { launchOptions, serveScriptsPage } from "@sentc-ts/browsers";
import type * as Sdk from "@sentc-ts/sdk";
import { chromium } from "playwright-core";
import type { Row } from "./measure.js";
import { memoryOfDescendants, watchMemory } from "./memory.js";
import { serveApi } from "./served-api.js";
import { openUnwatchedPage } from "./unwatched-page.js";

/** What the classic script of the SDK is in the page, and what is kept there. */
declare const window: { Sentc: typeof Sdk; group: Sdk.Group; file: File; file_id: string };

const { resolve } = createRequire(import.meta.url);
const SCRIPTS = ["sentc.min.js", "sentc.worker.js"].map((name) => resolve(`@sentc-ts/sdk/${name}`));

/**
 * One file on the disk, from a page in Chromium to the API and back, and the same bytes sent as they are: what encryption costs is the
 * difference. All processes of Chromium count. @param size MiB
 */
export async function* browserFileRows(size: number): AsyncGenerator<Row> {
	const folder = await mkdtemp(join(tmpdir(), "sentc-ts-bench-chromium-"));
	const api = await serveApi();
	const { base_url, app_token } = api;
	const other = (request: IncomingMessage, response: ServerResponse): void => {
		const stored = pipeline(request, createWriteStream(join(folder, "plain")));
		void stored.finally(() => response.end()).catch(console.error);
	};
	const site = await serveScriptsPage({ scripts: SCRIPTS, connect: [base_url], other });
	const browser = await chromium.launch(launchOptions());
	try {
		const page = await openUnwatchedPage(browser, site.url);
		await page.evaluate(begin, { base_url, app_token, size });
		const row = (what: string, run: () => Promise<void>): Row => {
			const name = `Chromium: ${what} ${size} MiB`;
			return {
				name,
				calls: 1,
				samples: 1,
				ours: () => watchMemory(name, memoryOfDescendants, () => page.evaluate(run)),
			};
		};
		yield row("upload as it is", sendPlain);
		yield row("upload", upload);
		yield row("download", download);
	} finally {
		await browser.close();
		await site.close();
		await api.close();
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	}
}

// What follows runs in the page, and sees nothing of this module.

/** Logs in, and writes the file: no more than a piece of it is in memory. */
async function begin(given: { base_url: string; app_token: string; size: number }): Promise<void> {
	const { base_url, app_token, size } = given;
	const sentc = window.Sentc.createSentc({ base_url, app_token });
	await sentc.init();
	await sentc.register("somebody", "a password");
	const user = await sentc.login("somebody", "a password", true);
	window.group = await user.getGroup(await user.createGroup());
	const root = await navigator.storage.getDirectory();
	const handle = await root.getFileHandle("file", { create: true });
	const writable = await handle.createWritable();
	for (let mib = 0; mib < size; mib++) await writable.write(new Uint8Array(1024 * 1024).fill(mib));
	await writable.close();
	window.file = await handle.getFile();
}

async function sendPlain(): Promise<void> {
	await fetch("/plain", { method: "POST", body: window.file });
}

async function upload(): Promise<void> {
	const { file, file_id, group } = window;
	if (file_id !== undefined) await group.deleteFile(file_id);
	window.file_id = (await group.createFile(file)).file_id;
}

async function download(): Promise<void> {
	const { file, file_id, group } = window;
	const { stream } = await group.downloadStream(file_id, { size: file.size });
	const reader = stream.getReader();
	while (!(await reader.read()).done);
}
