/** Of work in one go, ms. A frame of a page has 16. */
const longest = 8;

/**
 * Lets the event loop turn between calls that the calling thread runs itself: a loop over promises that are settled at once would keep
 * it from turning, however little each call costs. Calls begin in their order.
 */
export class Turns {
	#worked = 0;
	#waiting = 0;
	#last: Promise<void> = Promise.resolve();

	/** At once, or when the loop has turned. What the promise waits for does not count as work. */
	run<Result>(work: () => Promise<Result>): Promise<Result> {
		if (this.#waiting === 0 && this.#worked <= longest) return this.#count(work);
		return this.#wait().then(() => this.#count(work));
	}

	#count<Result>(work: () => Promise<Result>): Promise<Result> {
		const started = performance.now();
		const result = work();
		this.#worked += performance.now() - started;
		return result;
	}

	async #wait(): Promise<void> {
		this.#waiting++;
		this.#last = this.#last.then(async () => {
			if (this.#worked <= longest) return;
			await turn();
			this.#worked = 0;
		});
		await this.#last;
		this.#waiting--;
	}
}

/** Timers of pages that come one from another wait for 4 ms, messages don't. */
function turn(): Promise<void> {
	return new Promise((resolve) => {
		if (typeof setImmediate === "function") {
			setImmediate(resolve);
			return;
		}
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => {
			port1.close();
			resolve();
		};
		port2.postMessage(undefined);
	});
}
