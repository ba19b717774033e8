import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import type * as z from "zod/mini";
import type { EndpointOption } from "./options.js";

/** HTTP methods of the API. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * What a route asks of the JWT (protocol/http-api §4.3).
 * `none`: not read · `valid`: signed and not expired · `expired-allowed`: signed, `exp` not looked at · `fresh`: valid and issued by a login.
 */
export type JwtNeed = "none" | "valid" | "expired-allowed" | "fresh";

/** One endpoint, declared once: the HTTP client, own backends and the API's router derive from it. */
export interface Route<Path extends string, Body, Result> {
	readonly method: Method;
	/** Below `/api/v1`, parameters as `:name`. */
	readonly path: Path;
	/** The app option that decides who may call it; `secret` = the secret token only, `open` = either token, not configurable. */
	readonly option: EndpointOption | "secret" | "open";
	readonly jwt: JwtNeed;
	/** `true` = `:group_id` is checked against the caller's membership (protocol/http-api §5). */
	readonly groupAccess: boolean;
	/** `null` = no body is read. */
	readonly body: z.ZodMiniType<Body> | null;
	readonly result: z.ZodMiniType<Result>;
}

// biome-ignore lint/suspicious/noExplicitAny: the one place that speaks of a route of whatever body and result
export type AnyRoute = Route<string, any, any>;

type ParameterNames<Path extends string> = Path extends `${infer Head}/${infer Tail}`
	? ParameterNames<Head> | ParameterNames<Tail>
	: Path extends `:${infer Name}`
		? Name
		: never;

/** The path parameters of a route, by name. */
export type Params<R extends AnyRoute> = { [Name in ParameterNames<R["path"]>]: string };
/** What a route takes as its body. */
export type BodyOf<R extends AnyRoute> = R["body"] extends z.ZodMiniType<infer Body> | null ? Body : never;
/** What a route answers as `result`. */
export type ResultOf<R extends AnyRoute> = R["result"] extends z.ZodMiniType<infer Result> ? Result : never;

/** The path prefix of every route. */
export const API_PREFIX = "/api/v1";

/**
 * `/group/:group_id` and `{group_id: "…"}` → `/api/v1/group/…`; values are percent-encoded.
 *
 * @throws InvalidInput naming a parameter that is empty, no whole Unicode text, or that a URL would take for a step in the path
 */
export function routePath<R extends AnyRoute>(route: R, params: Params<R>): string {
	const values: Record<string, string> = params;
	return API_PREFIX + route.path.replace(/:(\w+)/g, (_, name: string) => pathSegment(name, values[name]));
}

function pathSegment(name: string, value: string | undefined): string {
	const isId = typeof value === "string" && !["", ".", ".."].includes(value) && !/\p{Surrogate}/u.test(value);
	if (!isId) throw new InvalidInput(name, "must be an id");
	return encodeURIComponent(value);
}
