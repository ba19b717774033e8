import { InvalidInput, messageText } from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { SERVER_ERRORS, type ServerError } from "./error-codes.js";
import type { EndpointOption } from "./options.js";

/** HTTP methods of the API. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * What a route asks of the JWT (protocol/http-api §4.3).
 * `none`: not read · `optional`: one that isn't valid counts as none · `valid`: signed and not expired · `expired-allowed`: signed,
 * `exp` not looked at · `fresh`: valid and issued by a login.
 */
export type JwtNeed = "none" | "optional" | "valid" | "expired-allowed" | "fresh";

/** A body of JSON. */
export interface JsonBody<Schema extends z.ZodMiniType = z.ZodMiniType> {
	readonly kind: "json";
	readonly schema: Schema;
}
/** A body of raw bytes. */
export interface BytesBody {
	readonly kind: "bytes";
	/** Most bytes that are read of it. */
	readonly maxBytes: number;
	/** What a longer one is refused with. */
	readonly tooLarge: ServerError;
}
/** No body is read. */
export interface NoBody {
	readonly kind: "none";
}
/** A result in the envelope of the API (protocol/http-api §1.2). */
export interface EnvelopeResult<Schema extends z.ZodMiniType = z.ZodMiniType> {
	readonly kind: "envelope";
	readonly schema: Schema;
}
/** A result of raw bytes; a refusal comes in an envelope, with an HTTP status from 400 on (protocol/files §6.6). */
export interface BytesResult {
	readonly kind: "bytes";
}

/** `z.object` whose declaration keeps what is said of its members: zod's own loses that in a published package. */
// @__NO_SIDE_EFFECTS__
export function object<Shape extends z.core.$ZodShape>(shape: Shape): z.ZodMiniObject<Shape, z.core.$strip> {
	return z.object(shape) as z.ZodMiniObject<Shape, z.core.$strip>;
}

/** What a route reads. */
export type RouteBody = JsonBody | BytesBody | NoBody;
/** What a route answers. */
export type RouteResult = EnvelopeResult | BytesResult;

/** Declares a body of JSON. */
// @__NO_SIDE_EFFECTS__
export function json<Schema extends z.ZodMiniType>(schema: Schema): JsonBody<Schema> {
	return { kind: "json", schema };
}

/**
 * Declares a body of at most so many raw bytes.
 *
 * @param tooLarge what a longer one is refused with
 */
// @__NO_SIDE_EFFECTS__
export function bytes(maxBytes: number, tooLarge: ServerError = SERVER_ERRORS.BODY_TOO_LARGE): BytesBody {
	return { kind: "bytes", maxBytes, tooLarge };
}

/** Declares that no body is read. */
export const none: NoBody = { kind: "none" };

/** Declares a result in an envelope. */
// @__NO_SIDE_EFFECTS__
export function envelope<Schema extends z.ZodMiniType>(schema: Schema): EnvelopeResult<Schema> {
	return { kind: "envelope", schema };
}

/** Declares a result of raw bytes. */
export const byteStream: BytesResult = { kind: "bytes" };

/** Declares the answer of a route that only succeeds or fails: any text. */
export const success = /* @__PURE__ */ envelope(messageText);

/** One endpoint, declared once: the HTTP client, own backends and the API's router derive from it. */
export interface Route<
	Path extends string = string,
	Body extends RouteBody = RouteBody,
	Result extends RouteResult = RouteResult,
> {
	readonly method: Method;
	/** Below `/api/v1`, parameters as `:name`. */
	readonly path: Path;
	/** The app option that decides who may call it; `secret` = the secret token only, `open` = either token, not configurable. */
	readonly option: EndpointOption | "secret" | "open";
	readonly jwt: JwtNeed;
	/**
	 * `true` = it is checked how the caller reaches `:group_id` (protocol/http-api §5): the user of the JWT, or, where no JWT is
	 * needed, `:user_id`.
	 */
	readonly groupAccess: boolean;
	/** `true` = it changes nothing that anybody could notice: it may be sent again although the first answer got lost. */
	readonly safe: boolean;
	readonly body: Body;
	readonly result: Result;
}

/** What a route declares; absent: no group access, no body, and `safe` for GET only. */
type Declaration<Path extends string, Body extends RouteBody, Result extends RouteResult> = Pick<
	Route<Path, Body, Result>,
	"method" | "path" | "option" | "jwt" | "result"
> &
	Partial<Pick<Route<Path, Body, Result>, "groupAccess" | "safe" | "body">>;

/** Declares a route; its types are those of its schemas. */
// @__NO_SIDE_EFFECTS__
export function route<const Path extends string, Result extends RouteResult, Body extends RouteBody = NoBody>(
	declaration: Declaration<Path, Body, Result>,
): Route<Path, Body, Result> {
	const { method, body = none as Body } = declaration;
	return { groupAccess: false, safe: method === "GET", ...declaration, body };
}

type ParameterNames<Path extends string> = Path extends `${infer Head}/${infer Tail}`
	? ParameterNames<Head> | ParameterNames<Tail>
	: Path extends `:${infer Name}`
		? Name
		: never;

/** The path parameters of a route, by name. */
export type Params<R extends Route> = { [Name in ParameterNames<R["path"]>]: string };

/** Raw bytes to send. A stream can be sent once only: such a request is never repeated. */
export type ByteSource = Uint8Array | Blob | ReadableStream<Uint8Array>;
/** Raw bytes that come. */
export interface ByteStream {
	readonly stream: ReadableStream<Uint8Array>;
	/** How many bytes it has, where that is known. */
	readonly length: number | undefined;
}

/** What a client sends as the body of a route. */
export type BodyOf<R extends Route> =
	R["body"] extends JsonBody<infer Schema> ? z.infer<Schema> : R["body"] extends BytesBody ? ByteSource : never;
/** What a route answers. */
export type ResultOf<R extends Route> = R["result"] extends EnvelopeResult<infer Schema> ? z.infer<Schema> : ByteStream;

/** The path prefix of every route. */
export const API_PREFIX = "/api/v1";

/**
 * `/group/:group_id` and `{group_id: "…"}` → `/api/v1/group/…`; values are percent-encoded.
 *
 * @throws InvalidInput naming a parameter that is empty, no whole Unicode text, or that a URL would take for a step in the path
 */
export function routePath<R extends Route>(route: R, params: Params<R>): string {
	return API_PREFIX + fillIn(route.path, params);
}

/**
 * The URL of a route that another server answers: `prefixUrl` stands for everything up to the first parameter, or for
 * all of a path without any, such as `file_part_url` for `…/api/v1/file/part` (protocol/files §6.2).
 *
 * @throws InvalidInput naming a parameter, as {@link routePath}
 */
export function routeUrlBelow<R extends Route>(prefixUrl: string, route: R, params: Params<R>): string {
	return prefixUrl.replace(/\/+$/, "") + fillIn(route.path.replace(/^[^:]*(?=\/:|$)/, ""), params);
}

function fillIn(path: string, values: Record<string, string>): string {
	return path.replace(/:(\w+)/g, (_, name: string) => pathSegment(name, values[name]));
}

function pathSegment(name: string, value: string | undefined): string {
	const isId = typeof value === "string" && !["", ".", ".."].includes(value) && !/\p{Surrogate}/u.test(value);
	if (!isId) throw new InvalidInput(name, "must be an id");
	return encodeURIComponent(value);
}
