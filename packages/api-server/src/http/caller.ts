import { type JsonAnswer, toResponse } from "./answers.js";

/** Where a request comes from. */
export interface Caller {
	/** IP address of the other end of the socket: the client, or the nearest proxy. */
	readonly address?: string | undefined;
	/**
	 * At the end of the body: has all of it come? A request that is given up may look like one that has ended. Default: yes.
	 */
	readonly isComplete?: (() => boolean) | undefined;
}

/** A caller, by a server that may have a cheaper way to read and to answer than by `Request` and `Response`. */
export interface ServedCaller extends Caller {
	readonly exchange?: Exchange | undefined;
}

/** How much of a body is read, and how reading fails. */
export interface BodyLimit {
	readonly maxBytes: number;
	/** Makes the error for a longer body; it is thrown before the rest is read. */
	readonly tooLarge: () => Error;
	/** Makes the error for a sender that ends before its body does. */
	readonly brokenOff: () => Error;
}

/** One request and its answer, without the streams of the web platform. */
export interface Exchange {
	/** Reads a body that fits into memory, in place of that of the `Request`; fails as `limit` says. */
	readBody(limit: BodyLimit): Promise<Uint8Array>;
	/** Sends an answer; the result stands for it. */
	send(answer: JsonAnswer): Response;
}

export function send({ exchange }: ServedCaller, answer: JsonAnswer): Response {
	return exchange?.send(answer) ?? toResponse(answer);
}
