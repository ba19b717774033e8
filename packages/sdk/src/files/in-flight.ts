/** Runs tasks at the same time, at most so many. The first that fails ends the others, and what is asked next. */
export class InFlight {
	readonly #most: number;
	readonly #running: Set<Promise<void>> = new Set();
	readonly #ended: AbortController = new AbortController();
	#failure: { readonly error: unknown } | undefined;

	constructor(most: number) {
		this.#most = most;
	}

	/** Tells a task that another one failed. */
	get signal(): AbortSignal {
		return this.#ended.signal;
	}

	/** Starts the task. */
	start(task: () => Promise<void>): void {
		const running = task()
			.catch((error: unknown) => this.#fail(error))
			.finally(() => this.#running.delete(running));
		this.#running.add(running);
	}

	/** Resolves when one more task may start. @throws what a task failed with */
	async room(): Promise<void> {
		while (!this.#failure && this.#running.size >= this.#most) await Promise.race(this.#running);
		this.#check();
	}

	/** Resolves when no task runs. @throws what a task failed with */
	async idle(): Promise<void> {
		await Promise.all(this.#running);
		this.#check();
	}

	/** Ends all tasks and waits for that. @throws what failed first: later ones may come of that */
	async end(error: unknown): Promise<never> {
		this.#fail(error);
		await Promise.all(this.#running);
		throw this.#failure?.error;
	}

	#fail(error: unknown): void {
		this.#failure ??= { error };
		this.#ended.abort(error);
	}

	#check(): void {
		if (this.#failure) throw this.#failure.error;
	}
}
