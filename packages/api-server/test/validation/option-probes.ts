import type { TestApi } from "@sentc-ts/test-world";
import { ACCESS, groupRoutes, type Route, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { expect } from "vitest";
import { startApi } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import { withDatabase } from "../support/database.js";
import { PROTOCOL_OPTIONS } from "../support/endpoint-options.js";
import { fits, probe } from "../support/routes.js";

// Endpoint options in the database, and what each kind of token gets of a route with them.

/** Everything that a database could hold as the value of an option; only 1 and 2 open a route. */
export const VALUES: readonly unknown[] = [0, 1, 2, 3, -1, 1.5, "1", "2", true, null];

/** Stores options that no API would take. */
export function storeOptions(server: TestApi, options: object): void {
	withDatabase(server, (connection) =>
		connection.prepare("update apps set options = ? where id = ?").run([JSON.stringify(options), server.app.appId]),
	);
}

/** Every option with the same value, but one. */
export const allBut = (name: string, value: unknown, others: unknown) =>
	Object.fromEntries(Object.keys(PROTOCOL_OPTIONS).map((option) => [option, option === name ? value : others]));

/** Calls a route with every kind of token. */
export async function expectAnswers(
	server: TestApi,
	route: Route,
	value: unknown,
	input: { jwt(): string; groupId(): string },
) {
	const allowed = { public: value === ACCESS.public, secret: value === ACCESS.public || value === ACCESS.secret };
	const jwt = input.jwt();
	expect(await probe(server, route, null, jwt)).toMatchObject(fits(SERVER_ERRORS.APP_TOKEN_UNKNOWN));
	expect(await probe(server, route, "AAAA", jwt)).toMatchObject(fits(SERVER_ERRORS.APP_TOKEN_UNKNOWN));
	expect(await probe(server, route, "!", jwt)).toMatchObject(fits(SERVER_ERRORS.APP_TOKEN_MALFORMED));
	for (const token of ["public", "secret"] as const) {
		const answer = await probe(server, route, server.app[`${token}Token`], input.jwt(), input.groupId());
		const forbidden = !answer.ok && answer.code === SERVER_ERRORS.ENDPOINT_FORBIDDEN.code;
		const { method, path } = route;
		expect({ method, path, value, token, forbidden }).toMatchObject({ forbidden: !allowed[token] });
		if (forbidden) expect(answer.http).toBe(SERVER_ERRORS.ENDPOINT_FORBIDDEN.http);
		if (!forbidden && route.body.kind === "json") expect(answer).toMatchObject(fits(SERVER_ERRORS.INVALID_JSON));
	}
}

/** An API with a user and a group; who deletes what a route is called for finds another one at each call. */
export async function startWithGroup(...routes: readonly Route[]) {
	const server = await startApi();
	const user = await newUser(server);
	const jwts = [user.jwt];
	const groups = [await newGroup(server, user)];
	for (let count = 0; routes.includes(userRoutes.deleteUser) && count < 30; count++) {
		jwts.push((await newUser(server)).jwt);
	}
	for (let count = 0; routes.includes(groupRoutes.deleteGroup) && count < 30; count++) {
		groups.push(await newGroup(server, user));
	}
	const next = (items: string[]) => () => (items.length > 1 ? items.pop() : items[0]) ?? "";
	return { server, input: { jwt: next(jwts), groupId: next(groups) } };
}
