import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { ApiError, createBackend, isSentcError, JwtRefused, limitByAddress } from "@sentc-ts/server-helpers";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Caller } from "./caller.js";
import { openDatabase } from "./database.js";
import { Live } from "./live.js";
import { notebookRoutes } from "./notebooks.js";
import { pageRoutes } from "./page.js";
import { peopleRoutes } from "./people.js";

export interface GroupNotesOptions {
	/** Origin of the API. */
	apiUrl: string;
	/** Public token of the app, base64: for the page. */
	publicToken: string;
	/** Secret token of the app, base64: it stays in this process. */
	secretToken: string;
	/** Verify key of the app's JWTs, base64. */
	jwtVerifyKey: string;
	/** Path of the backend's own database, or `:memory:`. */
	database: string;
	/** Address of the interface. Default `127.0.0.1`. */
	host?: string | undefined;
	/** 0 picks a free one. */
	port: number;
	/** Most notes and open streams of one user. Default 10,000 and 50. */
	limits?: { notes: number; streams: number } | undefined;
	/** Routes that come before those of the page. */
	more?: Hono | undefined;
}

export interface Running {
	/** `http://host:port`, with the port in use. */
	readonly url: string;
	close(): Promise<void>;
}

/** A registration takes about 35 KB, a long note 200 KB. */
const MAX_BODY_BYTES = 512 * 1024;

/**
 * Starts the backend of the app: it alone holds the secret token, stores names of people and ciphertexts, tells open pages of changes, and
 * serves the web page. It never sees a password, a title or a text.
 *
 * @throws Error with the code of the system when the port is taken, or the address is none of this machine
 */
export async function startGroupNotes(options: GroupNotesOptions): Promise<Running> {
	const { apiUrl, host = "127.0.0.1", jwtVerifyKey, more, port, publicToken, secretToken } = options;
	const { notes, streams } = options.limits ?? { notes: 10_000, streams: 50 };
	const api = createBackend({ base_url: apiUrl, secret_token: secretToken });
	const db = await openDatabase(options.database);
	const live = new Live(streams);
	const perAddress = { burst: 60, per_second: 0.5 };

	const app = new Hono<Caller>();
	// What is not read would be taken for the connection's next request.
	const onError = (c: Context): Response =>
		c.json({ error: "The request is too large." }, 413, { Connection: "close" });
	app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError }));
	app.route("/", peopleRoutes(api, db, jwtVerifyKey, limitByAddress(perAddress)));
	app.route("/", notebookRoutes(api, db, jwtVerifyKey, live, limitByAddress(perAddress), notes));
	if (more) app.route("/", more);
	const allow_insecure_http = !isLoopback(apiUrl);
	app.route("/", pageRoutes({ api_url: apiUrl, public_token: publicToken, allow_insecure_http }));
	app.onError((error, c) => {
		if (!isSentcError(error)) console.error(error);
		const [status, sentence] = refusalOf(error);
		if (error instanceof ApiError && error.retryAfter !== undefined) c.header("Retry-After", `${error.retryAfter}`);
		return c.json({ error: sentence }, status);
	});

	const server = createAdaptorServer({ fetch: app.fetch }) as Server;
	try {
		await listen(server, port, host);
	} catch (error) {
		await db.destroy();
		throw error;
	}
	const { port: usedPort } = server.address() as AddressInfo;
	return {
		url: `http://${host}:${usedPort}`,
		close: async () => {
			live.close();
			await new Promise((resolve) => {
				server.close(resolve);
				server.closeAllConnections();
			});
			await db.destroy();
		},
	};
}

function listen(server: Server, port: number, host: string): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, host, resolve);
	});
}

/** Is the server reached from this machine alone? */
function isLoopback(url: string): boolean {
	return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function refusalOf(error: Error): [400 | 401 | 429 | 500 | 502, string] {
	if (!isSentcError(error)) return [500, "The backend failed."];
	if (error instanceof JwtRefused) return [401, `${error.errorMessage}.`];
	// The JWT lives on for minutes, but the API has no such device any more.
	if (error.code === "USER_NOT_FOUND") return [401, "This device was removed from its account."];
	if (error.code === "TOO_MANY_REQUESTS") return [429, `${error.errorMessage}.`];
	if (error instanceof ApiError || error.code === "INVALID_INPUT") return [400, `${error.errorMessage}.`];
	return [502, "The API can't be reached. Is it running?"];
}
