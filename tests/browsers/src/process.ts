import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { Readable } from "node:stream";

/** A process that ends with this one at the latest. */
export interface Running {
	readonly child: ChildProcess;
	/** Ends it and waits until it has ended. */
	end(): Promise<void>;
}

export function run(path: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv } = {}): Running {
	// Standard input, output, errors, and a channel where a server may tell which address it took.
	const child = spawn(path, args, { ...options, stdio: ["ignore", "ignore", "ignore", "pipe"] });
	const kill = (): void => void child.kill();
	process.once("exit", kill);
	const ended = once(child, "close");
	ended.catch(() => {});
	return {
		child,
		end: async () => {
			process.off("exit", kill);
			kill();
			await ended;
		},
	};
}

/** Starts an X server whose screen nobody sees. @returns its display, as in the variable `DISPLAY` */
export async function startScreen(path: string): Promise<Running & { display: string }> {
	const running = run(path, ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
	const channel = running.child.stdio[3] as Readable;
	const [number] = await Promise.race([
		once(channel, "data"),
		once(running.child, "close").then(() => Promise.reject(new Error(`${path} ended before it had a screen.`))),
	]);
	return { ...running, display: `:${String(number).trim()}` };
}

/** A port of this machine that nobody uses. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}
