import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const START = fileURLToPath(new URL("../../../apps/own-backend/dist/start.js", import.meta.url));

/** An address of this machine that others could reach; browsers don't take its pages for secure. */
export function outerAddress(): string | undefined {
	const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
	return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
}

/** `npm start -- --host`, with data of its own. */
export interface Started {
	/** Of the page. */
	url: string;
	close(): Promise<void>;
}

export async function startFor(host: string): Promise<Started> {
	const data = await mkdtemp(join(tmpdir(), "own-backend-host-"));
	const child = spawn(process.execPath, [START, "--host", host, "--port", "0", "--api-port", "0", "--data", data]);
	const ended = new Promise((resolve) => child.once("close", resolve));
	const close = async (): Promise<void> => {
		child.kill("SIGTERM");
		await ended;
		await rm(data, { recursive: true, force: true });
	};
	try {
		return { url: await untilUp(child), close };
	} catch (error) {
		await close();
		throw error;
	}
}

function untilUp(child: ChildProcess): Promise<string> {
	let output = "";
	return new Promise((resolve, reject) => {
		const read = (text: Buffer): void => {
			output += text;
			const url = /as a web page: open (\S+)/.exec(output)?.[1];
			if (url !== undefined && output.includes("All stay up")) resolve(url);
		};
		for (const stream of [child.stdout, child.stderr]) stream?.on("data", read);
		child.once("close", () => reject(new Error(output)));
	});
}
