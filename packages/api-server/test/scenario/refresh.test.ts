import { SERVER_ERRORS, sessionRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { login, newUser } from "../support/client.js";

describe("a refresh token", () => {
	it("is 67 characters and works again and again", async () => {
		const server = await startApi();
		const { jwt, refreshToken } = await newUser(server);
		expect(refreshToken).toMatch(/^[\w-]{67}$/);
		for (let count = 0; count < 2; count++) {
			expect(await call(server, sessionRoutes.refresh, { jwt, body: { refresh_token: refreshToken } })).toMatchObject({
				ok: true,
			});
		}
	});

	it("works beside those of other logins", async () => {
		const server = await startApi();
		const first = await newUser(server, "alice");
		const second = await login(server, "alice");
		for (const { refreshToken } of [first, second]) {
			const body = { refresh_token: refreshToken };
			expect(await call(server, sessionRoutes.refresh, { jwt: first.jwt, body })).toMatchObject({ ok: true });
		}
	});

	it("is unknown with the JWT of another device", async () => {
		const server = await startApi();
		const { refreshToken } = await newUser(server);
		const { jwt } = await newUser(server);
		const body = { refresh_token: refreshToken };
		for (const route of [sessionRoutes.refresh, sessionRoutes.init]) {
			await expectRefusal(call(server, route, { jwt, body }), SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
		}
	});

	it("is unknown when it is made up", async () => {
		const server = await startApi();
		const { jwt } = await newUser(server);
		for (const refresh_token of ["", "a".repeat(67)]) {
			const answer = call(server, sessionRoutes.refresh, { jwt, body: { refresh_token } });
			await expectRefusal(answer, SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
		}
	});

	it("does not refresh without a JWT", async () => {
		const server = await startApi();
		const { refreshToken } = await newUser(server);
		const answer = call(server, sessionRoutes.refresh, { body: { refresh_token: refreshToken } });
		await expectRefusal(answer, SERVER_ERRORS.JWT_MISSING);
	});

	it("yields a new JWT", async () => {
		const server = await startApi();
		const { jwt, refreshToken } = await newUser(server);
		server.clock.advance(1000);
		const refreshed = await result(call(server, sessionRoutes.refresh, { jwt, body: { refresh_token: refreshToken } }));
		expect(refreshed.jwt).not.toBe(jwt);
	});
});
