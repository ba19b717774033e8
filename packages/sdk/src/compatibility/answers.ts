import { SentcError } from "@sentc-ts/core-crypto";
import { ApiError, EnvelopeError } from "@sentc-ts/transport";
import type { ServerOutput } from "./types.js";

/**
 * What the API answered, for requests that the app makes itself (protocol/sdk-api §4.2). The HTTP status plays no part.
 *
 * @param res the answer as text
 * @returns its `result`, as it is
 * @throws ApiError when the API refused
 * @throws EnvelopeError when the text is no answer of the API, or has an empty result: `""`, 0, `false` or none
 */
export function handle_server_response<T>(res: string): T {
	const { result } = readAnswer<T>(res);
	if (!result) throw new EnvelopeError("ENVELOPE_MALFORMED", "The answer has no result");
	return result;
}

/** {@link handle_server_response} for an answer whose result does not matter. */
export function handle_general_server_response(res: string): void {
	readAnswer(res);
}

/**
 * The JSON text that the reference client throws: `{"status": "…", "error_message": "…"}`.
 *
 * @param status such as `client_1000`
 */
export function create_error(status: string, msg: string): string {
	return String(new SentcError({ status, code: status, errorMessage: msg }));
}

function readAnswer<T>(text: string): ServerOutput<T> {
	const answer = parse<T>(text);
	if (answer?.status) return answer;
	if (answer?.err_code && answer.err_msg) throw new ApiError(answer.err_code, answer.err_msg);
	throw new EnvelopeError("ENVELOPE_MALFORMED", "The text is not an answer of the API");
}

function parse<T>(text: string): ServerOutput<T> | null {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new EnvelopeError("ENVELOPE_MALFORMED", "The answer is not JSON", { cause });
	}
}
