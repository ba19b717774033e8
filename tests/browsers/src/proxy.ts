import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { INSECURE_HOST } from "./types.js";

export interface Proxy {
	/** `host:port` */
	readonly address: string;
	close(): void;
}

/** An HTTP proxy to this machine only: it answers for the insecure host name, and refuses every other host. */
export async function startProxy(): Promise<Proxy> {
	const server = createServer((incoming, outgoing) => {
		const { hostname, port, pathname, search } = new URL(incoming.url ?? "", "http://none");
		if (hostname !== INSECURE_HOST) {
			outgoing.writeHead(502).end();
			return;
		}
		const { method, headers } = incoming;
		const forwarded = request({ host: "127.0.0.1", port, path: pathname + search, method, headers }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(outgoing);
		});
		forwarded.on("error", () => outgoing.destroy());
		incoming.pipe(forwarded);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
}
