import {
	deviceRoutes,
	forcedRoutes,
	groupRoutes,
	lightRoutes,
	loginRoutes,
	otpRoutes,
	type Params,
	type Route,
	type ServerError,
	sessionRoutes,
	userKeyRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { call, type Target } from "./api.js";

/** Every route of the contract, by name. */
export const routes: readonly (readonly [string, Route])[] = [
	...named("device", deviceRoutes),
	...named("forced", forcedRoutes),
	...named("group", groupRoutes),
	...named("light", lightRoutes),
	...named("login", loginRoutes),
	...named("otp", otpRoutes),
	...named("session", sessionRoutes),
	...named("user", userRoutes),
	...named("user key", userKeyRoutes),
];

function named(noun: string, routesOfNoun: Readonly<Record<string, Route>>): (readonly [string, Route])[] {
	return Object.entries(routesOfNoun).map(([name, route]) => [`${noun}: ${name}`, route]);
}

/** Sent in place of a body: passes every check before the body is parsed, and none after. */
export const NO_JSON = "{";

/** What an answer with this error looks like. */
export const fits = ({ code, http }: ServerError): object => ({ ok: false, code, http });

/** Calls the route so that only a refusal by token, JWT or option can keep it from getting to its body or its rules. */
export async function probe(server: Target, route: Route, token: string | null, jwt?: string, groupId = "x") {
	const params = {
		group_id: groupId,
		user_id: "x",
		device_id: "x",
		key_id: "x",
		session_id: "x",
		invited_group_id: "x",
		inviting_group_id: "x",
		group_id_to_join: "x",
		to_invite: "x",
		user_to_kick: "x",
		last_time: "0",
		last_id: "x",
	};
	return call(server, route, {
		token,
		jwt: route.jwt === "none" ? undefined : jwt,
		params: params as Params<Route>,
		...(route.body.kind === "json" && { body: NO_JSON }),
	});
}
