import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const KIB = 1024;
const MIB = 1024 * KIB;
/** Between two looks, ms. */
const PAUSE = 200;

/** Memory of this process, bytes. */
export const ownMemory = async (): Promise<number> => process.memoryUsage().rss;

/** Tells by how much memory grew at most while something ran. @param memory bytes, now */
export async function watchMemory(
	name: string,
	memory: () => Promise<number>,
	run: () => Promise<void>,
): Promise<void> {
	const before = await memory();
	let [most, running] = [before, true];
	const watching = (async () => {
		for (; running; await sleep(PAUSE)) most = Math.max(most, await memory());
	})();
	await run().finally(() => {
		running = false;
	});
	await watching;
	console.log(`${name}: ${Math.round((most - before) / MIB)} MiB more memory at most`);
}

/**
 * Memory of all processes that this one has started, and of those that they have, bytes: what several share is counted once (PSS in
 * proc_pid_smaps(5)). Pages of files don't count, as of them each has the less the more other processes run the same program. Linux only.
 */
export async function memoryOfDescendants(): Promise<number> {
	const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
	const children = await childrenOf(processes);
	const all: string[] = [String(process.pid)];
	for (const pid of all) all.push(...(children.get(pid) ?? []));
	const sizes = await Promise.all(all.slice(1).map(proportionalSet));
	return sizes.reduce((sum, size) => sum + size, 0);
}

async function childrenOf(processes: readonly string[]): Promise<Map<string, string[]>> {
	const children = new Map<string, string[]>();
	for (const pid of processes) {
		const [, parent = ""] = /\) \S (\d+) /.exec(await read(`/proc/${pid}/stat`)) ?? [];
		children.set(parent, [...(children.get(parent) ?? []), pid]);
	}
	return children;
}

async function proportionalSet(pid: string): Promise<number> {
	const kinds = (await read(`/proc/${pid}/smaps_rollup`)).matchAll(/^Pss_(?:Anon|Shmem):\s+(\d+) kB$/gm);
	return [...kinds].reduce((sum, [, kib]) => sum + Number(kib) * KIB, 0);
}

/** Nothing of a process that has just ended. */
const read = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");
