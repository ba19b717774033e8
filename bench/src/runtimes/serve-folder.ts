import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".wasm": "application/wasm" };
const EMPTY_PAGE = '<!doctype html><html lang="en"><title>Benchmark</title><link rel="icon" href="data:,">';

export interface Site {
	/** Ends with a slash; at `page` there is an empty page. */
	readonly url: string;
	close(): Promise<void>;
}

export async function serveFolder(folder: string): Promise<Site> {
	const server = createServer(async (request, response) => {
		const { pathname } = new URL(request.url ?? "/", "http://site");
		if (pathname === "/page") {
			response.setHeader("Content-Type", "text/html").end(EMPTY_PAGE);
			return;
		}
		try {
			const body = await readFile(join(folder, pathname));
			response.setHeader("Content-Type", TYPES[extname(pathname)] ?? "application/octet-stream").end(body);
		} catch {
			response.writeHead(404).end();
		}
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
