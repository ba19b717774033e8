import { checkShape, InvalidInput, messageText } from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import type { EnvelopeResult } from "./contract/route.js";
import { type AnswerHead, ApiError, EnvelopeError } from "./errors.js";

/** What every answer of the API looks like (protocol/http-api §1.2). */
export type Envelope<T> = { status: true; result: T } | { status: false; err_msg: string; err_code: number };

const refusalSchema = z.object({
	err_msg: z.nullish(messageText),
	err_code: z.nullish(z.int().check(z.nonnegative())),
});

/**
 * Reads the API's answer: the result, or the refusal as an error. The HTTP status plays no part.
 *
 * @param text the answer as it came, a string
 * @param result what the route declares
 * @throws InvalidInput when `text` is not a string
 * @throws ApiError when the API refused
 * @throws EnvelopeError `client_101` when the text is not the expected JSON, `client_102` when `result` or the error is missing
 */
export function readEnvelope<Schema extends z.ZodMiniType>(
	text: string,
	{ schema }: EnvelopeResult<Schema>,
	head: AnswerHead = {},
): z.infer<Schema> {
	if (typeof text !== "string") {
		throw new InvalidInput("server_output", "must be the text of the API's answer, not an object");
	}
	const envelope = parseObject(text, head);
	if (envelope["status"] === true) return readResult(envelope["result"], schema, head);
	if (envelope["status"] === false) throw refusalOf(envelope, head);
	throw new EnvelopeError("ENVELOPE_MALFORMED", "The answer has no status", head);
}

/**
 * Reads an answer that can only be a refusal.
 *
 * @throws ApiError the refusal
 * @throws EnvelopeError when it is none
 */
export function throwRefusal(text: string, head: AnswerHead): never {
	const envelope = parseObject(text, head);
	if (envelope["status"] === false) throw refusalOf(envelope, head);
	throw new EnvelopeError("ENVELOPE_MALFORMED", "The answer has the status of an error, but tells none", head);
}

function parseObject(text: string, head: AnswerHead): Record<string, unknown> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw new EnvelopeError("ENVELOPE_MALFORMED", "The answer is not JSON", { ...head, cause });
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) {
		throw new EnvelopeError("ENVELOPE_MALFORMED", "The answer is not a JSON object", head);
	}
	return value as Record<string, unknown>;
}

function readResult<Schema extends z.ZodMiniType>(result: unknown, schema: Schema, head: AnswerHead): z.infer<Schema> {
	if (result === undefined || result === null) {
		throw new EnvelopeError("ENVELOPE_INCOMPLETE", "The answer has no result", head);
	}
	const parsed = checkShape(schema, result);
	if (parsed.success) return parsed.data;
	const where = ["result", ...(parsed.error.issues[0]?.path ?? [])].join(".");
	throw new EnvelopeError("ENVELOPE_MALFORMED", `The answer has not the expected shape at ${where}`, head);
}

function refusalOf(envelope: Record<string, unknown>, head: AnswerHead): ApiError | EnvelopeError {
	const parsed = z.safeParse(refusalSchema, envelope);
	if (!parsed.success) {
		return new EnvelopeError("ENVELOPE_MALFORMED", "The error of the answer has not the expected shape", head);
	}
	const { err_code, err_msg } = parsed.data;
	if (typeof err_code !== "number" || typeof err_msg !== "string") {
		return new EnvelopeError("ENVELOPE_INCOMPLETE", "The answer reports an error without its code or message", head);
	}
	return new ApiError(err_code, err_msg, head);
}
