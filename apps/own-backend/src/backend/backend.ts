import type { Api, Listening } from "@sentc-ts/api-server";
import { ApiError, createBackend, isSentcError, JwtRefused, limitByAddress } from "@sentc-ts/server-helpers";
import { Hono } from "hono";
import { limitBody } from "./body-limit.js";
import { openDatabase } from "./database.js";
import { forwardingRoutes } from "./forward.js";
import { groupRoutes } from "./groups.js";
import { helpDeskRoutes } from "./help-desk.js";
import type { FromClient } from "./limits.js";
import { liveReload } from "./live-reload.js";
import { notesIn } from "./notes.js";
import { pageRoutes } from "./page.js";
import { profilesIn } from "./profiles.js";
import { refreshRoutes } from "./refresh.js";
import { isLoopback, serve } from "./serve.js";
import { userRoutes } from "./users.js";

export interface OwnBackendOptions {
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
	/** Opens the help desk, visible ASCII characters; without it there is none. */
	helpDeskPassword?: string | undefined;
	/** For development: pages load again when another server answers. */
	liveReload?: boolean | undefined;
}

/**
 * Starts the developer's own backend: it alone holds the secret token, stores what the API doesn't, serves the web page,
 * and never sees a password or a plaintext.
 *
 * @throws Error with one sentence when the port is taken
 */
export async function startOwnBackend(options: OwnBackendOptions): Promise<Listening> {
	const { apiUrl, helpDeskPassword, jwtVerifyKey, publicToken, secretToken } = options;
	const api = createBackend({ base_url: apiUrl, secret_token: secretToken });
	const database = await openDatabase(options.database);
	const profiles = profilesIn(database);
	let announceClosing = (): void => undefined;
	const closing = new Promise<void>((resolve) => {
		announceClosing = resolve;
	});
	const limit = limitByAddress({ burst: 60, per_second: 0.5 });
	const createApp = (url: string): Hono<FromClient> => {
		const app = new Hono<FromClient>();
		app.use(limitBody);
		app.route("/", userRoutes(api, profiles, { jwtVerifyKey, limit }));
		app.route("/", forwardingRoutes(api, limit));
		app.route("/", groupRoutes(api, notesIn(database), jwtVerifyKey));
		app.route("/", refreshRoutes(api, jwtVerifyKey, [url, url.replace("127.0.0.1", "localhost")]));
		if (helpDeskPassword) app.route("/", helpDeskRoutes(api, helpDeskPassword));
		if (options.liveReload) app.route("/", liveReload(closing));
		app.route(
			"/",
			pageRoutes({ api_url: apiUrl, public_token: publicToken, allow_insecure_http: !isLoopback(apiUrl) }),
		);
		app.onError((error, c) => {
			if (!isSentcError(error)) console.error(error);
			const [status, sentence] = refusalOf(error);
			if (error instanceof ApiError && error.retryAfter !== undefined) c.header("Retry-After", `${error.retryAfter}`);
			return c.json({ error: sentence }, status);
		});
		return app;
	};
	try {
		let app: Hono<FromClient> | undefined;
		const fetch: Api["fetch"] = async (request, caller) =>
			app?.fetch(request, caller) ?? new Response(null, { status: 503 });
		const served = await serve({ fetch }, { host: options.host, port: options.port, flag: "with --port" });
		app = createApp(served.url);
		const close = (): Promise<void> => {
			announceClosing();
			return served.close().finally(() => database.destroy());
		};
		return { url: served.url, close };
	} catch (error) {
		await database.destroy();
		throw error;
	}
}

function refusalOf(error: Error): [400 | 401 | 429 | 500 | 502, string] {
	if (!isSentcError(error)) return [500, "The own backend failed."];
	const refused = error instanceof ApiError || error.code === "INVALID_INPUT";
	if (error.code === "TOO_MANY_REQUESTS") return [429, `${error.errorMessage}.`];
	if (refused) return [400, `${error.errorMessage}.`];
	if (error instanceof JwtRefused) return [401, `${error.errorMessage}.`];
	return [502, "The API can't be reached. Is it running?"];
}
