import { connect } from "node:net";
import { expect } from "vitest";
import { readEnvelope } from "../support/api.js";

/** Sends the bytes, then what is no HTTP in any state, and reads until the server closes. */
export function exchange(port: number, bytes: Uint8Array, pause: () => Promise<unknown>): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect({ port, host: "127.0.0.1" });
		const parts: Buffer[] = [];
		socket.on("data", (part) => parts.push(part));
		socket.on("error", reject);
		socket.on("close", () => resolve(Buffer.concat(parts).toString()));
		socket.write(bytes, () => pause().then(() => socket.writable && socket.write(Buffer.alloc(1000)), reject));
	});
}

/** Checks the answers that came one after another, and counts them. */
export async function expectAnswers(received: string): Promise<number> {
	// "Continue" only announces the answer.
	let rest = received.replaceAll("HTTP/1.1 100 Continue\r\n\r\n", "");
	let count = 0;
	for (; rest !== ""; count++) {
		expect(rest).toMatch(/^HTTP\/1\.1 [234]\d\d /);
		const end = rest.indexOf("\r\n\r\n") + 4;
		const [statusLine = "", ...fields] = rest.slice(0, end).trimEnd().split("\r\n");
		const head = new Headers(fields.map((field) => field.split(": ") as [string, string]));
		expect(head.get("Access-Control-Allow-Origin")).toBe("*");
		// The answers to HEAD and OPTIONS have no body.
		const length = rest.startsWith("{", end) ? Number(head.get("Content-Length")) : 0;
		const body = rest.slice(end, end + length);
		const status = Number(statusLine.split(" ")[1]);
		if (body !== "") await readEnvelope(new Response(body, { status, headers: head }));
		rest = rest.slice(end + length);
	}
	return count;
}
