import { checkShape } from "@sentc-ts/core-crypto/wire";
import { limitedBody, readLimited } from "@sentc-ts/transport";
import { type BytesBody, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type * as z from "zod/mini";
import { Failure } from "../failure.js";
import type { BodyLimit, ServedCaller } from "./caller.js";

/** Largest body of JSON, bytes (protocol/http-api §1.1). */
const MAX_JSON_BYTES = 262_144;

const tooLarge = (): Failure => new Failure(SERVER_ERRORS.BODY_TOO_LARGE);
/** Nobody reads this answer: who sent the body has gone. */
const brokenOff = (): Failure => new Failure(SERVER_ERRORS.INVALID_JSON);

const JSON_LIMIT: BodyLimit = { maxBytes: MAX_JSON_BYTES, tooLarge, brokenOff };

/** @throws Failure `BODY_TOO_LARGE` as soon as a body of JSON exceeds its limit; `INVALID_JSON` when the sender breaks off */
export function readJsonBytes(request: Request, { exchange }: ServedCaller): Promise<Uint8Array> {
	return exchange?.readBody(JSON_LIMIT) ?? readLimited(request, MAX_JSON_BYTES, tooLarge, brokenOff);
}

/**
 * The bytes of a body as they come. The stream fails with what the route declares for too many of them: before the first one
 * when the request announces more. Nothing of it is read until somebody reads, so all checks come first.
 *
 * @param isComplete asked at the end: has all of the body come?
 */
export function bodyStream(
	request: Request,
	{ maxBytes, tooLarge }: BytesBody,
	isComplete: () => boolean = () => true,
): ReadableStream<Uint8Array> {
	const refuse = () => new Failure(tooLarge);
	const announced = Number(request.headers.get("Content-Length") ?? 0);
	if (announced > maxBytes) return failing(refuse);
	return completeBody(limitedBody(request, maxBytes, refuse, brokenOff), isComplete);
}

/** The stream fails where a sender has gone before the end: Node's may end like one that is complete. */
function completeBody(body: ReadableStream<Uint8Array>, isComplete: () => boolean): ReadableStream<Uint8Array> {
	const reader = body.getReader();
	return new ReadableStream(
		{
			async pull(controller) {
				const { done, value } = await reader.read();
				if (!done) return controller.enqueue(value);
				if (!isComplete()) throw brokenOff();
				controller.close();
			},
			cancel: (reason) => reader.cancel(reason),
		},
		{ highWaterMark: 0 },
	);
}

function failing(error: () => Failure): ReadableStream<Uint8Array> {
	const pull = () => Promise.reject(error());
	return new ReadableStream({ pull }, { highWaterMark: 0 });
}

/** @throws Failure `INVALID_JSON` when the bytes are not the JSON that the schema describes */
export function parseJson<Schema extends z.ZodMiniType>(schema: Schema, bytes: Uint8Array): z.infer<Schema> {
	const parsed = checkShape(schema, decodeJson(bytes));
	if (!parsed.success) throw new Failure(SERVER_ERRORS.INVALID_JSON);
	return parsed.data;
}

function decodeJson(bytes: Uint8Array): unknown {
	try {
		const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
		if (!hasUnstorableText(text)) return JSON.parse(text);
	} catch {}
	throw new Failure(SERVER_ERRORS.INVALID_JSON);
}

/** Escapes of U+0000, and of one half of a surrogate pair without the other. */
const UNSTORABLE = /\\u0000|\\ud[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..)\\ud[c-f]/i;

/**
 * Does JSON contain text that the database could not give back as it was? In valid UTF-8 only escapes can. The text is searched before it
 * is parsed: a look at every value afterwards takes ten times as long as parsing.
 */
function hasUnstorableText(json: string): boolean {
	return json.includes("\\u") && UNSTORABLE.test(json.replaceAll("\\\\", "  "));
}
