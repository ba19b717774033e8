import { setTimeout as delay } from "node:timers/promises";

const PAUSE = 25;
const DEADLINE = 30_000;

/**
 * Asks again and again until the answer is true. A question that fails was asked while the page changed, and is asked again.
 *
 * @param what the sentence of the error
 * @throws Error after 30 seconds, with what the last question failed with
 */
export async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
	const end = Date.now() + DEADLINE;
	let cause: unknown;
	do {
		try {
			if (await ask()) return;
			cause = undefined;
		} catch (error) {
			cause = error;
		}
		await delay(PAUSE);
	} while (Date.now() < end);
	throw new Error(`${what} within ${DEADLINE} ms did not happen`, { cause });
}
