import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Keeps the parts of one file for the reference client, which has no function for a part without requests. */
export interface PartServer {
	url: string;
	/** By their sequence, as they were uploaded or as they are to be downloaded. */
	readonly parts: Map<string, Uint8Array>;
	close(): Promise<void>;
}

/** `POST …/part/{session}/{sequence}/{end}` and `GET …/part/{sequence}` (protocol/files §5.1). */
export async function startPartServer(): Promise<PartServer> {
	const parts = new Map<string, Uint8Array>();
	const server = createServer(async (request, response) => {
		const [, path = ""] = request.url?.split("/part/") ?? [];
		if (request.method === "POST") {
			parts.set(path.split("/")[1] ?? "", await bodyOf(request));
			response.end(JSON.stringify({ status: true, result: "Success" }));
		} else response.end(parts.get(path));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		parts,
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
	return new Uint8Array(Buffer.concat(await request.toArray()));
}
