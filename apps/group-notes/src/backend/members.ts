import { type Backend, bearerOf, verifyJwt } from "@sentc-ts/server-helpers";
import type { MiddlewareHandler } from "hono";
import type { Caller } from "./caller.js";

/** Ranks of a group (protocol/group-protocol §9.1): the weakest one that names and deletes it, and that manages its members. */
export const ADMIN = 1;
export const MANAGER = 2;

/** A request of a member, as the API says. */
export interface Member extends Caller {
	Variables: { jwt: string; userId: string; rank: number; jwtEnds: number };
}

/**
 * Two checks stand before everything of a notebook: the JWT, by its signature, and the membership, by the word of the API. A backend that
 * skips them gives ciphertexts away, and no texts.
 */
export function membersOnly(api: Backend, jwtVerifyKey: string): MiddlewareHandler<Member> {
	return async (c, next) => {
		const jwt = bearerOf(c.req.raw) ?? "";
		const { exp, user_id } = await verifyJwt(jwt, jwtVerifyKey);
		const access = await api.groupAccess(jwt, c.req.param("id") ?? "");
		if (!access) return c.json({ error: "The notebook does not exist any more, or you are not a member." }, 403);
		c.set("jwt", jwt);
		c.set("userId", user_id);
		c.set("rank", access.rank);
		c.set("jwtEnds", exp * 1000);
		return next();
	};
}
