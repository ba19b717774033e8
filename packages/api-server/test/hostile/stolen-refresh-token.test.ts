import type { TestApi } from "@sentc-ts/test-world";
import { loginRoutes, SERVER_ERRORS, sessionRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import {
	login,
	NEW_PASSWORD,
	newUser,
	openChallenge,
	passwordChange,
	refresh,
	type Session,
} from "../support/client.js";
import { rows } from "../support/database.js";
import { addDevice } from "../support/devices.js";
import { listSessions, otherProcess, rotate, rotated } from "../support/sessions.js";

const SECOND = 1000;
const UNKNOWN = SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN;

describe("a thief has a copy of a refresh token", () => {
	it("that its owner has replaced: the next use of it ends the session, for both", async () => {
		for (const use of [refresh, rotate]) {
			const server = await startApi();
			const stolen = await newUser(server);
			const owner = await rotated(server, stolen);
			server.clock.advance(31 * SECOND);
			await expectRefusal(use(server, stolen), UNKNOWN);
			await expectRefusal(refresh(server, owner), UNKNOWN);
			expect(rows(server, "sessions")).toEqual([]);
		}
	});

	it("that the thief has replaced: the owner's next use ends the session, for both", async () => {
		const server = await startApi();
		const owner = await newUser(server);
		const thief = await rotated(server, owner);
		server.clock.advance(31 * SECOND);
		await expectRefusal(refresh(server, owner), UNKNOWN);
		await expectRefusal(rotate(server, thief), UNKNOWN);
	});

	it("that was replaced many times since", async () => {
		const server = await startApi();
		const stolen = await newUser(server);
		let owner = stolen;
		for (let count = 0; count < 3; count++) {
			owner = await rotated(server, owner);
			server.clock.advance(31 * SECOND);
		}
		await expectRefusal(refresh(await otherProcess(server), stolen), UNKNOWN);
		await expectRefusal(refresh(server, owner), UNKNOWN);
	});

	it("within 30 s of its replacement: there is no second branch that nobody would notice", async () => {
		const server = await startApi();
		const stolen = await newUser(server);
		const owner = await rotated(server, stolen);
		const thief = await rotated(server, stolen);
		expect(thief.refreshToken).toBe(owner.refreshToken);
		server.clock.advance(31 * SECOND);
		await rotated(server, thief);
		server.clock.advance(31 * SECOND);
		await expectRefusal(rotate(server, owner), UNKNOWN);
		expect(rows(server, "sessions")).toEqual([]);
	});

	it("and reads the list of sessions all the time, to learn when to take the next one: it tells nothing", async () => {
		const server = await startApi();
		const stolen = await newUser(server);
		const seen = async () => {
			const { jwt } = await result(refresh(server, stolen));
			return (await listSessions(server, jwt)).map(({ last_used }) => server.clock.now() - last_used);
		};
		server.clock.advance(60 * SECOND);
		const before = await seen();
		await rotated(server, stolen);
		server.clock.advance(20 * SECOND);
		expect(await seen()).toEqual(before);
	});

	it("and logs out with it after it was replaced: the session ends", async () => {
		const server = await startApi();
		const stolen = await newUser(server);
		const owner = await rotated(server, stolen);
		server.clock.advance(31 * SECOND);
		const body = { refresh_token: stolen.refreshToken };
		expect(await result(call(server, sessionRoutes.endSession, { jwt: stolen.jwt, body }))).toBe("Success");
		await expectRefusal(refresh(server, owner), UNKNOWN);
	});

	it("and makes up a successor: the session ends", async () => {
		const server = await startApi();
		const owner = await rotated(server, await newUser(server));
		const forged = { ...owner, refreshToken: owner.refreshToken.slice(0, 22).padEnd(67, "A") };
		await expectRefusal(refresh(server, forged), UNKNOWN);
		await expectRefusal(refresh(server, owner), UNKNOWN);
	});

	it("but the JWT of another device: nothing happens to the session", async () => {
		const server = await startApi();
		const stolen = await newUser(server, "alice");
		const { jwt } = await addDevice(server, stolen, "second");
		const owner = await rotated(server, stolen);
		server.clock.advance(31 * SECOND);
		const { refreshToken } = stolen;
		for (const use of [refresh, rotate]) await expectRefusal(use(server, { jwt, refreshToken }), UNKNOWN);
		await call(server, sessionRoutes.endSession, { jwt, body: { refresh_token: refreshToken } });
		expect(await refresh(server, owner)).toMatchObject({ ok: true });
	});
});

/** A new password from a login of its own, as clients do it, which answers with the session that goes on. */
async function changePassword(server: TestApi, identifier: string, end_sessions?: "device" | "all"): Promise<Session> {
	const body = { ...(await passwordChange(server, identifier, NEW_PASSWORD)), end_sessions };
	const session = await login(server, identifier);
	expect(await result(call(server, userRoutes.changePassword, { jwt: session.jwt, body }))).toBe("Success");
	return session;
}

describe("a password that is changed because a session was stolen", () => {
	/** Two sessions on the device, one on another, and somebody else's. */
	async function stolenSession() {
		const server = await startApi();
		const stolen = await newUser(server, "alice");
		const cookie = await login(server, "alice");
		const second = await addDevice(server, stolen, "second");
		return { server, stolen, cookie, second, bob: await newUser(server, "bob") };
	}

	const alive = async (server: TestApi, sessions: Session[]) =>
		Promise.all(sessions.map(async (session) => (await refresh(server, session)).ok));

	it("ends the stolen one and all others on all devices but that of the login", async () => {
		const { server, stolen, cookie, second, bob } = await stolenSession();
		const own = await changePassword(server, "alice", "all");
		expect(await alive(server, [stolen, cookie, second, own, bob])).toEqual([false, false, false, true, true]);
		for (const session of [stolen, second]) await expectRefusal(rotate(server, session), UNKNOWN);
	});

	it("ends those of the device alone, on request", async () => {
		const { server, stolen, cookie, second, bob } = await stolenSession();
		const own = await changePassword(server, "alice", "device");
		expect(await alive(server, [stolen, cookie, second, own, bob])).toEqual([false, false, true, true, true]);
	});

	it("ends none unless that is asked for: clients of the reference keep theirs", async () => {
		const { server, stolen, cookie, second, bob } = await stolenSession();
		const own = await changePassword(server, "alice");
		expect(await alive(server, [stolen, cookie, second, own, bob])).toEqual([true, true, true, true, true]);
	});

	it("ends none when the old password is wrong", async () => {
		const { server, stolen, cookie, second } = await stolenSession();
		const change = await passwordChange(server, "alice", NEW_PASSWORD);
		const body = { ...change, old_auth_key: Buffer.alloc(32).toString("base64"), end_sessions: "all" };
		const answer = call(server, userRoutes.changePassword, { jwt: stolen.jwt, body });
		await expectRefusal(answer, SERVER_ERRORS.LOGIN_REFUSED);
		expect(await alive(server, [stolen, cookie, second])).toEqual([true, true, true]);
	});

	it.each([
		["all", false],
		["device", true],
	] as const)("ends logins that lack their last step: %s", async (ends, otherDeviceGoesOn) => {
		const { server } = await stolenSession();
		const { proof } = await openChallenge(server, "second");
		await changePassword(server, "alice", ends);
		expect(rows(server, "loginChallenges")).toHaveLength(otherDeviceGoesOn ? 1 : 0);
		const answer = await call(server, loginRoutes.verifyLogin, { body: proof });
		expect(answer.ok).toBe(otherDeviceGoesOn);
	});
});

describe("all sessions but one are ended", () => {
	const endOthers = (server: TestApi, jwt: string, keep?: string) =>
		call(server, sessionRoutes.endSessions, { jwt, body: { keep } });

	it("by somebody who has a JWT of a refresh alone: refused", async () => {
		const server = await startApi();
		const owner = await newUser(server);
		const { jwt } = await result(refresh(server, owner));
		await expectRefusal(endOthers(server, jwt), SERVER_ERRORS.JWT_NOT_FRESH);
		expect(await refresh(server, owner)).toMatchObject({ ok: true });
	});

	it("with another user's session to keep: that one is neither ended nor shown, and all own ones end", async () => {
		const server = await startApi();
		const [alice, bob] = [await newUser(server), await newUser(server)];
		const [session] = await listSessions(server, bob.jwt);
		const answers = [await endOthers(server, alice.jwt, session?.session_id)];
		await expectRefusal(refresh(server, alice), UNKNOWN);
		expect(await refresh(server, bob)).toMatchObject({ ok: true });
		answers.push(await endOthers(server, alice.jwt, "nobody's"));
		expect(answers[0]).toEqual(answers[1]);
	});
});
