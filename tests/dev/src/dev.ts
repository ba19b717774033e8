import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildCache } from "./copy.js";

/** `npm run dev`, running. */
export interface Dev {
	apiUrl: string;
	backendUrl: string;
	notesUrl: string;
	/** Everything it has printed. */
	output(): string;
	/** What a terminal does with Ctrl-C: every process of the foreground group gets the signal. */
	pressCtrlC(): void;
	/** A signal for npm alone. */
	kill(signal: NodeJS.Signals): void;
	/** When npm has ended. */
	ended: Promise<void>;
}

interface Started {
	child: ChildProcess;
	output(): string;
	ended: Promise<void>;
}

export function runDev(folder: string, ...flags: string[]): Started {
	const child = spawn("npm", ["run", "dev", "--", "--data", join(folder, ".data"), ...flags], {
		cwd: folder,
		detached: true,
		env: { ...process.env, NODE_ENV: undefined, TURBO_CACHE_DIR: buildCache },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
	const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
	return { child, output: () => output, ended };
}

/** Waits until everything is up. */
export async function startDev(folder: string, ...flags: string[]): Promise<Dev> {
	const { child, ended, output } = runDev(folder, ...flags);
	const gone = ended.then(() => true);
	while (!output().includes("Ctrl+C ends everything")) {
		if (await Promise.race([gone, sleep(100)])) throw new Error(output());
	}
	const url = (name: string): string => new RegExp(`${name} +(http\\S+)`).exec(output())?.[1] ?? "";
	return {
		apiUrl: url("API"),
		backendUrl: url("own backend"),
		notesUrl: url("group notes"),
		output,
		pressCtrlC: () => void process.kill(-Number(child.pid), "SIGINT"),
		kill: (signal) => void child.kill(signal),
		ended,
	};
}

/** Every process that was started for a copy: each of them has its folder in its arguments. */
export function processesOf(folder: string): string[] {
	const all = execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).split("\n");
	return all.filter((line) => line.includes(folder));
}

/** Long enough for a machine that does much else. */
const PATIENCE_MS = 120_000;

/** Asks again and again. @throws Error after two minutes, with what was waited for */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
	const deadline = performance.now() + PATIENCE_MS;
	while (!(await holds())) {
		if (performance.now() > deadline) throw new Error(`Waited for two minutes: ${what}`);
		await sleep(50);
	}
}
