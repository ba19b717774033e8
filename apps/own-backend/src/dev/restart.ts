import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Options } from "../options.js";

/** Where the servers answer. */
export interface Running {
	apiUrl: string;
	backendUrl: string;
	notesUrl: string;
}

const SCRIPT = fileURLToPath(new URL("./server.js", import.meta.url));
/** What the compiler writes, which is not bundled after an edit. */
const execArgv = ["--conditions=sentc-unbundled"];
const PATIENCE_MS = 3000;

/** The API and the own backend as a process that can be replaced: data, ports and the help desk's password stay. */
export class RestartableServers {
	readonly #data: string;
	readonly #env: NodeJS.ProcessEnv;
	#ports: { api: string; backend: string; notes: string };
	#child: ChildProcess | undefined;
	#ended = false;

	constructor({ apiPort, data, notesPort, port }: Options, helpDeskPassword: string) {
		this.#data = data;
		// Now: a build of Vite sets NODE_ENV for the whole process.
		this.#env = { ...process.env, SENTC_HELP_DESK_PASSWORD: helpDeskPassword };
		this.#ports = { api: String(apiPort), backend: String(port), notes: String(notesPort) };
	}

	/**
	 * Ends the process that runs, and starts one of what is built now.
	 *
	 * @returns undefined when it ended at once: it has said why
	 */
	async restart(): Promise<Running | undefined> {
		await this.#stop();
		if (this.#ended) return undefined;
		const { api, backend, notes } = this.#ports;
		const flags = ["--port", backend, "--notes-port", notes, "--api-port", api, "--data", this.#data];
		const child = fork(SCRIPT, flags, { env: this.#env, execArgv });
		this.#child = child;
		const running = await new Promise<Running | undefined>((resolve) => {
			child.once("message", (message) => resolve(message as Running));
			child.once("exit", () => resolve(undefined));
		});
		const portOf = (url: string): string => new URL(url).port;
		if (running) {
			const { apiUrl, backendUrl, notesUrl } = running;
			this.#ports = { api: portOf(apiUrl), backend: portOf(backendUrl), notes: portOf(notesUrl) };
		}
		return running;
	}

	/** For good. */
	end(): Promise<void> {
		this.#ended = true;
		return this.#stop();
	}

	/** Lets the process finish what it does, but not for ever. */
	async #stop(): Promise<void> {
		const child = this.#child;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise((resolve) => child.once("exit", resolve));
		const impatience = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
		child.kill("SIGTERM");
		await ended;
		clearTimeout(impatience);
	}
}
