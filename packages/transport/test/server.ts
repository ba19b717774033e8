import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test server was asked. */
export interface Seen {
	method: string;
	path: string;
	headers: IncomingMessage["headers"];
	body: string;
}

/** Answers of a test server: status and text; `"hang"` never answers, `"stall"` sends the head and never ends, `"cut"` closes the connection. */
export type Answer = { status?: number; text: string; headers?: Record<string, string> } | "hang" | "cut" | "stall";

/** A real HTTP server on a free port of the loopback interface. */
export async function startServer(answer: (seen: Seen) => Answer): Promise<{
	url: string;
	seen: Seen[];
	close: () => Promise<void>;
}> {
	const seen: Seen[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const entry = {
			method: request.method ?? "",
			path: request.url ?? "",
			headers: request.headers,
			body: Buffer.concat(chunks).toString(),
		};
		seen.push(entry);
		const reply = answer(entry);
		if (reply === "cut") response.destroy();
		else if (reply === "stall") response.writeHead(200).write("{");
		else if (reply !== "hang") response.writeHead(reply.status ?? 200, reply.headers).end(reply.text);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		seen,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
