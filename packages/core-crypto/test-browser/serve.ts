import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

export interface Served {
	readonly url: string;
	/** Paths that were asked for so far. */
	readonly requested: readonly string[];
	close(): void;
}

/** Serves a folder under a policy, on a free port of this machine. */
export async function serve(folder: string, policy: string): Promise<Served> {
	const requested: string[] = [];
	const server: Server = createServer(async (request, response) => {
		const { pathname } = new URL(request.url ?? "/", "http://localhost");
		requested.push(pathname);
		const path = join(folder, pathname === "/" ? "index.html" : pathname);
		try {
			const content = await readFile(path);
			const type = types[extname(path)] ?? "application/octet-stream";
			response.writeHead(200, { "content-type": type, "content-security-policy": policy }).end(content);
		} catch {
			response.writeHead(404).end();
		}
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const close = (): void => {
		server.close();
		server.closeAllConnections();
	};
	return { url: `http://127.0.0.1:${port}/`, requested, close };
}
