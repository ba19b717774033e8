import { readFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";

/** A page on a free port of this machine. */
export interface ScriptsPage {
	readonly url: string;
	close(): Promise<void>;
}

export interface ScriptsPageOptions {
	/** Files that are scripts or workers, each served under its name; the page loads the first one. */
	readonly scripts: readonly string[];
	/** Origins that the page talks to, besides its own and `blob:`. */
	readonly connect: readonly string[];
	/** Answers requests that are not `GET`. */
	readonly other?: RequestListener;
}

/** Serves an empty page under a strict Content Security Policy: scripts and workers from its own files, and nothing that evaluates text. */
export async function serveScriptsPage({ scripts, connect, other }: ScriptsPageOptions): Promise<ScriptsPage> {
	const files = new Map(scripts.map((file) => [`/${basename(file)}`, file]));
	const [first = "/"] = files.keys();
	const policy = `default-src 'none'; img-src data:; script-src 'self'; worker-src 'self'; connect-src 'self' blob: ${connect.join(" ")}`;
	const server = createServer(async (request, response) => {
		if (request.method !== "GET") return other ? other(request, response) : response.writeHead(405).end();
		const file = files.get(request.url ?? "");
		response.setHeader("Content-Security-Policy", policy);
		response.setHeader("Content-Type", file === undefined ? "text/html" : "text/javascript");
		const page = `<!doctype html><link rel="icon" href="data:,"><title>Scripts</title><script src="${first}"></script>`;
		response.end(file === undefined ? page : await readFile(file));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
