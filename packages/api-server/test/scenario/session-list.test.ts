import { SERVER_ERRORS, sessionRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { login, newUser, openChallenge, refresh } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { addDevice } from "../support/devices.js";
import { claimsOf } from "../support/jwt.js";
import { newLightUser } from "../support/light.js";
import { listSessions } from "../support/sessions.js";

const DAY = 24 * 60 * 60 * 1000;

describe("the sessions of a user", () => {
	it("are those of all devices, the newest first, with begin and last use", async () => {
		const server = await startApi();
		const first = await newUser(server, "alice");
		const began = server.clock.now();
		server.clock.advance(DAY);
		const again = { ...first, jwt: (await result(refresh(server, first))).jwt };
		const second = await addDevice(server, again, "second");
		await newUser(server, "bob");
		server.clock.advance(DAY);
		const { jwt } = await result(refresh(server, first));
		const [one, two] = [first, second].map((session) => claimsOf(session.jwt)["sid"]);
		expect(await listSessions(server, jwt)).toEqual([
			{ session_id: two, device_id: second.deviceId, time: began + DAY, last_used: began + DAY },
			{ session_id: one, device_id: first.deviceId, time: began, last_used: began + 2 * DAY },
		]);
	});

	it("are known to light users, too", async () => {
		const server = await startApi();
		const light = await newLightUser(server, "light");
		expect(await listSessions(server, light.jwt)).toMatchObject([{ session_id: claimsOf(light.jwt)["sid"] }]);
	});

	it("are those that go on: not what was unused for too long, or began too long ago", async () => {
		const server = await startApi(undefined, undefined, { refreshTokenLifetime: DAY, sessionMaxAge: 3 * DAY });
		const first = await newUser(server, "alice");
		server.clock.advance(DAY + 1);
		const second = await login(server, "alice");
		expect(await listSessions(server, second.jwt)).toHaveLength(1);
		await expectRefusal(refresh(server, first), SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
		for (let day = 0; day < 3; day++) {
			server.clock.advance(DAY);
			expect(await refresh(server, second)).toMatchObject({ ok: true });
		}
		const { jwt } = await result(refresh(server, second));
		server.clock.advance(1);
		expect(await listSessions(server, jwt)).toEqual([]);
	});

	it("come in pages of 50, also when many began at the same time", async () => {
		const server = await startApi();
		const user = await newUser(server, "alice");
		withDatabase(server, (connection) => {
			const columns = `"deviceId", "createdAt", "usedAt"`;
			const copy = `insert into sessions (id, "tokenHash", ${columns}) select ?, ?, ${columns} from sessions limit 1`;
			for (let count = 0; count < 60; count++) connection.prepare(copy).run([`copy ${count}`, `hash ${count}`]);
		});
		const pages = [];
		let last = { last_time: "0", last_id: "none" };
		for (;;) {
			const page = await result(call(server, sessionRoutes.listSessions, { jwt: user.jwt, params: last }));
			pages.push(page.map(({ session_id }) => session_id));
			const end = page.at(-1);
			if (end === undefined) break;
			last = { last_time: String(end.time), last_id: end.session_id };
		}
		expect(pages.map(({ length }) => length)).toEqual([50, 11, 0]);
		expect(pages.flat().sort()).toEqual(
			rows(server, "sessions")
				.map(({ id }) => id)
				.sort(),
		);
	});
});

describe("the end of the other sessions", () => {
	it("spares the one to keep, on whatever device, and other users'", async () => {
		const server = await startApi();
		const [first, bob] = [await newUser(server, "alice"), await newUser(server, "bob")];
		const second = await addDevice(server, first, "second");
		const third = await login(server, "second");
		await openChallenge(server, "second");
		const body = { keep: claimsOf(second.jwt)["sid"] };
		expect(await result(call(server, sessionRoutes.endSessions, { jwt: third.jwt, body }))).toBe("Success");
		const alive = [first, second, third, bob].map(async (session) => (await refresh(server, session)).ok);
		expect(await Promise.all(alive)).toEqual([false, true, false, true]);
		expect(rows(server, "loginChallenges")).toEqual([]);
	});

	it("is that of all of them when none is to be kept", async () => {
		const server = await startApi();
		const user = await newUser(server, "alice");
		expect(await result(call(server, sessionRoutes.endSessions, { jwt: user.jwt, body: {} }))).toBe("Success");
		expect(rows(server, "sessions")).toEqual([]);
	});
});
