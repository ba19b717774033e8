import type { TestApi } from "@sentc-ts/test-world";
import { forcedRoutes, SERVER_ERRORS, sessionRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { createApi, generateRootKey } from "../../src/index.js";
import { call, expectRefusal, result, startApi, temporaryFolder } from "../support/api.js";
import { printedApp, ready, refusal, remote, start } from "../support/cli.js";
import { login, newUser, refresh, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import { addDevice } from "../support/devices.js";

const DAY = 24 * 60 * 60 * 1000;
const UNKNOWN = SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN;

/** An API whose refresh tokens live as long as given (ms). */
const startWithLifetime = (refreshTokenLifetime: number) => startApi(undefined, undefined, { refreshTokenLifetime });

describe("a session", () => {
	it("ends 90 days after its last use", async () => {
		const server = await startApi();
		const user = await newUser(server);
		for (let count = 0; count < 3; count++) {
			server.clock.advance(90 * DAY);
			expect(await refresh(server, user)).toMatchObject({ ok: true });
		}
		server.clock.advance(90 * DAY + 1);
		await expectRefusal(refresh(server, user), UNKNOWN);
		const init = call(server, sessionRoutes.init, { jwt: user.jwt, body: { refresh_token: user.refreshToken } });
		await expectRefusal(init, UNKNOWN);
	});

	it("does not live longer by being refused", async () => {
		const server = await startWithLifetime(DAY);
		const user = await newUser(server);
		server.clock.advance(DAY + 1);
		for (let count = 0; count < 2; count++) await expectRefusal(refresh(server, user), UNKNOWN);
	});

	it("has the configured lifetime, also a short one", async () => {
		const server = await startWithLifetime(1000);
		const user = await newUser(server);
		for (let count = 0; count < 5; count++) {
			server.clock.advance(900);
			expect(await refresh(server, user)).toMatchObject({ ok: true });
		}
		server.clock.advance(1001);
		await expectRefusal(refresh(server, user), UNKNOWN);
	});

	it("may live for ever", async () => {
		const forever = Number.POSITIVE_INFINITY;
		const config = { refreshTokenLifetime: forever, sessionMaxAge: forever };
		const server = await startApi(undefined, undefined, config);
		const user = await newUser(server);
		server.clock.advance(100 * 365 * DAY);
		await newUser(server);
		expect(await refresh(server, user)).toMatchObject({ ok: true });
	});

	it("is removed from the database after its end", async () => {
		const server = await startWithLifetime(DAY);
		await newUser(server);
		await newUser(server);
		server.clock.advance(DAY + 1);
		await newUser(server);
		await server.api.runJobs();
		expect(rows(server, "sessions")).toHaveLength(1);
	});

	it.each([0, -1, Number.NaN])("cannot have a lifetime of %d", async (time) => {
		for (const config of [{ refreshTokenLifetime: time }, { sessionMaxAge: time }]) {
			const opened = createApi({ database: ":memory:", rootKey: generateRootKey(), ...config });
			await expect(opened).rejects.toMatchObject({ code: "CONFIG_INVALID" });
		}
	});
});

describe("the end of a session", () => {
	const end = (server: TestApi, { jwt }: Session, refreshToken: string) =>
		call(server, sessionRoutes.endSession, { jwt, body: { refresh_token: refreshToken } });

	it("concerns that session only, and may be asked for again, also with an expired JWT", async () => {
		const server = await startApi();
		const first = await newUser(server, "alice");
		const second = await login(server, "alice");
		server.clock.advance(DAY);
		for (let count = 0; count < 2; count++) {
			expect(await result(end(server, first, first.refreshToken))).toBe("Success");
		}
		await expectRefusal(refresh(server, first), UNKNOWN);
		expect(await refresh(server, second)).toMatchObject({ ok: true });
	});

	it("cannot be asked for by another device", async () => {
		const server = await startApi();
		const first = await newUser(server, "alice");
		const second = await addDevice(server, first, "second");
		await end(server, second, first.refreshToken);
		expect(await refresh(server, first)).toMatchObject({ ok: true });
	});

	it("of all devices is asked for by an own backend; other users go on", async () => {
		const server = await startApi();
		const first = await newUser(server, "alice");
		const second = await addDevice(server, first, "second");
		const other = await newUser(server, "bob");
		const endAll = (identifier: string) =>
			call(server, forcedRoutes.endSessions, {
				token: server.app.secretToken,
				body: { user_identifier: identifier },
			});
		expect(await result(endAll("second"))).toBe("Success");
		for (const session of [first, second]) await expectRefusal(refresh(server, session), UNKNOWN);
		expect(await refresh(server, other)).toMatchObject({ ok: true });
		const owner = call(server, sessionRoutes.jwtOwner, { jwt: first.jwt, token: server.app.secretToken });
		expect(await owner).toMatchObject({ ok: true });
		await login(server, "alice");
		await expectRefusal(endAll("nobody"), SERVER_ERRORS.USER_NOT_FOUND);
	});
});

describe.each([
	["--session-days", "SENTC_SESSION_DAYS"],
	["--session-max-days", "SENTC_SESSION_MAX_DAYS"],
])("sentc-api serve %s", (option, variable) => {
	async function answersTo(args: string[], env: Record<string, string> = {}) {
		const line = await ready(start(temporaryFolder(), ["serve", "--port", "0", ...args], env));
		const app = printedApp(line);
		const server = remote(line["url"], { ...app, publicToken: app.secretToken });
		const { jwt, refreshToken } = await newUser(server);
		return call(server, sessionRoutes.refresh, { jwt, body: { refresh_token: refreshToken } });
	}

	it("sets the lifetime, as does the environment", async () => {
		const tooShort = "0.000000001";
		await expectRefusal(answersTo([option, tooShort]), UNKNOWN);
		await expectRefusal(answersTo([], { [variable]: tooShort }), UNKNOWN);
		expect(await answersTo([option, "unlimited"])).toMatchObject({ ok: true });
	});

	it.each(["0", "-1", "soon"])("is not %s", async (days) => {
		await refusal(temporaryFolder(), ["serve", "--port", "0", `${option}=${days}`]);
	});
});
