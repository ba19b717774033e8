import { availableParallelism } from "node:os";
import { nodeEndpoint } from "./node-endpoint.js";
import type { Connection, NodeWorker, Spawner, WorkerOptions } from "./types.js";

function start({ factory, url }: WorkerOptions): { worker: NodeWorker; source: string } {
	if (factory) return { worker: factory() as NodeWorker, source: "the worker factory" };
	// Flags of the process such as --input-type do not fit another script.
	const options = { execArgv: [], name: "sentc-crypto" };
	// Loading it takes a tenth of a start, and not everybody has a worker.
	const { Worker } = process.getBuiltinModule("node:worker_threads");
	const script = url === undefined ? new URL("./node-worker.js", import.meta.url) : asScript(url);
	return { worker: new Worker(script, options), source: String(script) };
}

/** Node takes paths as text, but URLs only as objects. */
function asScript(url: string | URL): string | URL {
	return typeof url === "string" && /^(file|data):/.test(url) ? new URL(url) : url;
}

function connect(options: WorkerOptions): Connection {
	const { worker, source } = start(options);
	return {
		endpoint: nodeEndpoint(worker),
		source,
		onFailure(listener) {
			worker.on("error", listener);
			worker.on("messageerror", listener);
			worker.on("exit", (code) => listener(new Error(`The worker ended with the exit code ${code}`)));
		},
		hold: () => worker.ref(),
		release: () => worker.unref(),
		terminate: async () => {
			await worker.terminate();
		},
	};
}

/** Worker threads of Node. */
export const spawner: Spawner = { runtime: "node", available: () => true, cores: availableParallelism, spawn: connect };
