import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import type { NewApp } from "../../src/index.js";
import type { Target } from "./api.js";

const BIN = fileURLToPath(new URL("../../bin/sentc-api.js", import.meta.url));

export interface Run {
	readonly process: ChildProcessWithoutNullStreams;
	/** Resolves with the first line of the output. */
	readonly line: Promise<string>;
	/** Resolves with the exit code and all output. */
	readonly end: Promise<{ code: number | null; output: string; errors: string }>;
}

/** Starts the command in an empty folder of its own, with nothing in its environment but what is given. */
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

export const run = (folder: string, args: string[], env: Record<string, string> = {}): Run["end"] =>
	start(folder, args, env).end;

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
	const { code, output, errors } = await run(folder, args, env);
	expect({ code, errors }).toEqual({ code: 0, errors: "" });
	return output
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}

/** A command that has to be refused with one sentence; that sentence. */
export async function refusal(folder: string, args: string[], env: Record<string, string> = {}): Promise<string> {
	const { code, output, errors } = await run(folder, args, env);
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
