import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type * as z from "zod/mini";
import { Failure } from "../failure.js";

/** Largest request body, bytes (protocol/http-api §1.1). */
const MAX_BODY_BYTES = 262_144;

/** Text that the database could not give back as it was: U+0000, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * Reads a body.
 *
 * @throws Failure `BODY_TOO_LARGE` as soon as it exceeds the limit; `INVALID_JSON` when the sender breaks off
 */
export async function readBody(request: Request): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	const reader = request.body?.getReader();
	if (reader === undefined) return new Uint8Array();
	const read = () => reader.read().catch(() => Promise.reject(new Failure(SERVER_ERRORS.INVALID_JSON)));
	for (let part = await read(); !part.done; part = await read()) {
		length += part.value.length;
		if (length > MAX_BODY_BYTES) {
			// Not awaited: a sender that never ends its upload would keep the answer from going out.
			reader.cancel().catch(() => undefined);
			throw new Failure(SERVER_ERRORS.BODY_TOO_LARGE);
		}
		chunks.push(part.value);
	}
	return Buffer.concat(chunks, length);
}

/** @throws Failure `INVALID_JSON` when the bytes are not the JSON that the schema describes */
export function parseBody<Body>(schema: z.ZodMiniType<Body>, bytes: Uint8Array): Body {
	const parsed = schema.safeParse(parseJson(bytes));
	if (!parsed.success) throw new Failure(SERVER_ERRORS.INVALID_JSON);
	return parsed.data;
}

function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), (_, value: unknown) => {
			if (typeof value === "string" && UNSTORABLE.test(value)) throw new SyntaxError("unstorable text");
			return value;
		});
	} catch {
		throw new Failure(SERVER_ERRORS.INVALID_JSON);
	}
}
