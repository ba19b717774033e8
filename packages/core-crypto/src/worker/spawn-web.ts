import type { Connection, Spawner, WorkerOptions } from "./types.js";

const defaultSource = "the web-worker.js of @sentc-ts/core-crypto";

function start({ factory, url }: WorkerOptions): { worker: Worker; source: string } {
	if (factory) return { worker: factory() as Worker, source: "the worker factory" };
	if (url !== undefined) return { worker: new Worker(url, { type: "module" }), source: String(url) };
	// Bundlers know a worker by exactly this expression.
	return { worker: new Worker(new URL("./web-worker.js", import.meta.url), { type: "module" }), source: defaultSource };
}

function connect(options: WorkerOptions): Connection {
	const { worker, source } = start(options);
	return {
		endpoint: worker,
		source,
		onFailure(listener) {
			worker.addEventListener("error", (event) => listener(event.error ?? new Error(event.message || event.type)));
			worker.addEventListener("messageerror", () => listener(new Error("An answer could not be read")));
		},
		hold: () => {},
		release: () => {},
		terminate: async () => worker.terminate(),
	};
}

/** Web Workers. */
export const spawner: Spawner = { available: () => typeof Worker === "function", spawn: connect };
