import { ApiError } from "@sentc-ts/sdk";

type Envelope<T> = { status: true; result: T } | { status: false; err_code: number; err_msg: string };

/**
 * Reads an answer of the API that has no `done` function.
 *
 * @throws ApiError when the API refused
 */
export function readEnvelope<T>(answer: string): T {
	const envelope = JSON.parse(answer) as Envelope<T>;
	if (!envelope.status) throw new ApiError(envelope.err_code, envelope.err_msg);
	return envelope.result;
}
