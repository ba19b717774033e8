import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiOptions, Clock, createTestApi, type TestApi, tier } from "@sentc-ts/test-world";
import {
	APP_TOKEN_HEADER,
	type EndpointOptions,
	GROUP_ACCESS_HEADER,
	LAX_OPTIONS,
	type Params,
	type ResultOf,
	type Route,
	routePath,
	type ServerError,
} from "@sentc-ts/transport/contract";
import { expect, onTestFinished } from "vitest";
import * as z from "zod/mini";
import { type Api, listen, type NewApp } from "../../src/index.js";

const ORIGIN = "http://api.test";

const envelopeSchema = z.union([
	z.strictObject({ status: z.literal(true), result: z.unknown() }),
	z.strictObject({ status: z.literal(false), err_msg: z.string().check(z.minLength(1)), err_code: z.int() }),
]);

/** What came back: the result of a success, or the code of an error. */
export type Answer<Result> =
	| { http: number; ok: true; result: Result; json: string }
	| { http: number; ok: false; code: number; message: string; json: string };

/** An API, in this process or another one, and an app to call it with. */
export interface Target {
	readonly api: Pick<Api, "fetch">;
	readonly app: NewApp;
}

/** A folder that goes when the test (or its file) ends. */
export function temporaryFolder(cleanUp: (remove: () => void) => void = onTestFinished): string {
	const folder = mkdtempSync(join(tmpdir(), "sentc-api-"));
	cleanUp(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** An API on a database file of its own, with one app and a clock that stands still; it ends with the test. */
export async function startApi(
	options: Partial<EndpointOptions> = LAX_OPTIONS,
	onError?: (error: unknown) => void,
	config: Omit<ApiOptions, "app"> = {},
): Promise<TestApi> {
	const database = join(temporaryFolder(), "sentc.db");
	const clock = Clock.standing();
	const wait = async (ms: number) => clock.advance(ms);
	const server = await createTestApi({ app: options, clock, database, wait, ...(onError && { onError }), ...config });
	onTestFinished(server.close);
	return server;
}

/** The same behind a socket: what is asked of it travels as HTTP. The quick tests do without the socket. */
export async function serveApi(options?: Partial<EndpointOptions>): Promise<TestApi> {
	const server = await startApi(options);
	if (tier === "quick") return server;
	const { url, close } = await listen(server.api, { port: 0 });
	onTestFinished(close);
	const overHttp = (request: Request) => fetch(new Request(request.url.replace(ORIGIN, url), request));
	return { ...server, api: { ...server.api, fetch: overHttp } };
}

export interface CallInput<R extends Route> {
	params?: Params<R>;
	/** Sent as JSON; a string is sent as it is. */
	body?: unknown;
	/** App token; the public one unless given, `null` = no header. */
	token?: string | null;
	jwt?: string | undefined;
	/** Group to act through. */
	through?: string;
}

export function requestOf<R extends Route>(app: NewApp, route: R, input: CallInput<R> = {}): Request {
	const { params, body, token = app.publicToken, jwt, through } = input;
	return new Request(ORIGIN + routePath(route, params ?? ({} as Params<R>)), {
		method: route.method,
		headers: {
			...(token !== null && { [APP_TOKEN_HEADER]: token }),
			...(jwt !== undefined && { Authorization: `Bearer ${jwt}` }),
			...(through !== undefined && { [GROUP_ACCESS_HEADER]: through }),
		},
		...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
	});
}

/** Calls a route and checks what holds for every answer: CORS, content type, envelope, shape of the result. */
export async function call<R extends Route>(
	{ api, app }: Target,
	route: R,
	input: CallInput<R> = {},
): Promise<Answer<ResultOf<R>>> {
	return readAnswer(await api.fetch(requestOf(app, route, input)), route);
}

/** Calls a route with a body that arrives after something else has happened: most checks are made before it. */
export async function callLate<R extends Route>(
	{ api, app }: Target,
	route: R,
	{ body, ...input }: CallInput<R>,
	meanwhile: () => Promise<unknown>,
): Promise<Answer<ResultOf<R>>> {
	const { url, method, headers } = requestOf(app, route, input);
	const late = new ReadableStream(
		{
			async pull(controller) {
				await meanwhile();
				controller.enqueue(new TextEncoder().encode(JSON.stringify(body)));
				controller.close();
			},
		},
		{ highWaterMark: 0 },
	);
	const request = new Request(url, { method, headers, body: late, duplex: "half" } as RequestInit);
	return readAnswer(await api.fetch(request), route);
}

export async function readAnswer<R extends Route>(response: Response, route: R): Promise<Answer<ResultOf<R>>> {
	const { envelope, json } = await readEnvelope(response);
	const http = response.status;
	if (!envelope.status) return { http, ok: false, code: envelope.err_code, message: envelope.err_msg, json };
	expect(http).toBe(200);
	return { http, ok: true, result: schemaOf(route).parse(envelope.result) as ResultOf<R>, json };
}

function schemaOf({ result }: Route): z.ZodMiniType {
	if (result.kind !== "envelope") throw new Error("The route answers bytes");
	return result.schema;
}

/** Checks what holds for the answers of all routes, known or not. */
export async function readEnvelope(
	response: Response,
): Promise<{ envelope: z.infer<typeof envelopeSchema>; json: string }> {
	expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
	expect(response.headers.get("Content-Type")).toBe("application/json");
	expect(response.headers.get("Cache-Control")).toBe("no-store");
	expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
	const json = await response.text();
	return { envelope: envelopeSchema.parse(JSON.parse(json)), json };
}

/** The result of a call that has to succeed. */
export async function result<Result>(answer: Answer<Result> | Promise<Answer<Result>>): Promise<Result> {
	const settled = await answer;
	if (!settled.ok) throw new Error(`answered ${settled.http}/${settled.code}: ${settled.message}`);
	return settled.result;
}

/** Expects a call to be refused with this error. */
export async function expectRefusal(answer: Answer<unknown> | Promise<Answer<unknown>>, error: ServerError) {
	expect(await answer).toMatchObject({ ok: false, code: error.code, http: error.http });
}
