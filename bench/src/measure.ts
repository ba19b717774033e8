/** One operation that the reference client has nothing like. */
export interface Row {
	name: string;
	/** What the work of one call grows with. */
	per?: { readonly count: number; readonly what: "key" | "member" };
	/** How many calls make one sample. */
	calls: number;
	samples: number;
	/** Runs before each sample, and is not measured. */
	before?: () => Promise<void>;
	ours: () => unknown;
}

/** Times of one call, ms. */
export interface Times {
	readonly median: number;
	readonly p95: number;
	readonly least: number;
}

/** @returns the median of the samples, ms per call */
export async function measure({ before, calls, ours, samples }: Row): Promise<number> {
	const times: number[] = [];
	for (let round = -1; round < samples; round++) {
		await before?.();
		const time = await sample(ours, calls);
		if (round >= 0) times.push(time);
	}
	return quantile(times, 0.5);
}

/** How long it is measured. */
export interface Effort {
	/** Of all sides of an operation together, ms. */
	readonly time: number;
	/** Samples of each side, whatever they take. */
	readonly least: number;
	readonly most: number;
	/** Calls are put together until a sample takes so long, ms: clocks of browsers are coarse. */
	readonly sample: number;
}

export const FULL: Effort = { time: 1200, least: 5, most: 60, sample: 6 };
/** To see that it runs. */
export const ONCE: Effort = { time: 0, least: 1, most: 1, sample: 0 };

export interface Compared extends Times {
	/** The median of what it took as a share of what the last side took right before or after. */
	readonly ratio: number;
}

/**
 * Takes samples of all sides in turn, when all are warm: the machine's speed drifts, so only ratios of neighbours count. In every other
 * round the order is reversed, so that none always comes after another one's garbage.
 */
export async function compare(sides: readonly (() => unknown)[], effort: Effort): Promise<Compared[]> {
	const calls: number[] = [];
	for (const side of sides) calls.push(await warmUp(side, effort));
	const times = sides.map((): number[] => []);
	const end = performance.now() + effort.time;
	for (let round = 0; round < effort.most && (round < effort.least || performance.now() < end); round++) {
		const order = [...sides.entries()];
		if (round % 2 === 1) order.reverse();
		for (const [index, side] of order) times[index]?.push(await sample(side, calls[index] ?? 1));
	}
	const last = times.at(-1) ?? [];
	return times.map((own) => {
		const ratios = own.map((time, round) => time / (last[round] ?? Number.NaN));
		return {
			median: quantile(own, 0.5),
			p95: quantile(own, 0.95),
			least: quantile(own, 0),
			ratio: quantile(ratios, 0.5),
		};
	});
}

/** Until the compiler has seen it often enough, but no longer than a few samples. @returns how many calls make a sample */
async function warmUp(run: () => unknown, effort: Effort): Promise<number> {
	if (effort.time === 0) return 1;
	const end = performance.now() + effort.time / 10;
	let fastest = Number.POSITIVE_INFINITY;
	let calls = 1;
	do {
		const time = await sample(run, calls);
		fastest = Math.min(fastest, time);
		calls = Math.max(1, Math.min(calls * 4, Math.ceil(effort.sample / fastest)));
	} while (performance.now() < end);
	return calls;
}

async function sample(run: () => unknown, calls: number): Promise<number> {
	const started = performance.now();
	for (let call = 0; call < calls; call++) await run();
	return (performance.now() - started) / calls;
}

export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
