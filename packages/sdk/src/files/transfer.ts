import { ApiError, EnvelopeError, RequestError } from "@sentc-ts/transport";
import type { Context } from "../session/context.js";
import { waitFor } from "./control.js";

/** How many parts are under way at the same time: the memory that a transfer needs is some eight times that of a part. */
export const PARALLEL_PARTS = 3;

/** How often a part is tried. */
export const ATTEMPTS = 4;

/** How long to wait after the first failure, ms; each further one doubles it. */
const FIRST_PAUSE_MS = 500;

/** A part may take ten times as long as another request: one of 4 MiB in five minutes is 110 kbit/s. */
export function partTimeout({ client }: Context): number {
	return client.timeout * 10;
}

/** May it go well the next time? */
export function isPassing(error: unknown): boolean {
	if (error instanceof RequestError) return error.code !== "REQUEST_ABORTED";
	// A proxy's page while the API is away.
	if (error instanceof EnvelopeError) return (error.httpStatus ?? 0) >= 500;
	return error instanceof ApiError && (error.code === "TOO_MANY_REQUESTS" || error.code === "DATABASE_UNAVAILABLE");
}

/** @throws RequestError `REQUEST_ABORTED` */
export async function pauseAfter(error: unknown, attempt: number, signal: AbortSignal): Promise<void> {
	const asked = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
	await waitFor(Math.max(asked, FIRST_PAUSE_MS * 2 ** (attempt - 1)), signal);
}

/** One signal for all that can end a transfer. */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal {
	return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}
