import { groupRoutes, type Route, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, startApi } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import { fits, NO_JSON, paramsOf, probe, routes } from "../support/routes.js";

/** Calls every route with this in turn; each has to answer so. */
async function expectOfEach(
	chosen: typeof routes,
	call: (route: Route) => Promise<object>,
	answer: object,
): Promise<void> {
	for (const [name, route] of chosen) expect({ name, ...(await call(route)) }).toMatchObject({ name, ...answer });
}

describe("every route of the contract", () => {
	it("refuses a missing, an unknown and a malformed app token", async () => {
		const server = await startApi();
		await expectOfEach(routes, (route) => probe(server, route, null), fits(SERVER_ERRORS.APP_TOKEN_UNKNOWN));
		await expectOfEach(routes, (route) => probe(server, route, "AAAA"), fits(SERVER_ERRORS.APP_TOKEN_UNKNOWN));
		await expectOfEach(routes, (route) => probe(server, route, "!"), fits(SERVER_ERRORS.APP_TOKEN_MALFORMED));
	});

	it("refuses a disabled app", async () => {
		const server = await startApi();
		await server.api.apps.update(server.app.appId, { disabled: true });
		const { secretToken } = server.app;
		await expectOfEach(routes, (route) => probe(server, route, secretToken), fits(SERVER_ERRORS.APP_DISABLED));
	});

	it("refuses a missing and a malformed JWT, where it needs one", async () => {
		const server = await startApi();
		const { secretToken } = server.app;
		const signedIn = routes.filter(([, { jwt }]) => jwt !== "none" && jwt !== "optional");
		await expectOfEach(signedIn, (route) => probe(server, route, secretToken), fits(SERVER_ERRORS.JWT_MISSING));
		const malformed = (route: Route) => probe(server, route, secretToken, "no.jwt.");
		await expectOfEach(signedIn, malformed, fits(SERVER_ERRORS.JWT_MALFORMED));
	});

	it("does not read the JWT, where it needs none", async () => {
		const server = await startApi();
		const token = server.app.secretToken;
		// A list of what an unknown key encrypts is empty.
		const isList = (route: Route) => route.path.startsWith("/keys/sym_key/master_key/");
		const withoutJwt = routes.filter(([, route]) => route.jwt === "none" && !isList(route));
		const callIt = (route: Route) => {
			const body = route.body.kind === "json" ? { body: NO_JSON } : {};
			return call(server, route, { token, jwt: "no.jwt.", params: paramsOf(route), ...body });
		};
		const code = expect.toSatisfy((code) => [11, 100, 304, 310, 400, 520].includes(code));
		await expectOfEach(withoutJwt, callIt, { ok: false, code });
	});

	it("takes a missing or malformed JWT for none, where one is optional", async () => {
		const server = await startApi();
		const optional = routes.filter(([, { jwt }]) => jwt === "optional");
		expect(optional.length).toBeGreaterThan(0);
		const code = expect.toSatisfy((code) => [12, 500, 512].includes(code));
		for (const jwt of [undefined, "no.jwt."]) {
			await expectOfEach(optional, (route) => probe(server, route, server.app.publicToken, jwt), { ok: false, code });
		}
	});

	it("checks the access to the group, where it declares that", async () => {
		const server = await startApi();
		const groupId = await newGroup(server, await newUser(server));
		const { jwt } = await newUser(server);
		const { secretToken } = server.app;
		const ofGroups = routes.filter(([, { groupAccess }]) => groupAccess);
		const stranger = (route: Route) => probe(server, route, secretToken, jwt, groupId);
		await expectOfEach(ofGroups, stranger, fits(SERVER_ERRORS.NO_GROUP_ACCESS));
		const malformed = (route: Route) => probe(server, route, secretToken, jwt, "no-id");
		await expectOfEach(ofGroups, malformed, fits(SERVER_ERRORS.INVALID_ID));
	});

	it("tells nobody but an own backend who has access to a group, where no JWT is needed", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const groupId = await newGroup(server, user);
		const forced = routes.filter(([, { jwt, groupAccess }]) => jwt === "none" && groupAccess);
		expect(forced.length).toBeGreaterThan(0);
		const forbidden = fits(SERVER_ERRORS.ENDPOINT_FORBIDDEN);
		for (const { jwt } of [user, await newUser(server)]) {
			await expectOfEach(forced, (route) => probe(server, route, server.app.publicToken, jwt, groupId), forbidden);
		}
	});
});

describe("the apps of an installation", () => {
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
		expect(groupKey).toMatchObject(fits(SERVER_ERRORS.GROUP_KEY_NOT_FOUND));
		const withJwt = await call(other, groupRoutes.getGroup, { jwt: user.jwt, params: { group_id: groupId } });
		expect(withJwt).toMatchObject(fits(SERVER_ERRORS.JWT_KEY_UNKNOWN));
	});
});
