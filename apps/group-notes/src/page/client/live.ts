import { SessionEnded } from "@sentc-ts/sdk";
import type { Session } from "./session.js";

export type Change = "notes" | "members";

/** Nothing is heard for so long only when the connection is lost, ms: the backend sends something every 20 s. */
const SILENCE = 45_000;

/** How long to wait before listening again, ms: at once after a stream that ended in order, longer each time when nobody answers. */
const SHORTEST_WAIT = 250;
const LONGEST_WAIT = 15_000;

/**
 * Listens to the changes of a notebook until told to stop. `EventSource` can't send the JWT, so the stream is read by `fetch`.
 *
 * @param onChange also told `members` after each interruption, as anything may have been missed
 * @returns stops listening
 */
export function listen(session: Session, groupId: string, onChange: (change: Change) => void): () => void {
	const stopping = new AbortController();
	const { signal } = stopping;
	void (async () => {
		let wait = SHORTEST_WAIT;
		let isAgain = false;
		while (!signal.aborted) {
			const silence = new Watchdog(SILENCE);
			try {
				const response = await session.backend.changes(groupId, AbortSignal.any([signal, silence.signal]));
				// Not a member any more: who looks at the notebook now hears why.
				if (response.status === 403) return onChange("members");
				// Maybe the device does not belong to the account any more.
				if (response.status === 401) await session.takeOwnKeys();
				if (!response.ok || !response.body) throw new Error(`The stream was answered by ${response.status}`);
				wait = SHORTEST_WAIT;
				if (isAgain) onChange("members");
				isAgain = true;
				for await (const event of eventsOf(response.body)) {
					silence.reset();
					if (event === "notes" || event === "members") onChange(event);
					if (event === "account") await session.takeOwnKeys();
				}
			} catch (error) {
				if (error instanceof SessionEnded) return;
				isAgain = true;
				wait = Math.min(wait * 2, LONGEST_WAIT);
			} finally {
				silence.stop();
			}
			await pause(wait, signal);
		}
	})();
	return () => stopping.abort();
}

/** Aborts when it is not reset in time. */
class Watchdog {
	readonly #controller = new AbortController();
	readonly #time: number;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(time: number) {
		this.#time = time;
		this.reset();
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	reset(): void {
		this.stop();
		this.#timer = setTimeout(() => this.#controller.abort(), this.#time);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}

/** The names of server-sent events (HTML §9.2). */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
	const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
	let rest = "";
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return;
		const lines = (rest + value).split("\n");
		rest = lines.pop() ?? "";
		for (const line of lines) if (line.startsWith("event:")) yield line.slice("event:".length).trim();
	}
}

/** A network that comes back ends the wait. */
function pause(time: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const end = (): void => {
			clearTimeout(timer);
			window.removeEventListener("online", end);
			resolve();
		};
		const timer = setTimeout(end, time);
		window.addEventListener("online", end);
		signal.addEventListener("abort", end, { once: true });
	});
}
