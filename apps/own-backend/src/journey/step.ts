/** Runs a step, and tells its number, name and time. */
export type Step = <T>(name: string, run: () => T | Promise<T>) => Promise<T>;

/** @param log gets one line per step */
export function stepper(log: (line: string) => void): Step {
	let count = 0;
	return async (name, run) => {
		count += 1;
		const started = performance.now();
		try {
			const value = await run();
			log(
				`${String(count).padStart(2)}. ${name.padEnd(62)} ${(performance.now() - started).toFixed(0).padStart(5)} ms`,
			);
			return value;
		} catch (cause) {
			throw new Error(`Step ${count} failed: ${name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
		}
	};
}
