import { WorkerError } from "../errors.js";
import { joinResults, partsOf } from "./batch.js";
import type { RunningWorker } from "./running-worker.js";
import type { WorkerOperation } from "./types.js";

/** So many calls on each worker, and another one starts. */
const crowd = 4;

/**
 * Workers that do the same: the first starts with `warmUp` or the first call, others when calls wait or a list is long. One that ends leaves,
 * with the calls it had.
 */
export class WorkerPool {
	readonly #start: (onStop: () => void) => RunningWorker;
	readonly #most: number;
	readonly #running: Set<RunningWorker> = new Set();
	readonly #batches: Set<Promise<unknown>> = new Set();

	/** @param most how many workers there may be */
	constructor(most: number, start: (onStop: () => void) => RunningWorker) {
		this.#most = most;
		this.#start = start;
	}

	/** @throws what {@link RunningWorker.call} throws, and what starting the first worker does */
	async call(name: WorkerOperation, input: unknown): Promise<unknown> {
		const parts = this.#most > 1 ? partsOf(name, input) : undefined;
		if (parts === undefined) return this.#leastBusy().call(name, input);
		const batch = this.#callInParts(name, parts);
		this.#batches.add(batch);
		try {
			return await batch;
		} catch (error) {
			if (error instanceof WorkerError) throw error;
			// The error of a part doesn't know its place in the whole: this one does.
			return this.#leastBusy().call(name, input);
		} finally {
			this.#batches.delete(batch);
		}
	}

	/** The first worker, without a call. */
	warmUp(): void {
		if (this.#running.size === 0) this.#grow();
	}

	/** In every worker, after what was called before. Never fails: a worker that ends forgets, too. */
	async clear(): Promise<void> {
		await Promise.allSettled(this.#batches);
		await Promise.allSettled(Array.from(this.#running, (worker) => worker.call("clear", {})));
	}

	async stop(reason: WorkerError): Promise<void> {
		await Promise.all(Array.from(this.#running, (worker) => worker.stop(reason)));
	}

	/** Each worker takes the next part when it has done one; others join when they have loaded. */
	#callInParts(name: WorkerOperation, parts: readonly unknown[]): Promise<unknown> {
		const first = this.#leastBusy();
		while (this.#running.size < parts.length && this.#grow());
		const results: unknown[] = [];
		const waiting = parts.entries();
		let open = parts.length;
		let failed = false;
		return new Promise((resolve, reject) => {
			const work = async (worker: RunningWorker): Promise<void> => {
				await worker.ready;
				if (!worker.isLoaded && worker !== first) return;
				for (const [index, part] of waiting) {
					if (failed) return;
					results[index] = await worker.call(name, part);
					open--;
					if (open === 0) resolve(joinResults(results));
				}
			};
			for (const worker of this.#running) {
				work(worker).catch((error: unknown) => {
					failed = true;
					reject(error);
				});
			}
		});
	}

	#leastBusy(): RunningWorker {
		const [first] = this.#running;
		if (first === undefined) return this.#add();
		const loaded = [...this.#running].filter((worker) => worker.isLoaded);
		const best = loaded.reduce((least, worker) => (worker.calls < least.calls ? worker : least), loaded[0] ?? first);
		if (best.calls >= crowd && loaded.length === this.#running.size) this.#grow();
		return best;
	}

	/** One more, if it may be. Where that fails, those that are here do the work. */
	#grow(): boolean {
		if (this.#running.size >= this.#most) return false;
		try {
			this.#add();
			return true;
		} catch {
			return false;
		}
	}

	#add(): RunningWorker {
		const worker = this.#start(() => this.#running.delete(worker));
		this.#running.add(worker);
		return worker;
	}
}
