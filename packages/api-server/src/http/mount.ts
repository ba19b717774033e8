import { isUtf8 } from "node:buffer";

import {
	type AnyRoute,
	API_PREFIX,
	APP_TOKEN_HEADER,
	type BodyOf,
	GROUP_ACCESS_HEADER,
	type Params,
	type ResultOf,
} from "@sentc-ts/transport/contract";
import type { Hono } from "hono";
import { requireOption } from "../domain/app/access.js";
import type { App } from "../domain/app/app.js";
import { findGroupAccess, type GroupAccess } from "../domain/group/access.js";
import { type Identity, identify } from "../domain/jwt/tokens.js";
import type { Services } from "../domain/services.js";
import { success } from "./answers.js";
import { parseBody, readBody } from "./body.js";
import type { Caller } from "./caller.js";
import type { LoginLimits } from "./limits/login-limits.js";

/** A request that has passed every check that its route declares. */
interface RouteRequest<R extends AnyRoute> {
	readonly app: App;
	readonly params: Params<R>;
	readonly body: BodyOf<R>;
	/** Whom the JWT names. Only for routes that declare a JWT need: reading it elsewhere is a mistake and throws. */
	readonly identity: Identity;
	/** How the caller reaches `:group_id`. Only for routes that declare group access. */
	readonly access: GroupAccess;
}

type Handler<R extends AnyRoute> = (request: RouteRequest<R>) => ResultOf<R> | Promise<ResultOf<R>>;
export type Mount = <R extends AnyRoute>(route: R, handler: Handler<R>) => void;

/** Serves routes of the contract: all checks come from their declaration, in the order of protocol/http-api §1.3. */
export function createMount(http: Hono<{ Bindings: Caller }>, services: Services, limits: LoginLimits): Mount {
	return (route, handler) => {
		http.on(route.method, API_PREFIX + route.path, async ({ req, env }) => {
			const params = req.param() as Params<typeof route>;
			const appAccess = await services.directory.identify(req.raw.headers.get(APP_TOKEN_HEADER));
			const { app } = appAccess;
			limits.count(route, req.raw, env.address, appAccess.token);
			const identity =
				route.jwt === "none"
					? undefined
					: await identify(services, app.id, req.raw.headers.get("Authorization"), route.jwt);
			const access = route.groupAccess
				? await checkGroup(services, req.raw, params, app, declared(identity))
				: undefined;
			const bytes = route.body === null ? undefined : await readBody(req.raw);
			requireOption(appAccess, route.option);
			const body = (route.body && bytes && parseBody(route.body, bytes)) as BodyOf<typeof route>;
			const answer = async () =>
				handler({
					app,
					params,
					body,
					get identity() {
						return declared(identity);
					},
					get access() {
						return declared(access);
					},
				});
			return success(await limits.attempt(route, { appId: app.id, body, identity }, answer));
		});
	};
}

function checkGroup(
	{ database }: Services,
	{ headers }: Request,
	params: Record<string, string>,
	app: App,
	{ userId }: Identity,
): Promise<GroupAccess> {
	const header = headers.get(GROUP_ACCESS_HEADER) ?? undefined;
	const accessGroupId = header !== undefined && isUtf8(Buffer.from(header, "latin1")) ? header : undefined;
	return findGroupAccess(database.reads, {
		appId: app.id,
		userId,
		groupId: params["group_id"] ?? "",
		accessGroupId,
	});
}

function declared<Value>(value: Value | undefined): Value {
	if (value === undefined) throw new TypeError("The route does not declare what its handler reads");
	return value;
}
