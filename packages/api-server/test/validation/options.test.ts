import type { TestApi } from "@sentc-ts/test-world";
import {
	ACCESS,
	type AnyRoute,
	accountRoutes,
	CLOSED_OPTIONS,
	DEFAULT_OPTIONS,
	type EndpointOptions,
	groupRoutes,
	LAX_OPTIONS,
	SERVER_ERRORS,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { AppAdminError } from "../../src/index.js";
import { call, startApi } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import { withDatabase } from "../support/database.js";
import { optionInProtocol, PROTOCOL_OPTIONS } from "../support/endpoint-options.js";
import { fits, probe, routes } from "../support/routes.js";

/** Everything that a database could hold as the value of an option; only 1 and 2 open a route. */
const VALUES: readonly unknown[] = [0, 1, 2, 3, -1, 1.5, "1", "2", true, null];

/** Stores options that no API would take. */
function storeOptions(server: TestApi, options: object): void {
	withDatabase(server, (connection) =>
		connection.prepare("update apps set options = ? where id = ?").run([JSON.stringify(options), server.app.appId]),
	);
}

/** Every option with the same value, but one. */
const allBut = (name: string, value: unknown, others: unknown) =>
	Object.fromEntries(Object.keys(PROTOCOL_OPTIONS).map((option) => [option, option === name ? value : others]));

/** Calls a route with every kind of token. */
async function expectAnswers(
	server: TestApi,
	route: AnyRoute,
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
		expect({ value, token, forbidden }).toEqual({ value, token, forbidden: !allowed[token] });
		if (forbidden) expect(answer.http).toBe(SERVER_ERRORS.ENDPOINT_FORBIDDEN.http);
		if (!forbidden && route.body !== null) expect(answer).toMatchObject(fits(SERVER_ERRORS.INVALID_JSON));
	}
}

/** An API with a user and a group; a route that deletes what it is called for finds another one at each call. */
async function startWithGroup(route: AnyRoute) {
	const server = await startApi();
	const user = await newUser(server);
	const jwts = [user.jwt];
	const groups = [await newGroup(server, user)];
	for (let count = 0; route === accountRoutes.deleteUser && count < 70; count++) {
		jwts.push((await newUser(server)).jwt);
	}
	for (let count = 0; route === groupRoutes.deleteGroup && count < 70; count++) {
		groups.push(await newGroup(server, user));
	}
	const next = (items: string[]) => () => (items.length > 1 ? items.pop() : items[0]) ?? "";
	return { server, input: { jwt: next(jwts), groupId: next(groups) } };
}

describe("the endpoint options", () => {
	it("are those of the protocol, with its presets", () => {
		const preset = (index: 0 | 1) =>
			Object.fromEntries(Object.entries(PROTOCOL_OPTIONS).map(([name, values]) => [name, values[index]]));
		expect(DEFAULT_OPTIONS).toEqual(preset(0));
		expect(LAX_OPTIONS).toEqual(preset(1));
		expect(CLOSED_OPTIONS).toEqual(allBut("", 0, 0));
		expect(Object.keys(PROTOCOL_OPTIONS)).toHaveLength(48);
	});

	it.each(routes)("guard %s as the protocol says", (_, route) => {
		expect(route.option).toBe(optionInProtocol(route));
	});
});

describe("every token with every value of the option that guards", () => {
	const guarded = routes.filter(([, route]) => route.option !== "open" && route.option !== "secret");

	it.each(guarded)("%s, whatever the other options are", async (_, route) => {
		const { server, input } = await startWithGroup(route);
		for (const value of VALUES) {
			for (const others of [ACCESS.blocked, ACCESS.public]) {
				storeOptions(server, allBut(route.option, value, others));
				await expectAnswers(server, route, value, input);
			}
		}
	});

	it.each(routes.filter(([, { option }]) => option === "open" || option === "secret"))(
		"%s, which has no option",
		async (_, route) => {
			const { server, input } = await startWithGroup(route);
			const fixed = route.option === "secret" ? ACCESS.secret : ACCESS.public;
			for (const value of VALUES) {
				storeOptions(server, allBut("", value, value));
				await expectAnswers(server, route, fixed, input);
			}
		},
	);

	it.each(routes)("%s under the presets", async (_, route) => {
		const { server, input } = await startWithGroup(route);
		const presets: Record<string, EndpointOptions> = {
			default: DEFAULT_OPTIONS,
			lax: LAX_OPTIONS,
			closed: CLOSED_OPTIONS,
		};
		for (const [index, name] of ["default", "lax", "closed"].entries()) {
			await server.api.apps.update(server.app.appId, { options: presets[name] ?? {} });
			const option = optionInProtocol(route) ?? "";
			const fixed = { open: ACCESS.public, secret: ACCESS.secret }[option];
			await expectAnswers(server, route, fixed ?? PROTOCOL_OPTIONS[option]?.[index as 0 | 1] ?? ACCESS.blocked, input);
		}
	});
});

describe("the options of an app", () => {
	it("act at once", async () => {
		const server = await startApi();
		const input = { body: { user_identifier: "alice" } };
		expect(await call(server, userRoutes.exists, input)).toMatchObject({ ok: true });
		await server.api.apps.update(server.app.appId, { options: CLOSED_OPTIONS });
		expect(await call(server, userRoutes.exists, input)).toMatchObject(fits(SERVER_ERRORS.ENDPOINT_FORBIDDEN));
	});

	it("are the default ones unless given", async () => {
		const server = await startApi({});
		const [app] = await server.api.apps.list();
		expect(app?.options).toEqual(DEFAULT_OPTIONS);
		const changed = await server.api.apps.update(server.app.appId, { options: { group_create: ACCESS.blocked } });
		expect(changed.options).toEqual({ ...DEFAULT_OPTIONS, group_create: ACCESS.blocked });
		expect(await server.api.apps.get(server.app.appId)).toEqual(changed);
	});

	it.each([{ group_creat: 1 }, { group_create: 3 }, { group_create: "1" }, { group_create: undefined }])(
		"cannot be %j",
		async (options) => {
			const { api, app } = await startApi();
			const refused = expect.toSatisfy((error) => error instanceof AppAdminError && error.code === "OPTION_INVALID");
			await expect(api.apps.create({ options: options as object })).rejects.toEqual(refused);
			await expect(api.apps.update(app.appId, { options: options as object })).rejects.toEqual(refused);
		},
	);
});
