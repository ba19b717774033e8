import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Question, Usage } from "./probe.js";

const PROBE = new URL("./probe.js", import.meta.url).href;

/** A server in a process of its own, whose use of the machine can be asked for. */
export class Server {
	readonly port: number;
	/** From the start of the process to the line that says where it listens, ms. */
	readonly startTime: number;
	readonly #process: ChildProcess;

	private constructor(process: ChildProcess, port: number, startTime: number) {
		this.#process = process;
		this.port = port;
		this.startTime = startTime;
	}

	/** @param module prints one line of JSON with its `url` when it listens */
	static async start(module: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Server> {
		const started = performance.now();
		const child = fork(module, args, {
			env: { ...process.env, ...env },
			execArgv: ["--import", PROBE],
			stdio: ["ignore", "pipe", "inherit", "ipc"],
		});
		if (child.stdout === null) throw new Error("The server has no output");
		const lines = createInterface(child.stdout);
		const [line] = (await Promise.race([once(lines, "line"), once(lines, "close")])) as [string | undefined];
		if (line === undefined) throw new Error(`${module} ended before it listened`);
		const { port } = new URL(JSON.parse(line).url);
		return new Server(child, Number(port), performance.now() - started);
	}

	async usage(): Promise<Usage> {
		return (await this.#ask({ ask: "usage" })) as Usage;
	}

	/** The CPU time of the statements that `work` lets the server run, ms; `undefined` where they write. */
	async statementsOf(work: () => Promise<unknown>, times: number): Promise<number | undefined> {
		await this.#ask({ ask: "record" });
		await work();
		return ((await this.#ask({ ask: "replay", times })) as number | null) ?? undefined;
	}

	async stop(): Promise<void> {
		const ended = once(this.#process, "exit");
		this.#process.kill("SIGTERM");
		await ended;
	}

	async #ask(question: Question): Promise<unknown> {
		const answer = once(this.#process, "message");
		this.#process.send(question);
		return (await answer)[0];
	}
}

/** The API of a built checkout, with an empty database and one app whose public token may do everything. */
export interface ApiServer {
	readonly server: Server;
	readonly appToken: string;
	stop(): Promise<void>;
}

export async function startApi(checkout: string): Promise<ApiServer> {
	const folder = await mkdtemp(join(tmpdir(), "sentc-ts-bench-"));
	const command = join(checkout, "packages/api-server/bin/sentc-api.js");
	const files = ["--database", join(folder, "sentc.db"), "--root-key-file", join(folder, "root.key")];
	const { stdout } = await promisify(execFile)(process.execPath, [command, "app", "create", "--lax", ...files]);
	const server = await Server.start(command, ["serve", "--port", "0", "--no-rate-limits", ...files], {
		// Older checkouts don't know the option.
		SENTC_FILES: join(folder, "files"),
	});
	return {
		server,
		appToken: JSON.parse(stdout).public_token,
		async stop() {
			await server.stop();
			await rm(folder, { recursive: true });
		},
	};
}
