import { SERVER_ERRORS, sessionRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { login, newUser, refresh, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import { claimsOf } from "../support/jwt.js";
import { listSessions, otherProcess, rotate, rotated } from "../support/sessions.js";

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
const DAY = 24 * HOUR;
const UNKNOWN = SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN;

const sidOf = ({ jwt }: Pick<Session, "jwt">) => claimsOf(jwt)["sid"];

describe("a refresh token that is to be replaced", () => {
	it("has a successor of the same form, which goes on with the session", async () => {
		const server = await startApi();
		const first = await newUser(server);
		const second = await rotated(server, first);
		expect(second.refreshToken).toMatch(/^[\w-]{67}$/);
		expect(second.refreshToken).not.toBe(first.refreshToken);
		expect(sidOf(second)).toBe(sidOf(first));
		expect(claimsOf(second.jwt)).toMatchObject({ aud: first.userId, sub: first.deviceId, fresh: false });
		server.clock.advance(DAY);
		const third = await rotated(server, second);
		server.clock.advance(DAY);
		expect(await refresh(server, third)).toMatchObject({ ok: true });
		const tokens = [first, second, third].map(({ refreshToken }) => refreshToken);
		expect(new Set(tokens.map((token) => token.slice(22))).size).toBe(3);
		expect(rows(server, "sessions")).toHaveLength(1);
	});

	it("is replaced by init, too", async () => {
		const server = await startApi();
		const { jwt, refreshToken } = await newUser(server);
		const body = { refresh_token: refreshToken, rotate: true };
		const started = await result(call(server, sessionRoutes.init, { jwt, body }));
		expect(started.invites).toEqual([]);
		expect(started.refresh_token).not.toBe(refreshToken);
		server.clock.advance(DAY);
		const next = { jwt: started.jwt, refreshToken: started.refresh_token ?? "" };
		expect(await refresh(server, next)).toMatchObject({ ok: true });
	});

	it.each([undefined, false])("stays the same, and is not answered, with rotate: %s", async (rotate) => {
		const server = await startApi();
		const { jwt, refreshToken } = await newUser(server);
		const body = { refresh_token: refreshToken, rotate };
		for (const route of [sessionRoutes.refresh, sessionRoutes.init]) {
			expect(await result(call(server, route, { jwt, body }))).not.toHaveProperty("refresh_token");
		}
		server.clock.advance(DAY);
		expect(await refresh(server, { jwt, refreshToken })).toMatchObject({ ok: true });
	});

	it("has one successor, for tabs that ask at the same time and for two processes", async () => {
		const server = await startApi();
		const second = await otherProcess(server);
		const user = await newUser(server);
		const asked = [server, second, server, second].map((target) => rotated(target, user));
		const tokens = new Set((await Promise.all(asked)).map(({ refreshToken }) => refreshToken));
		expect(tokens.size).toBe(1);
		expect(rows(server, "sessions")).toHaveLength(1);
		const [refreshToken = ""] = tokens;
		server.clock.advance(DAY);
		expect(await refresh(second, { ...user, refreshToken })).toMatchObject({ ok: true });
	});

	it("has the same successor again for 30 s, when the answer was lost", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const { refreshToken } = await rotated(server, user);
		server.clock.advance(30 * SECOND);
		expect((await rotated(server, user)).refreshToken).toBe(refreshToken);
		expect(await refresh(server, user)).toMatchObject({ ok: true });
		expect(await refresh(server, { ...user, refreshToken })).toMatchObject({ ok: true });
	});

	it("is not replaced within 30 s of its own begin, so that a slow tab is never two behind", async () => {
		const server = await startApi();
		const first = await newUser(server);
		const second = await rotated(server, first);
		server.clock.advance(20 * SECOND);
		expect((await rotated(server, second)).refreshToken).toBe(second.refreshToken);
		expect((await rotated(server, first)).refreshToken).toBe(second.refreshToken);
		server.clock.advance(11 * SECOND);
		const third = await rotated(server, second);
		expect(third.refreshToken).not.toBe(second.refreshToken);
		expect((await rotated(server, second)).refreshToken).toBe(third.refreshToken);
	});

	it("can be used for a log out for as long as it counts, and its successor ends with it", async () => {
		const server = await startApi();
		const first = await newUser(server);
		const second = await rotated(server, first);
		const body = { refresh_token: first.refreshToken };
		expect(await result(call(server, sessionRoutes.endSession, { jwt: first.jwt, body }))).toBe("Success");
		await expectRefusal(refresh(server, second), UNKNOWN);
	});

	it("is not stored, nor is its successor, nor what makes one of the other", async () => {
		const server = await startApi();
		const [first, other] = [await newUser(server), await newUser(server)];
		const second = await rotated(server, first);
		const stored = JSON.stringify(rows(server, "sessions"));
		for (const { refreshToken } of [first, second, other]) {
			for (const part of [refreshToken.slice(0, 22), refreshToken.slice(22)]) expect(stored).not.toContain(part);
		}
		const salts = rows(server, "sessions").map(({ sealedSalt }) => sealedSalt);
		expect(salts).toEqual(expect.arrayContaining([expect.stringMatching(/^s1:/), null]));
	});

	it("leaves the other sessions of the device alone", async () => {
		const server = await startApi();
		const first = await newUser(server, "alice");
		const second = await login(server, "alice");
		await rotated(server, first);
		server.clock.advance(DAY);
		await expectRefusal(rotate(server, first), UNKNOWN);
		expect(await rotate(server, second)).toMatchObject({ ok: true });
	});
});

describe("the last use of a session", () => {
	it("is known to the hour, and exactly when its refresh token is replaced", async () => {
		const server = await startApi();
		const user = await newUser(server, "alice");
		const began = server.clock.now();
		server.clock.advance(1);
		const other = await login(server, "alice");
		const use = async (later: number, how: typeof refresh) => {
			server.clock.advance(later);
			await result(how(server, user));
			const { jwt } = await result(refresh(server, other));
			return (await listSessions(server, jwt))[1]?.last_used;
		};
		expect(await use(HOUR - 2, refresh)).toBe(began);
		expect(await use(1, refresh)).toBe(began + HOUR);
		expect(await use(1, rotate)).toBe(began + HOUR + 1);
	});
});

describe("the absolute end of a session", () => {
	it("is a year after its login, however it is used", async () => {
		const server = await startApi();
		const plain = await newUser(server);
		let changing = await newUser(server);
		for (let month = 0; month < 12; month++) {
			server.clock.advance(30 * DAY);
			expect(await refresh(server, plain)).toMatchObject({ ok: true });
			changing = await rotated(server, changing);
		}
		server.clock.advance(5 * DAY);
		expect(await refresh(server, plain)).toMatchObject({ ok: true });
		changing = await rotated(server, changing);
		server.clock.advance(1);
		await expectRefusal(refresh(server, plain), UNKNOWN);
		await expectRefusal(rotate(server, changing), UNKNOWN);
		await newUser(server);
		await server.api.runJobs();
		expect(rows(server, "sessions")).toHaveLength(1);
	});

	it("is where the configuration has it", async () => {
		const server = await startApi(undefined, undefined, { sessionMaxAge: DAY });
		const user = await newUser(server);
		server.clock.advance(DAY);
		expect(await refresh(server, user)).toMatchObject({ ok: true });
		server.clock.advance(1);
		await expectRefusal(refresh(server, user), UNKNOWN);
	});
});
