/** One operation, done by both sides. */
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
	/** Missing where the reference client has nothing like it. */
	reference?: () => unknown;
}

/** Medians in ms per call, and the median of the ratios of neighbouring samples. */
export interface Result {
	ours: number;
	/** `undefined` without a reference, as is the ratio. */
	reference: number | undefined;
	/** Above 1: ours is faster. */
	ratio: number | undefined;
}

/**
 * Takes the samples of both sides in turn: the machine's speed drifts, so only ratios of neighbours count.
 */
export async function measure({ before, calls, ours, reference, samples }: Row): Promise<Result> {
	const sides = reference ? [ours, reference] : [ours];
	for (const side of sides) await sample(side, calls, before);
	const times: number[][] = sides.map(() => []);
	for (let round = 0; round < samples; round++) {
		for (const [index, side] of sides.entries()) times[index]?.push(await sample(side, calls, before));
	}
	const [own = [], theirs] = times;
	const ratios = theirs?.map((time, round) => time / (own[round] ?? Number.NaN));
	return { ours: median(own), reference: theirs && median(theirs), ratio: ratios && median(ratios) };
}

async function sample(run: () => unknown, calls: number, before?: () => Promise<void>): Promise<number> {
	await before?.();
	const started = performance.now();
	for (let call = 0; call < calls; call++) await run();
	return (performance.now() - started) / calls;
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
