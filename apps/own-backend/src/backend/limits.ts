import type { AddressLimit, Backend } from "@sentc-ts/server-helpers";
import type { Context, MiddlewareHandler } from "hono";

/** Where a request comes from: the socket. Behind a proxy it would be what the proxy says. */
interface Caller {
	readonly address?: string | undefined;
}

export interface FromClient {
	Bindings: Caller;
}

/** For endpoints that anybody may call. */
export function limited(limit: AddressLimit): MiddlewareHandler<FromClient> {
	return async (c, next) => limit(c.env.address) ?? next();
}

/** The API, which limits what is asked for this client, too. */
export function onBehalfOf(api: Backend, c: Context<FromClient>): Backend {
	return c.env.address === undefined ? api : api.forClient(c.env.address);
}
