import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Copy, copyRepository } from "../src/copy.js";
import { type Dev, processesOf, runDev, startDev, until } from "../src/dev.js";
import { fetchPage, fetchText, reloadWord } from "../src/pages.js";
import { logIn, type Session } from "../src/session.js";

let copy: Copy;
let dev: Dev;
let session: Session;

beforeAll(async () => {
	copy = await copyRepository();
	dev = await startDev(copy.folder, "--port", "0", "--api-port", "0");
	session = await logIn(dev);
}, 300_000);

afterAll(async () => {
	if (processesOf(copy.folder).length > 0) {
		dev.kill("SIGTERM");
		await until("the end", () => processesOf(copy.folder).length === 0);
	}
	await copy.remove();
}, 300_000);

async function edit(file: string, from: string | RegExp, to: string): Promise<void> {
	const path = join(copy.folder, file);
	const before = await readFile(path, "utf8");
	const after = before.replace(from, to);
	expect(after).not.toBe(before);
	await writeFile(path, after);
}

interface Edit {
	file: string;
	from: string | RegExp;
	to: string;
	/** Where it shows. */
	seen: () => Promise<string>;
	/** How it shows: only the edited file can bring this text. */
	text: string;
}

/** Each in a project of its own, which the compiler watches. */
const compiled: Edit[] = [
	{
		file: "packages/core-crypto/src/errors.ts",
		from: "The ciphertext is too short",
		to: "Edited: core-crypto",
		seen: () => fetchPage(dev.backendUrl),
		text: "Edited: core-crypto",
	},
	{
		file: "packages/sdk/src/errors.ts",
		from: "This device does not have the key",
		to: "Edited: sdk",
		seen: () => fetchPage(dev.backendUrl),
		text: "Edited: sdk",
	},
	{
		file: "packages/api-server/src/app.ts",
		from: /http\.notFound\(.*\);/,
		to: 'http.notFound(() => new Response("Edited: api-server"));',
		seen: () => fetchText(`${dev.apiUrl}/nowhere`),
		text: "Edited: api-server",
	},
	{
		file: "apps/own-backend/src/backend/users.ts",
		from: "Send input, email and full_name.",
		to: "Edited: own backend",
		seen: () => fetchText(`${dev.backendUrl}/register`, { method: "POST", body: "{}" }),
		text: "Edited: own backend",
	},
	{
		file: "apps/own-backend/src/page/main.ts",
		from: '"Not logged in"',
		to: '"Edited: script"',
		seen: () => fetchPage(dev.backendUrl),
		text: "Edited: script",
	},
];

const html: Edit = {
	file: "apps/own-backend/src/page/index.html",
	from: "<h1>Own backend</h1>",
	to: "<h1>Edited: HTML</h1>",
	seen: () => fetchPage(dev.backendUrl),
	text: "<h1>Edited: HTML</h1>",
};

const style: Edit = {
	file: "apps/own-backend/src/page/style.css",
	from: /^/,
	to: ".edited-style { color: red; }\n",
	seen: () => fetchPage(dev.backendUrl),
	text: ".edited-style",
};

describe("npm run dev", { timeout: 300_000 }, () => {
	it("starts without an error, and the page keeps its policy", async () => {
		expect(dev.output()).not.toMatch(/error|fail/i);
		const answer = await fetch(`${dev.backendUrl}/`);
		expect(await answer.text()).toContain('<script type="module" src="/live-reload.js">');
		expect(answer.headers.get("content-security-policy")).toContain(
			"script-src 'self'; worker-src 'self'; style-src 'self'",
		);
	});

	it.each([
		["packages, the API, the own backend and a script of the page", compiled],
		["the HTML of the page", [html]],
		["the style of the page", [style]],
	])("%s: an edit is live, and open pages load again", async (kind, edits) => {
		for (const { seen, text } of edits) expect(await seen()).not.toContain(text);
		const word = await reloadWord(dev.backendUrl);
		for (const { file, from, to } of edits) await edit(file, from, to);
		const edited = performance.now();
		for (const { file, seen, text } of edits) await until(`${file} is live`, async () => (await seen()).includes(text));
		await until("open pages load again", async () => ![word, ""].includes(await reloadWord(dev.backendUrl)));
		console.log(`${kind}: live after ${((performance.now() - edited) / 1000).toFixed(1)} s`);
	});

	it.each([
		["packages/core-crypto/src/errors.ts", "Edited: core-crypto"],
		["apps/own-backend/src/page/main.ts", "Edited: script"],
	])("an error in %s is shown, the version before goes on, and the next good edit is live", async (file, text) => {
		const word = await reloadWord(dev.backendUrl);
		await edit(file, text, "Edited with an error");
		await edit(file, /$/, 'export const wrong: number = "text";\n');
		await until("the error is shown", () => new RegExp(`${file}.*error TS2322`).test(dev.output()));
		expect(await fetchPage(dev.backendUrl)).toContain(text);
		expect(await reloadWord(dev.backendUrl)).toBe(word);

		await edit(file, 'export const wrong: number = "text";\n', "");
		await edit(file, "Edited with an error", `${text} again`);
		await until("the good edit is live", async () => (await fetchPage(dev.backendUrl)).includes(`${text} again`));
	});

	it("keeps the data, and whoever is logged in stays so", async () => {
		await session.goesOn();
	});

	it("ends everything with one Ctrl-C", async () => {
		expect(processesOf(copy.folder)).not.toEqual([]);
		dev.pressCtrlC();
		await dev.ended;
		expect(processesOf(copy.folder)).toEqual([]);
	});

	it("starts again on the same ports and data, and ends when npm alone is ended", async () => {
		const urls = { "--port": dev.backendUrl, "--notes-port": dev.notesUrl, "--api-port": dev.apiUrl };
		const flags = Object.entries(urls).flatMap(([flag, url]) => [flag, new URL(url).port]);
		dev = await startDev(copy.folder, ...flags);
		await session.goesOn();
		dev.kill("SIGTERM");
		await until("every process has ended", () => processesOf(copy.folder).length === 0);
	});

	it("says in one sentence that a port is taken", async () => {
		const blocker = createServer();
		await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
		const address = blocker.address();
		const taken = typeof address === "object" ? address?.port : undefined;
		const run = runDev(copy.folder, "--port", String(taken), "--api-port", "0");
		await run.ended;
		blocker.close();
		expect(run.output().trim().split("\n").at(-1)).toBe(
			`Port ${taken} is taken; choose another one with --port <number>.`,
		);
	});
});
