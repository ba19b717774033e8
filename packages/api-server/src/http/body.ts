import { limitedBody, readLimited } from "@sentc-ts/transport";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type * as z from "zod/mini";
import { Failure } from "../failure.js";

/** Largest body of JSON, bytes (protocol/http-api §1.1). */
const MAX_JSON_BYTES = 262_144;

/** Text that the database could not give back as it was: U+0000, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

const tooLarge = (): Failure => new Failure(SERVER_ERRORS.BODY_TOO_LARGE);
/** Nobody reads this answer: who sent the body has gone. */
const brokenOff = (): Failure => new Failure(SERVER_ERRORS.INVALID_JSON);

/** @throws Failure `BODY_TOO_LARGE` as soon as a body of JSON exceeds its limit; `INVALID_JSON` when the sender breaks off */
export function readJsonBytes(request: Request): Promise<Uint8Array> {
	return readLimited(request, MAX_JSON_BYTES, tooLarge, brokenOff);
}

/**
 * The bytes of a body as they come; the stream fails as {@link readJsonBytes} does.
 *
 * @throws Failure `BODY_TOO_LARGE` when the request announces more
 */
export function bodyStream(request: Request, maxBytes: number): ReadableStream<Uint8Array> {
	if (Number(request.headers.get("Content-Length") ?? 0) > maxBytes) throw tooLarge();
	return limitedBody(request, maxBytes, tooLarge, brokenOff);
}

/** @throws Failure `INVALID_JSON` when the bytes are not the JSON that the schema describes */
export function parseJson(schema: z.ZodMiniType, bytes: Uint8Array): unknown {
	const parsed = schema.safeParse(decodeJson(bytes));
	if (!parsed.success) throw new Failure(SERVER_ERRORS.INVALID_JSON);
	return parsed.data;
}

function decodeJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), (_, value: unknown) => {
			if (typeof value === "string" && UNSTORABLE.test(value)) throw new SyntaxError("unstorable text");
			return value;
		});
	} catch {
		throw new Failure(SERVER_ERRORS.INVALID_JSON);
	}
}
