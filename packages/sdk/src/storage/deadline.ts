import { withDeadline } from "@sentc-ts/transport";

/** How long one access to a storage may take, ms. */
export const DEFAULT_STORAGE_TIMEOUT_MS = 10_000;

/**
 * What the storage answers.
 *
 * @param late gets what it answers later
 * @throws DOMException `TimeoutError` when it takes longer than `timeout` ms
 */
export function answerOfStorage<T>(call: () => Promise<T>, timeout: number, late?: (value: T) => void): Promise<T> {
	const overdue = (): Error => new DOMException(`The storage did not answer within ${timeout} ms`, "TimeoutError");
	return withDeadline(call, timeout, overdue, late);
}
