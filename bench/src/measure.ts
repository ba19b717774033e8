/** One operation, done by both sides. */
export interface Row {
	name: string;
	/** How many calls make one sample. */
	calls: number;
	samples: number;
	ours: () => unknown;
	reference: () => unknown;
}

/** Medians in ms per call, and the median of the ratios of neighbouring samples. */
export interface Result {
	name: string;
	ours: number;
	reference: number;
	/** Above 1: ours is faster. */
	ratio: number;
}

/**
 * Takes the samples of both sides in turn: the machine's speed drifts, so only ratios of neighbours count.
 */
export async function measure(row: Row): Promise<Result> {
	await sample(row.ours, row.calls);
	await sample(row.reference, row.calls);
	const ours: number[] = [];
	const reference: number[] = [];
	for (let round = 0; round < row.samples; round++) {
		ours.push(await sample(row.ours, row.calls));
		reference.push(await sample(row.reference, row.calls));
	}
	const ratios = reference.map((time, round) => time / (ours[round] ?? Number.NaN));
	return { name: row.name, ours: median(ours), reference: median(reference), ratio: median(ratios) };
}

async function sample(run: () => unknown, calls: number): Promise<number> {
	const started = performance.now();
	for (let call = 0; call < calls; call++) await run();
	return (performance.now() - started) / calls;
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
