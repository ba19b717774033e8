import type { Platform, Primitives } from "../primitives/types.js";
import type { Job, Op } from "./op.js";

/** Runs an operation to its end; one that calls no primitive is at its end when it has started. */
export function runSync<T>(started: Op<T> | T, primitives: Primitives): T {
	return run(started, primitives) as T;
}

/** The same with what may answer later. @returns a promise when something did */
export function run<T>(started: Op<T> | T, platform: Platform): T | Promise<T> {
	if (!isOp(started)) return started;
	const reached = proceed(started, platform, started.next());
	return reached instanceof Promise ? finish(started, platform, reached) : reached.value;
}

function isOp<T>(started: Op<T> | T): started is Op<T> {
	return typeof started === "object" && started !== null && "next" in started;
}

async function finish<T>(op: Op<T>, platform: Platform, first: Promise<unknown>): Promise<T> {
	let reached: Promise<unknown> | IteratorReturnResult<T> = first;
	while (reached instanceof Promise) {
		const goOn: () => IteratorResult<Job, T> = await reached.then(
			(answer) => () => op.next(answer),
			(error) => () => op.throw(error),
		);
		reached = proceed(op, platform, goOn());
	}
	return reached.value;
}

/** Up to the first answer that has to be waited for, or to the end. */
function proceed<T>(
	op: Op<T>,
	platform: Platform,
	from: IteratorResult<Job, T>,
): Promise<unknown> | IteratorReturnResult<T> {
	let step = from;
	while (!step.done) {
		let answer: unknown;
		try {
			answer = step.value(platform);
		} catch (error) {
			step = op.throw(error);
			continue;
		}
		if (answer instanceof Promise) return answer;
		step = op.next(answer);
	}
	return step;
}
