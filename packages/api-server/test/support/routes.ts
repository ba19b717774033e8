import { type AnyRoute, groupRoutes, type Params, type ServerError, userRoutes } from "@sentc-ts/transport/contract";
import { call, type Target } from "./api.js";

/** Every route of the contract, by name. */
export const routes: readonly (readonly [string, AnyRoute])[] = [
	...Object.entries(userRoutes),
	...Object.entries(groupRoutes),
];

/** Sent in place of a body: passes every check before the body is parsed, and none after. */
export const NO_JSON = "{";

/** What an answer with this error looks like. */
export const fits = ({ code, http }: ServerError): object => ({ ok: false, code, http });

/** Calls the route so that only a refusal by token, JWT or option can keep it from getting to its body or its rules. */
export async function probe(server: Target, route: AnyRoute, token: string | null, jwt?: string, groupId = "x") {
	const params = { group_id: groupId, user_id: "x", key_id: "x", session_id: "x", last_time: "0", last_id: "x" };
	return call(server, route, {
		token,
		jwt: route.jwt === "none" ? undefined : jwt,
		params: params as Params<AnyRoute>,
		...(route.body !== null && { body: NO_JSON }),
	});
}
