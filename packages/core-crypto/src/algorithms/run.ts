import type { Platform, Primitives } from "../primitives/types.js";
import type { Op } from "./op.js";

/** Runs an operation to its end with the given primitives. */
export function runSync<T>(op: Op<T>, primitives: Primitives): T {
	let step = op.next();
	while (!step.done) {
		let answer: unknown;
		try {
			answer = step.value(primitives);
		} catch (error) {
			step = op.throw(error);
			continue;
		}
		step = op.next(answer);
	}
	return step.value;
}

/** The same with what may answer later; waits only for what does. */
export async function runAsync<T>(op: Op<T>, platform: Platform): Promise<T> {
	let step = op.next();
	while (!step.done) {
		let answer: unknown;
		try {
			answer = step.value(platform);
			if (answer instanceof Promise) answer = await answer;
		} catch (error) {
			step = op.throw(error);
			continue;
		}
		step = op.next(answer);
	}
	return step.value;
}
