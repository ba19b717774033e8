import type { Connection, Spawner, WorkerOptions } from "./types.js";

/** What a page can know: where a bundler put the script stays between it and the browser. */
const ownScript = "its default location (web-worker.js of @sentc-ts/core-crypto, where the bundler put it)";

function start({ factory, url }: WorkerOptions): { worker: Worker; source: string } {
	if (factory) return { worker: factory() as Worker, source: "the worker factory" };
	if (url !== undefined) {
		const script = new URL(url, globalThis.location.href).href;
		return { worker: new Worker(script, { type: "module" }), source: script };
	}
	// Bundlers know a worker by exactly this expression.
	return { worker: new Worker(new URL("./web-worker.js", import.meta.url), { type: "module" }), source: ownScript };
}

function connect(options: WorkerOptions): Connection {
	const { worker, source } = start(options);
	return {
		endpoint: worker,
		source,
		onFailure(listener) {
			worker.addEventListener("error", ({ message }) => listener(new Error(message || "The script was not loaded")));
			worker.addEventListener("messageerror", () => listener(new Error("An answer could not be read")));
		},
		hold: () => {},
		release: () => {},
		terminate: async () => worker.terminate(),
	};
}

/** Web Workers. */
export const spawner: Spawner = {
	runtime: "web",
	available: () => typeof Worker === "function",
	cores: () => globalThis.navigator?.hardwareConcurrency ?? 1,
	spawn: connect,
};
