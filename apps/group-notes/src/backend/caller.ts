import type { HttpBindings } from "@hono/node-server";
import type { AddressLimit, Backend } from "@sentc-ts/server-helpers";
import type { Context, MiddlewareHandler } from "hono";

/** Who sent the request: the socket. Behind a proxy it would be what the proxy says. */
export interface Caller {
	Bindings: HttpBindings;
}

/** The API, which limits what is asked for this client, too. */
export function onBehalfOf(api: Backend, c: Context<Caller>): Backend {
	const address = c.env.incoming.socket.remoteAddress;
	return address === undefined ? api : api.forClient(address);
}

/** Refuses who sends too much. */
export function limited(limit: AddressLimit): MiddlewareHandler<Caller> {
	return async (c, next) => limit(c.env.incoming.socket.remoteAddress) ?? next();
}
