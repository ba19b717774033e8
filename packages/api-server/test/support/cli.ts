import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { main } from "../../src/cli/main.js";
import type { NewApp } from "../../src/index.js";
import type { Target } from "./api.js";

const BIN = fileURLToPath(new URL("../../bin/sentc-api.js", import.meta.url));

export interface Run {
	readonly process: ChildProcessWithoutNullStreams;
	/** Resolves with the first line of the output. */
	readonly line: Promise<string>;
	readonly end: Promise<Ended>;
}

export interface Ended {
	/** Exit code. */
	readonly code: number | null;
	readonly output: string;
	readonly errors: string;
}

/** Starts the program in a folder, in a process of its own with nothing in its environment but what is given. */
export function start(folder: string, args: string[], env: Record<string, string> = {}): Run {
	const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env });
	onTestFinished(() => void child.kill("SIGKILL"));
	let output = "";
	let errors = "";
	child.stderr.on("data", (data) => {
		errors += data;
	});
	const line = new Promise<string>((resolve) => {
		child.stdout.on("data", (data) => {
			output += data;
			if (output.includes("\n")) resolve(output.slice(0, output.indexOf("\n")));
		});
	});
	const end = once(child, "close").then(([code]) => ({ code, output, errors }));
	return { process: child, line, end };
}

/** Does what the program would do when it is started like that, in this process and until it ends: one at a time. */
export async function run(folder: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
	const before = { cwd: process.cwd(), env: process.env };
	process.chdir(folder);
	process.env = { ...env };
	try {
		const [stdout, stderr] = [written(), written()];
		const code = await main(args, { stdout, stderr });
		return { code, output: stdout.text(), errors: stderr.text() };
	} finally {
		process.chdir(before.cwd);
		process.env = before.env;
	}
}

function written() {
	let all = "";
	const write = (text: string): void => {
		all += text;
	};
	return { write, text: () => all };
}

/** Waits until the server is ready; fails with its complaint when it ends instead. */
export async function ready({ line, end }: Run): Promise<Record<string, string>> {
	return JSON.parse(await Promise.race([line, end.then(({ errors }) => Promise.reject(new Error(errors)))]));
}

/** A command that has to succeed; the objects that it prints. */
export async function outcome(
	folder: string,
	args: string[],
	env: Record<string, string> = {},
): Promise<Record<string, string>[]> {
	return printed(await run(folder, args, env));
}

/** The objects that a command printed, which has to have succeeded. */
export function printed({ code, output, errors }: Ended): Record<string, string>[] {
	expect({ code, errors }).toEqual({ code: 0, errors: "" });
	return output
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}

/** A command that has to be refused with one sentence; that sentence. */
export async function refusal(folder: string, args: string[], env: Record<string, string> = {}): Promise<string> {
	return refused(await run(folder, args, env));
}

/** The sentence with which a command was refused. */
export function refused({ code, output, errors }: Ended): string {
	expect({ code, output }).toEqual({ code: 2, output: "" });
	expect(errors).toMatch(/^[^\n]+\.\n$/);
	return errors;
}

/** The app that `app create` or the ready line shows. */
export function printedApp(line: Record<string, string> | undefined): NewApp {
	return {
		appId: line?.["app_id"] ?? "",
		publicToken: line?.["public_token"] ?? "",
		secretToken: line?.["secret_token"] ?? "",
		jwtKeyId: line?.["jwt_key_id"] ?? "",
		jwtVerifyKey: line?.["jwt_verify_key"] ?? "",
	};
}

/** Calls the API of another process. */
export function remote(url: string | undefined, app: NewApp): Target {
	const send = async (request: Request) => {
		const { pathname, search } = new URL(request.url);
		const { method, headers } = request;
		const body = method === "GET" ? null : await request.arrayBuffer();
		return fetch(`${url}${pathname}${search}`, { method, headers, body });
	};
	return { api: { fetch: send }, app };
}
