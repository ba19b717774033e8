import { groupRoutes, type Params, type Route, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, startApi } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import { fits, NO_JSON, probe, routes } from "../support/routes.js";

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

	it.each(routes.filter(([, route]) => route.jwt !== "none"))("%s needs a JWT", async (_, route) => {
		const server = await startApi();
		const { secretToken } = server.app;
		expect(await probe(server, route, secretToken)).toMatchObject(fits(SERVER_ERRORS.JWT_MISSING));
		expect(await probe(server, route, secretToken, "no.jwt.")).toMatchObject(fits(SERVER_ERRORS.JWT_MALFORMED));
	});

	it.each(routes.filter(([, route]) => route.jwt === "none"))("%s does not read the JWT", async (_, route) => {
		const server = await startApi();
		const params = { group_id: "x", user_id: "x", key_id: "x" } as Params<Route>;
		const body = route.body.kind === "json" ? { body: NO_JSON } : {};
		const token = server.app.secretToken;
		const answer = await call(server, route, { token, jwt: "no.jwt.", params, ...body });
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
