import { isUtf8 } from "node:buffer";
import {
	API_PREFIX,
	APP_TOKEN_HEADER,
	type BodyOf,
	type ByteStream,
	type BytesBody,
	GROUP_ACCESS_HEADER,
	type Params,
	type ResultOf,
	type Route,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import type { Context, Hono } from "hono";
import { type AppAccess, requireOption } from "../domain/app/access.js";
import type { App } from "../domain/app/app.js";
import { findGroupAccess, type GroupAccess } from "../domain/group/access.js";
import { type Identity, identify } from "../domain/jwt/tokens.js";
import type { Services } from "../domain/services.js";
import { requireUser } from "../domain/user/user.js";
import type { Origin } from "../domain/user/waiting-devices.js";
import { Failure } from "../failure.js";
import { success, successBytes } from "./answers.js";
import { bodyStream, parseJson, readJsonBytes } from "./body.js";
import { type ServedCaller, send } from "./caller.js";
import { type AddressOf, originOf } from "./limits/client-address.js";
import type { RequestLimits } from "./limits/request-limits.js";
import { requireLocal } from "./local.js";
import type { Running } from "./running.js";

/** A position in a list; none = its start. */
type Cursor = { readonly time: number; readonly id: string } | undefined;

/** What a handler gets as the body of a route: JSON that fits its schema, or bytes as they come, at most as many as it allows. */
type ReceivedBody<R extends Route> = R["body"] extends BytesBody ? ReadableStream<Uint8Array> : BodyOf<R>;

/** A request that has passed every check that its route declares. */
interface RouteRequest<R extends Route> extends AppAccess {
	readonly params: Params<R>;
	readonly body: ReceivedBody<R>;
	/**
	 * Whom the JWT names. Only for routes that declare a JWT need: reading it elsewhere is a mistake and throws. Where it is
	 * optional, reading it without one fails as if it were needed.
	 */
	readonly identity: Identity;
	/** Whom the JWT names, if there is a valid one. */
	readonly knownIdentity: Identity | undefined;
	/** How the caller reaches `:group_id`. Only for routes that declare group access. */
	readonly access: GroupAccess;
	/** Where the request comes from; an own backend may not say so. */
	readonly origin: Origin | undefined;
	/** Where the page starts that `:last_time` and `:last_id` ask for. */
	readonly cursor: Cursor;
}

/** A handler of a route that only succeeds or fails has nothing to answer. */
type Handler<R extends Route> = (
	request: RouteRequest<R>,
) => ResultOf<R> | Promise<ResultOf<R>> | (ResultOf<R> extends string ? Promise<void> : never);
export type Mount = <R extends Route>(route: R, handler: Handler<R>) => void;

/** What goes along with every request. */
export interface MountAids {
	readonly addressOf: AddressOf;
	readonly limits: RequestLimits;
	readonly running: Running;
}

/** Serves routes of the contract: all checks come from their declaration, in the order of protocol/http-api §1.3. */
export function createMount(
	http: Hono<{ Bindings: ServedCaller }>,
	services: Services,
	{ addressOf, limits, running }: MountAids,
): Mount {
	return (route, handler) => {
		const answerTo = async ({ req, env }: Context<{ Bindings: ServedCaller }>): Promise<Response> => {
			const params = req.param() as Params<typeof route>;
			const appAccess = await services.directory.identify(req.raw.headers.get(APP_TOKEN_HEADER));
			const { app } = appAccess;
			if (app.development) requireLocal(req.raw.headers);
			const address = addressOf(req.raw, env.address, appAccess.token);
			limits.count(route, address);
			const named = await identifyFor(route, services, app, req.raw.headers);
			const identity = named instanceof Failure ? undefined : named;
			// Only who may call the route learns who has access to a group.
			if (route.jwt === "none" && route.groupAccess) requireOption(appAccess, route.option);
			const access = route.groupAccess ? await checkGroup(services, req.raw, params, app, identity) : undefined;
			const receive = await receiver(route, req.raw, env);
			requireOption(appAccess, route.option);
			const body = receive() as ReceivedBody<typeof route>;
			const answer = async () =>
				handler({
					...appAccess,
					params,
					body,
					get origin() {
						return address && originOf(address);
					},
					get identity() {
						if (named instanceof Failure) throw named;
						return declared(named);
					},
					knownIdentity: identity,
					get access() {
						return declared(access);
					},
					get cursor() {
						return toCursor(params);
					},
				});
			const given = { appId: app.id, body: body as BodyOf<typeof route>, identity, address };
			const result = await limits.attempt(route, given, answer);
			return route.result.kind === "bytes"
				? sendBytes(result as ByteStream, running)
				: send(env, success(result ?? DONE));
		};
		http.on(route.method, API_PREFIX + route.path, (context) =>
			route.result.kind === "bytes" ? answerTo(context).catch(refuseBytes) : answerTo(context),
		);
	};
}

/** Whom the JWT names; where it is optional, or why there is nobody. */
async function identifyFor(
	{ jwt }: Route,
	services: Services,
	{ id }: App,
	headers: Headers,
): Promise<Identity | Failure | undefined> {
	if (jwt === "none") return undefined;
	const authorization = headers.get("Authorization");
	if (jwt !== "optional") return identify(services, id, authorization, jwt);
	return identify(services, id, authorization, "valid").catch((error: unknown) => {
		if (error instanceof Failure) return error;
		throw error;
	});
}

function sendBytes({ stream, length }: ByteStream, running: Running): Response {
	return successBytes({ stream: running.addStream(stream), length });
}

/** Only the HTTP status tells a refusal from bytes; some refusals of the reference have 200 (protocol/http-api §19). */
function refuseBytes(error: unknown): never {
	if (!(error instanceof Failure) || error.error.http >= 400) throw error;
	throw new Failure({ ...error.error, http: 400 }, error.retryAfterSeconds);
}

/** Reads JSON at once, as the order of the checks wants it; bytes are left to who reads them. */
async function receiver({ body }: Route, request: Request, caller: ServedCaller): Promise<() => unknown> {
	switch (body.kind) {
		case "none":
			return () => undefined;
		case "json": {
			const bytes = await readJsonBytes(request, caller);
			return () => parseJson(body.schema, bytes);
		}
		case "bytes":
			return () => bodyStream(request, body, caller.isComplete);
	}
}

/** Result of routes that have nothing to return (protocol/http-api §1.2). */
const DONE = "Success";

async function checkGroup(
	{ database }: Services,
	{ headers }: Request,
	params: Partial<Record<string, string>>,
	app: App,
	identity: Identity | undefined,
): Promise<GroupAccess> {
	const userId = identity?.userId ?? declared(params["user_id"]);
	if (identity === undefined) await requireUser(database.reads, app.id, userId);
	const header = headers.get(GROUP_ACCESS_HEADER) ?? undefined;
	const accessGroupId = header !== undefined && isUtf8(Buffer.from(header, "latin1")) ? header : undefined;
	return findGroupAccess(database.reads, {
		appId: app.id,
		userId,
		groupId: declared(params["group_id"]),
		accessGroupId,
	});
}

function declared<Value>(value: Value | undefined): Value {
	if (value === undefined) throw new TypeError("The route does not declare what its handler reads");
	return value;
}

/** Time 0 asks for the first page (protocol/http-api §2.4). */
function toCursor(params: Partial<Record<string, string>>): Cursor {
	const lastTime = declared(params["last_time"]);
	if (!/^\d+$/.test(lastTime)) throw new Failure(SERVER_ERRORS.INVALID_TIME);
	const time = Math.min(Number(lastTime), Number.MAX_SAFE_INTEGER);
	return time === 0 ? undefined : { time, id: declared(params["last_id"]) };
}
