import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { JsonAnswer } from "./answers.js";
import type { BodyLimit, Exchange } from "./caller.js";

// What Node can do without the streams of the web platform, which take longer than all the rest of a small request.

/** @param outgoing of the same request */
export function nodeExchange(incoming: IncomingMessage, outgoing: ServerResponse): Exchange {
	return { readBody: (limit) => readBody(incoming, limit), send: (answer) => send(outgoing, answer) };
}

function readBody(incoming: IncomingMessage, limit: BodyLimit): Promise<Uint8Array> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let length = 0;
		const settle = (done: () => void): void => {
			incoming.off("data", receive).off("end", end).off("error", breakOff).off("close", breakOff);
			done();
		};
		const receive = (chunk: Buffer): void => {
			chunks.push(chunk);
			length += chunk.length;
			if (length <= limit.maxBytes) return;
			// Whoever answers decides what becomes of the rest.
			incoming.pause();
			settle(() => reject(limit.tooLarge()));
		};
		const end = (): void => settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
		const breakOff = (): void => settle(() => reject(limit.brokenOff()));
		if (incoming.readableEnded) return end();
		if (incoming.destroyed) return breakOff();
		incoming.on("data", receive).on("end", end).on("error", breakOff).on("close", breakOff);
	});
}

/** The result tells the adapter that nothing is left to do. */
function send(outgoing: ServerResponse, { status, headers, text }: JsonAnswer): Response {
	outgoing.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(text) });
	outgoing.end(text);
	return RESPONSE_ALREADY_SENT;
}
