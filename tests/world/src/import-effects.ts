import { spawnSync } from "node:child_process";

/** What a module did to the process that imported it. */
export interface ImportEffects {
	/** Globals of browsers that it looked at. */
	touched: string[];
	/** Listeners, timers and the like, before and after; empty when they are the same. */
	changed: string[];
	/** New globals. */
	added: string[];
}

/** Imports a module in a fresh process. @param entry URL */
export function effectsOfImport(entry: string): ImportEffects {
	const code = `
		const touched = [];
		for (const name of ["window", "document", "Worker", "indexedDB", "localStorage", "sessionStorage", "fetch", "console"]) {
			const value = globalThis[name];
			Object.defineProperty(globalThis, name, { configurable: true, get: () => (touched.push(name), value) });
		}
		const known = new Set(Reflect.ownKeys(globalThis));
		const state = () => JSON.stringify([
			process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
			process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|Worker|MessagePort|Socket/.test(name)),
		]);
		const before = state();
		await import(${JSON.stringify(entry)});
		const changed = state() === before ? [] : [before, state()];
		const added = Reflect.ownKeys(globalThis).filter((name) => !known.has(name)).map(String);
		process.stdout.write(JSON.stringify({ touched, changed, added }));
	`;
	const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", code]);
	if (status !== 0 || stderr.length > 0) throw new Error(`${entry} can't be imported: ${stderr}`);
	return JSON.parse(String(stdout));
}
