import { watchStream } from "@sentc-ts/transport";

/** Requests that are being answered. A request ends with the last byte of its answer. */
export class Running {
	readonly #running = new Set<Promise<unknown>>();
	readonly #onError: (error: unknown) => void;

	/** @param onError hears why the source of an answer failed: the other side can only be told that it broke off */
	constructor(onError: (error: unknown) => void) {
		this.#onError = onError;
	}

	/** Answers the promise itself. */
	add<Result>(work: Promise<Result>): Promise<Result> {
		const settled: Promise<unknown> = work.then(
			() => this.#running.delete(settled),
			() => this.#running.delete(settled),
		);
		this.#running.add(settled);
		return work;
	}

	/** The same bytes: they run until they were read, or nobody wants more. */
	addStream(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
		let ended = (): void => undefined;
		void this.add(
			new Promise<void>((resolve) => {
				ended = resolve;
			}),
		);
		return watchStream(source, {
			ended,
			failure: (cause) => {
				this.#onError(cause);
				// The adapter to Node writes the message into the answer.
				return new Error("The answer broke off");
			},
		});
	}

	/** When all have ended. */
	async end(): Promise<void> {
		// A stream begins while its request runs.
		while (this.#running.size > 0) await Promise.all(this.#running);
	}
}
