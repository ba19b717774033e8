import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sample, tier } from "@sentc-ts/test-world";
import { afterEach, describe, expect, it } from "vitest";
import { readOptions } from "../src/options.js";

const script = fileURLToPath(new URL("../dist/start.js", import.meta.url));
const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	for (const clean of cleaning.splice(0)) await clean();
});

interface Run {
	output: () => string;
	stop: () => void;
	ended: Promise<number | null>;
}

function start(...args: string[]): Run {
	const child = spawn(process.execPath, [script, ...args]);
	let output = "";
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
	const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
	return { output: () => output, stop: () => child.kill("SIGTERM"), ended };
}

async function untilUp(run: Run): Promise<void> {
	const ended = run.ended.then(() => "ended");
	while (!run.output().includes("All stay up")) {
		const state = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
		if (state === "ended") throw new Error(run.output());
	}
}

async function temporaryFolder(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "own-backend-test-"));
	cleaning.push(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

describe("npm start", () => {
	const NO_ADDRESS = "--host must be an address of this machine that your phone can reach, for example 192.168.1.5.";
	const known = "there are --once, --host, --port, --notes-port, --api-port, --data";
	const flags: Parameters<typeof readOptions>[1] = ["once", "host", "port", "notes-port", "api-port", "data"];

	it.each([
		["--unknown", `--unknown is not known here; ${known}.`],
		["--host 203.0.113.7", "203.0.113.7 is no address of this machine: --host takes one that your phone can reach."],
	])("%s ends it with one sentence", async (line, sentence) => {
		const run = start(...line.split(" "));
		expect(await run.ended).toBe(1);
		expect(run.output()).toBe(`${sentence}\n`);
	});

	it.each([
		["--port=1 --unknown=2", `--unknown is not known here; ${known}.`],
		["once", `once is not known here; ${known}.`],
		["-- once", `once is not known here; ${known}.`],
		["--port", "--port needs a value."],
		["--data=", "--data needs a value."],
		["--once=yes", "--once takes no value."],
		["--port abc", "--port must be a port number: 0 to 65535."],
		["--port --once", "--port must be a port number: 0 to 65535."],
		["--port 1.5", "--port must be a port number: 0 to 65535."],
		["--host http://127.0.0.1", NO_ADDRESS],
		["--host 0.0.0.0", NO_ADDRESS],
		["--host 127.0.0.1:80", NO_ADDRESS],
		["--api-port 65536", "--api-port must be a port number: 0 to 65535."],
	])("%s is one sentence", (line, sentence) => {
		expect(() => readOptions(line.split(" "), flags)).toThrow(new Error(sentence));
	});

	const expectJourney = (output: string): void => {
		expect(output).toMatch(/own backend → API with the secret token/);
		expect(output).toMatch(/decrypt and verify on the second device/);
		expect(output).toMatch(/grace: cannot read the next note, had she its ciphertext/);
	};

	if (tier !== "quick") {
		it("walks the journey once and ends with 0", async () => {
			const run = start("--once");
			expect(await run.ended).toBe(0);
			expectJourney(run.output());
		});
	}

	it("walks the journey, stays up, ends cleanly on SIGTERM, and starts again on the same data", async () => {
		const data = await temporaryFolder();
		for (const round of [1, 2]) {
			const run = start("--data", data, "--port", "0", "--api-port", "0");
			await untilUp(run);
			expectJourney(run.output());
			const [, notes = ""] = /Group notes, an app to use and to copy: open (\S+)/.exec(run.output()) ?? [];
			expect(await (await fetch(notes)).text()).toContain("<title>Group Notes</title>");
			const url = /as a web page: open (\S+)/.exec(run.output())?.[1];
			const page = await (await fetch(String(url))).text();
			expect(page).toContain("<h1>Own backend</h1>");
			expect(page).not.toContain("live-reload");
			run.stop();
			expect([round, await run.ended]).toEqual([round, 0]);
		}
	});

	it.each(
		sample([
			["--port", "with --port"],
			["--api-port", "for the API with --api-port"],
			["--notes-port", "for the group notes with --notes-port"],
		]),
	)("says in one sentence that the port of %s is taken, and that this changes it", async (flag, how) => {
		const blocker = createServer();
		await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
		cleaning.push(() => new Promise((resolve) => blocker.close(resolve)));
		const address = blocker.address();
		const taken = String(typeof address === "object" && address?.port);
		// Of a flag that is given twice the last one counts.
		const run = start("--data", await temporaryFolder(), "--port", "0", "--api-port", "0", flag, taken);
		expect(await run.ended).toBe(1);
		expect(run.output()).toBe(`Port ${taken} is taken; choose another one ${how} <number>.\n`);
	});
});
