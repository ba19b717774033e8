import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Api } from "./api.js";
import { ApiStartError } from "./errors.js";
import { refusal, toResponse } from "./http/answers.js";
import type { ServedCaller } from "./http/caller.js";
import { nodeExchange } from "./http/node.js";

/** How long running requests may take to end when the server closes, ms. */
const CLOSE_GRACE = 10_000;

/** How long a connection that is given up may take to end, ms. */
const LINGER = 1000;

/**
 * The server should be the last to close an idle connection: who sends into one that the other side has just closed loses
 * the request (ECONNRESET, "other side closed"), and cannot know whether it was carried out. Usual proxies close after 60 s.
 * `fetch` of Node closes 2 s before the time that the `Keep-Alive` header names, but not while its process stands still: with
 * Node's default of 5 s, a client on a starved machine comes too late after some 6 s.
 */
const KEEP_ALIVE = 65_000;

/** A timer of more than 25 days would fire at once. */
const LONGEST_KEEP_ALIVE = 24 * 60 * 60 * 1000;

export interface ListenOptions {
	/** Name or address of the interface. Default `127.0.0.1`. */
	readonly host?: string;
	/** 0 picks a free port. Default 3002. */
	readonly port?: number;
	/**
	 * How long a connection may be idle before it is closed, whole ms, at most a day. Default 65 000: a proxy in front should
	 * close earlier.
	 */
	readonly keepAlive?: number;
}

export interface Listening {
	/** `http://host:port`, with the port in use. */
	readonly url: string;
	/** Stops listening and lets running requests end. Leaves the API itself open. */
	close(): Promise<void>;
}

/**
 * Serves an API over HTTP.
 *
 * @throws ApiStartError `CONFIG_INVALID`, `PORT_TAKEN`, `LISTEN_FAILED`
 */
export async function listen(
	api: Pick<Api, "fetch">,
	{ host = "127.0.0.1", port = 3002, keepAlive = KEEP_ALIVE }: ListenOptions = {},
): Promise<Listening> {
	if (!Number.isInteger(keepAlive) || keepAlive < 1 || keepAlive > LONGEST_KEEP_ALIVE) {
		throw new ApiStartError("CONFIG_INVALID", `${keepAlive} ms is no time for which a connection may be idle.`);
	}
	const server = createHttpServer(api, host, keepAlive);
	const unused = unusedConnections(server);
	await new Promise<void>((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => reject(toStartError(error, host, port)));
		server.listen(port, host, resolve);
	});
	const { port: usedPort } = server.address() as AddressInfo;
	return {
		url: `http://${host.includes(":") ? `[${host}]` : host}:${usedPort}`,
		close: () =>
			new Promise((resolve) => {
				const force = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE);
				server.close(() => {
					clearTimeout(force);
					resolve();
				});
				for (const socket of unused) socket.destroy();
			}),
	};
}

/** Connections that have not sent a request: browsers and `fetch` open some in advance, and Node waits for them when it closes. */
function unusedConnections(server: Server): ReadonlySet<Socket> {
	const unused = new Set<Socket>();
	server.on("connection", (socket) => {
		unused.add(socket);
		socket.once("close", () => unused.delete(socket));
	});
	server.on("request", ({ socket }) => unused.delete(socket));
	return unused;
}

function createHttpServer(api: Pick<Api, "fetch">, host: string, keepAliveTimeout: number): Server {
	const answer = getRequestListener(
		(request, bindings) => {
			// There is no HTTP/2 here.
			const { incoming, outgoing } = bindings as HttpBindings;
			const caller: ServedCaller = {
				address: incoming.socket.remoteAddress,
				isComplete: () => incoming.complete,
				exchange: nodeExchange(incoming, outgoing),
			};
			return api.fetch(request, caller);
		},
		{
			hostname: host,
			// A request without a usable address.
			errorHandler: () => toResponse(refusal(SERVER_ERRORS.ROUTE_NOT_FOUND)),
			// Who embeds the API keeps the platform's Request and Response.
			overrideGlobalObjects: false,
		},
	);
	const server = createServer({ requireHostHeader: false, keepAliveTimeout });
	server.on("request", (request, response) => {
		// A connection that is kept alive would keep a closing server open.
		response.once("close", () => !server.listening && server.closeIdleConnections());
		void answer(request, response);
	});
	server.on("checkExpectation", (request, response) => server.emit("request", request, response));
	server.on("connect", (_, socket) => answerNoRequest(socket));
	server.on("clientError", (_, socket) => answerNoRequest(socket));
	return server;
}

/** What came is not HTTP, or more of it than this server reads: the same answer as for an unknown route. */
function answerNoRequest(socket: Duplex): void {
	// Node leaves this socket without a listener: a reset by the other side would end the process.
	socket.on("error", () => undefined);
	const { status, headers, text } = refusal(SERVER_ERRORS.ROUTE_NOT_FOUND);
	const all = { ...headers, "Content-Length": Buffer.byteLength(text), Connection: "close" };
	const head = [`HTTP/1.1 ${status} Not Found`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)];
	if (socket.writable) socket.end(`${head.join("\r\n")}\r\n\r\n${text}`);
	// Destroyed at once, it could lose the answer to what the other side still sends.
	socket.resume();
	setTimeout(() => socket.destroy(), LINGER).unref();
}

function toStartError(error: NodeJS.ErrnoException, host: string, port: number): ApiStartError {
	return error.code === "EADDRINUSE"
		? new ApiStartError("PORT_TAKEN", `Port ${port} on ${host} is in use: choose another one with --port.`, error)
		: new ApiStartError("LISTEN_FAILED", `Cannot listen on ${host}, port ${port}: ${error.code}.`, error);
}
