import {
	contentKeyRoutes,
	deviceRoutes,
	fileRoutes,
	forcedGroupRoutes,
	forcedRoutes,
	groupRotationRoutes,
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	lightRoutes,
	loginRoutes,
	memberRoutes,
	otpRoutes,
	type Params,
	type Route,
	type ServerError,
	sessionRoutes,
	userKeyRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { call, type Target } from "./api.js";
import { claimsOf } from "./jwt.js";

/** Every route of the contract, by name. */
export const routes: readonly (readonly [string, Route])[] = [
	...named("content key", contentKeyRoutes),
	...named("device", deviceRoutes),
	...named("file", fileRoutes),
	...named("forced", forcedRoutes),
	...named("forced group", forcedGroupRoutes),
	...named("group", groupRoutes),
	...named("group rotation", groupRotationRoutes),
	...named("invite", inviteRoutes),
	...named("join request", joinRequestRoutes),
	...named("light", lightRoutes),
	...named("light group", lightGroupRoutes),
	...named("login", loginRoutes),
	...named("member", memberRoutes),
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

/** The parameters of a route; `x` unless given. */
export function paramsOf({ path }: Route, given: Readonly<Record<string, string>> = {}): Params<Route> {
	const names = path.match(/(?<=:)\w+/g) ?? [];
	return Object.fromEntries(names.map((name) => [name, given[name] ?? "x"])) as Params<Route>;
}

/** Calls the route so that only a refusal by token, JWT or option can keep it from getting to its body or its rules. */
export async function probe(server: Target, route: Route, token: string | null, jwt?: string, groupId = "x") {
	// A user with access to the group, where the path names who calls.
	const namesCaller = route.jwt === "none" && route.groupAccess && jwt !== undefined;
	const params = paramsOf(route, {
		group_id: groupId,
		last_time: "0",
		...(namesCaller && { user_id: String(claimsOf(jwt)["aud"]) }),
	});
	return call(server, route, {
		token,
		jwt: route.jwt === "none" ? undefined : jwt,
		params,
		...(route.body.kind === "json" && { body: NO_JSON }),
	});
}
