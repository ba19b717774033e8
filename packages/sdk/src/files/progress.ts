import type { FileProgress } from "./types.js";

/** Over how long the rate is taken, ms. */
const RATE_SPAN_MS = 10_000;

/** Counts what is done and tells it. */
export class ProgressMeter {
	readonly #total: number | undefined;
	readonly #parts: number | undefined;
	readonly #tell: ((progress: FileProgress) => void) | undefined;
	/** When how many bytes were done, the oldest first. */
	readonly #marks: { time: number; bytes: number }[] = [{ time: performance.now(), bytes: 0 }];
	#bytes = 0;
	#skipped = 0;
	#done = 0;

	constructor(
		tell: ((progress: FileProgress) => void) | undefined,
		{ total, parts }: { total?: number | undefined; parts?: number | undefined },
	) {
		this.#tell = tell;
		this.#total = total;
		this.#parts = parts;
	}

	/** An earlier transfer has done a part: it does not count for the rate. */
	skip(bytes: number): void {
		this.#bytes += bytes;
		this.#skipped += bytes;
		this.#done += 1;
	}

	/** One more part of so many bytes is done. */
	add(bytes: number): void {
		this.#bytes += bytes;
		this.#done += 1;
		const fraction = this.#parts === undefined ? undefined : Math.min(1, this.#done / this.#parts);
		this.#tell?.({ bytes: this.#bytes, total: this.#total, fraction, rate: this.#rate() });
	}

	#rate(): number {
		const now = performance.now();
		const marks = this.#marks;
		const bytes = this.#bytes - this.#skipped;
		marks.push({ time: now, bytes });
		while (marks.length > 2 && now - (marks[1]?.time ?? now) > RATE_SPAN_MS) marks.shift();
		const [oldest] = marks;
		const time = now - (oldest?.time ?? now);
		return time > 0 ? ((bytes - (oldest?.bytes ?? 0)) * 1000) / time : 0;
	}
}

/** What code for the reference SDK passes: told a number above 0 and up to 1. */
export function fractionOnly(
	progress: ((fraction: number) => void) | undefined,
): ((progress: FileProgress) => void) | undefined {
	return progress && (({ fraction }) => fraction !== undefined && progress(fraction));
}
