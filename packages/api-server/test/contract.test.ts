import {
	ACCESS,
	type Access,
	type AnyRoute,
	CLOSED_OPTIONS,
	DEFAULT_OPTIONS,
	type EndpointOption,
	type EndpointOptions,
	groupRoutes,
	type Params,
	SERVER_ERRORS,
	type ServerError,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, startApi, type TestApi } from "./support/api.js";
import { newGroup, newUser } from "./support/client.js";

const routes = Object.entries({ ...userRoutes, ...groupRoutes }) as [string, AnyRoute][];

/** Sent in place of a body: passes every check before the body is parsed, and none after. */
const NO_JSON = "{";

const options = (access: Access): EndpointOptions =>
	Object.fromEntries(Object.keys(DEFAULT_OPTIONS).map((name) => [name, access])) as EndpointOptions;

/** What the contract says about a call with this token under options that all have this value. */
function mayCall(route: AnyRoute, access: Access, token: "public" | "secret"): boolean {
	if (route.option === "open") return true;
	const needed = route.option === "secret" ? ACCESS.secret : access;
	return needed === ACCESS.public || (needed === ACCESS.secret && token === "secret");
}

const fits = ({ code, http }: ServerError) => ({ ok: false, code, http });

/** Calls the route so that only a refusal by token, JWT or option can keep it from getting to its body or its rules. */
async function probe(server: TestApi, route: AnyRoute, token: string | null, jwt?: string, groupId = "x") {
	const params = { group_id: groupId, user_id: "x", key_id: "x", session_id: "x", last_time: "0", last_id: "x" };
	return call(server, route, {
		token,
		jwt: route.jwt === "none" ? undefined : jwt,
		params: params as Params<AnyRoute>,
		...(route.body !== null && { body: NO_JSON }),
	});
}

describe("every route of the contract", () => {
	it.each(routes)("%s refuses a missing, an unknown and a malformed app token", async (_, route) => {
		const server = await startApi();
		expect(await probe(server, route, null)).toMatchObject(fits(SERVER_ERRORS.APP_TOKEN_UNKNOWN));
		expect(await probe(server, route, "AAAA")).toMatchObject(fits(SERVER_ERRORS.APP_TOKEN_UNKNOWN));
		expect(await probe(server, route, "!")).toMatchObject(fits(SERVER_ERRORS.APP_TOKEN_MALFORMED));
	});

	it.each(routes)("%s refuses a disabled app", async (_, route) => {
		const server = await startApi();
		await server.api.apps.update(server.app.appId, { disabled: true });
		const answer = await probe(server, route, server.app.secretToken);
		expect(answer).toMatchObject(fits(SERVER_ERRORS.APP_DISABLED));
	});

	it.each(routes)("%s obeys its option", async (_, route) => {
		const server = await startApi();
		const user = await newUser(server);
		const groupId = await newGroup(server, user);
		for (const access of Object.values(ACCESS)) {
			await server.api.apps.update(server.app.appId, { options: options(access) });
			for (const token of ["public", "secret"] as const) {
				const answer = await probe(server, route, server.app[`${token}Token`], user.jwt, groupId);
				const code = answer.ok ? 0 : answer.code;
				const forbidden = code === SERVER_ERRORS.ENDPOINT_FORBIDDEN.code;
				expect({ access, token, forbidden }).toEqual({ access, token, forbidden: !mayCall(route, access, token) });
				if (!forbidden && route.body !== null) expect(answer).toMatchObject(fits(SERVER_ERRORS.INVALID_JSON));
			}
			if (route.method === "DELETE" && access !== ACCESS.blocked) break;
		}
	});

	it.each(routes.filter(([, route]) => route.jwt !== "none"))("%s needs a JWT", async (_, route) => {
		const server = await startApi();
		const { secretToken } = server.app;
		expect(await probe(server, route, secretToken)).toMatchObject(fits(SERVER_ERRORS.JWT_MISSING));
		expect(await probe(server, route, secretToken, "no.jwt.")).toMatchObject(fits(SERVER_ERRORS.JWT_MALFORMED));
	});

	it.each(routes.filter(([, route]) => route.jwt === "none"))("%s does not read the JWT", async (_, route) => {
		const server = await startApi();
		const params = { group_id: "x", user_id: "x", key_id: "x" } as Params<AnyRoute>;
		const body = route.body === null ? {} : { body: NO_JSON };
		const answer = await call(server, route, { jwt: "no.jwt.", params, ...body });
		expect(answer).toMatchObject({ ok: false });
		expect([11, 100, 304]).toContain(answer.ok ? 0 : answer.code);
	});

	it.each(routes.filter(([, route]) => route.groupAccess))("%s checks the access to the group", async (_, route) => {
		const server = await startApi();
		const groupId = await newGroup(server, await newUser(server));
		const { jwt } = await newUser(server);
		const { publicToken } = server.app;
		const stranger = await probe(server, route, publicToken, jwt, groupId);
		expect(stranger).toMatchObject(fits(SERVER_ERRORS.NO_GROUP_ACCESS));
		const malformed = await probe(server, route, publicToken, jwt, "no-id");
		expect(malformed).toMatchObject(fits(SERVER_ERRORS.INVALID_ID));
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
		const changed: Partial<Record<EndpointOption, Access>> = { group_create: ACCESS.blocked };
		await server.api.apps.update(server.app.appId, { options: changed });
		const [updated] = await server.api.apps.list();
		expect(updated?.options).toEqual({ ...DEFAULT_OPTIONS, ...changed });
	});

	it("keep the data of apps apart", async () => {
		const server = await startApi();
		const other = { ...server, app: await server.api.apps.create() };
		const user = await newUser(server, "alice");
		const groupId = await newGroup(server, user);
		const exists = await call(other, userRoutes.exists, { body: { user_identifier: "alice" } });
		expect(exists).toMatchObject({ result: { available: true } });
		const key = await call(other, userRoutes.userPublicKey, { params: { user_id: user.userId } });
		expect(key).toMatchObject(fits(SERVER_ERRORS.USER_NOT_FOUND));
		const groupKey = await call(other, groupRoutes.groupPublicKey, { params: { group_id: groupId } });
		expect(groupKey).toMatchObject(fits(SERVER_ERRORS.GROUP_PUBLIC_KEY_NOT_FOUND));
		const withJwt = await call(other, groupRoutes.getGroup, { jwt: user.jwt, params: { group_id: groupId } });
		expect(withJwt).toMatchObject(fits(SERVER_ERRORS.JWT_KEY_UNKNOWN));
	});
});
