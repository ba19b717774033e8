import { type Remote, wrap } from "comlink";
import { InvalidInput, WorkerError } from "../errors.js";
import { sendableInput } from "./buffers.js";
import type { WorkerService } from "./serve.js";
import { rebuildError, type ThrownError } from "./thrown.js";
import type { Connection, WorkerOperation, WorkerSettings } from "./types.js";

/** In ms, see `WorkerOptions`. */
export interface Limits {
	timeout: number;
	loadTimeout: number;
	idleTimeout: number;
}

type Reject = (error: Error) => void;

/** One worker from its start to its end. Every call is settled: by its answer, or by the end of the worker. */
export class RunningWorker {
	readonly #connection: Connection;
	readonly #remote: Remote<WorkerService>;
	readonly #limits: Limits;
	readonly #onStop: () => void;
	readonly #pending: Set<Reject> = new Set();
	/** Resolves when the script has loaded, and when the worker has ended instead. */
	readonly ready: Promise<void>;
	#settled: () => void = () => {};
	#loaded = false;
	#ended: WorkerError | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(connection: Connection, settings: WorkerSettings, limits: Limits, onStop: () => void) {
		this.#connection = connection;
		this.#remote = wrap<WorkerService>(connection.endpoint);
		this.#limits = limits;
		this.#onStop = onStop;
		connection.onFailure((cause) => this.stop(this.#failure(cause)));
		this.ready = new Promise((resolve) => {
			this.#settled = resolve;
		});
		void this.#waitUntilLoaded(settings);
		this.#watch();
	}

	get isLoaded(): boolean {
		return this.#loaded;
	}

	/** Calls that were not answered yet. */
	get calls(): number {
		return this.#pending.size;
	}

	/** @throws what the operation throws · InvalidInput for what can't be sent · WorkerError when the worker ended */
	async call(name: WorkerOperation, input: unknown): Promise<unknown> {
		if (this.#ended) throw this.#ended;
		// Until the script has loaded, the call may have to be made again elsewhere.
		const argument = sendableInput(input, this.#loaded);
		const run = this.#remote[name] as (input: unknown) => Promise<unknown>;
		return new Promise((resolve, reject) => {
			const settle = (end: () => void): void => {
				if (!this.#pending.delete(reject)) return;
				end();
				this.#watch();
			};
			this.#pending.add(reject);
			if (this.#pending.size === 1) this.#watch();
			run(argument).then(
				(value) => settle(() => resolve(value)),
				(thrown: unknown) => settle(() => reject(callError(thrown))),
			);
		});
	}

	/** Ends the worker and every call that waits. */
	async stop(reason: WorkerError): Promise<void> {
		this.#ended ??= reason;
		this.#settled();
		clearTimeout(this.#timer);
		const pending = [...this.#pending];
		this.#pending.clear();
		this.#onStop();
		for (const reject of pending) reject(reason);
		await this.#connection.terminate();
	}

	async #waitUntilLoaded(settings: WorkerSettings): Promise<void> {
		try {
			await this.#remote.ready(settings);
			this.#loaded = true;
			this.#settled();
			this.#watch();
		} catch (cause) {
			void this.stop(this.#failure(cause));
		}
	}

	/** Waits for the script, for the next answer or, without calls, for the end of the idle time. */
	#watch(): void {
		const { timeout, loadTimeout, idleTimeout } = this.#limits;
		const isIdle = this.#pending.size === 0;
		clearTimeout(this.#timer);
		if (this.#loaded && isIdle) this.#timer = setTimeout(() => void this.stop(closed()), idleTimeout);
		else this.#timer = setTimeout(() => void this.stop(this.#late()), this.#loaded ? timeout : loadTimeout);
		if (isIdle) {
			this.#connection.release();
			unref(this.#timer);
		} else this.#connection.hold();
	}

	#late(): WorkerError {
		const { timeout, loadTimeout } = this.#limits;
		if (!this.#loaded) return this.#failure(new Error(`It did not answer within ${loadTimeout} ms`));
		return new WorkerError("WORKER_TIMEOUT", `The crypto worker gave no answer for ${timeout} ms and was ended`);
	}

	#failure(cause: unknown): WorkerError {
		if (this.#loaded) return new WorkerError("WORKER_CRASHED", "The crypto worker ended unexpectedly", cause);
		return loadFailed(this.#connection.source, cause);
	}
}

export function loadFailed(source: string, cause: unknown): WorkerError {
	return new WorkerError("WORKER_LOAD_FAILED", `The crypto worker could not be loaded from ${source}`, cause);
}

export function closed(): WorkerError {
	return new WorkerError("WORKER_CLOSED", "The crypto worker was closed");
}

/** The worker throws descriptions. What can't be sent, as functions, is an argument of the wrong type in the same thread, too. */
function callError(thrown: unknown): unknown {
	if (!(thrown instanceof Error)) return rebuildError(thrown as ThrownError);
	const unsendable = thrown.name === "DataCloneError";
	return unsendable ? new InvalidInput("input", "holds something that can't be sent to a worker") : thrown;
}

/** Lets the process of a Node script end while the timer runs. Browsers have numbers for timers. */
function unref(timer: unknown): void {
	if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
		timer.unref();
}
