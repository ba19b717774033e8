import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

export interface Site {
	readonly url: string;
	/** Paths that were asked for so far. */
	readonly requested: readonly string[];
	close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

/** What a careful app sends: scripts and workers from its own files only, and nothing that evaluates text. */
const policy = (api: string, scripts: string): string =>
	`default-src 'none'; script-src 'self' ${scripts}; worker-src 'self'; connect-src 'self' ${api}; img-src data:`;

/**
 * Serves a folder under a strict Content Security Policy that lets pages talk to the API.
 *
 * @param scripts another origin that scripts may come from
 */
export async function serveFolder(folder: string, api: string, scripts = ""): Promise<Site> {
	const requested: string[] = [];
	const server = createServer(async (request, response) => {
		const { pathname } = new URL(request.url ?? "/", "http://site");
		requested.push(pathname);
		const path = pathname === "/" ? "/index.html" : pathname;
		try {
			const body = await readFile(join(folder, path));
			response.setHeader("Content-Type", TYPES[extname(path)] ?? "application/octet-stream");
			response.setHeader("Content-Security-Policy", policy(api, scripts));
			response.end(body);
		} catch {
			response.writeHead(404).end();
		}
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		requested,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
