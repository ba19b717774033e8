import type { TestApi } from "@sentc-ts/test-world";
import {
	ACCESS,
	forcedRoutes,
	groupRoutes,
	SERVER_ERRORS,
	sessionRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { buildApi } from "../../src/api.js";
import { type Database, openDatabase } from "../../src/database/database.js";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { login, newGroup, newUser, registerBody, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import { FIRST_PAGE } from "../support/devices.js";
import { count, wholeUser } from "../support/whole-user.js";

const secret = ({ app }: TestApi) => app.secretToken;

describe("a deleted user", () => {
	it.each([
		["the user", (server: TestApi, { jwt }: Session) => call(server, userRoutes.deleteUser, { jwt })],
		[
			"an own backend, by identifier",
			(server: TestApi) =>
				call(server, forcedRoutes.deleteUserByIdentifier, {
					token: secret(server),
					body: { user_identifier: "second" },
				}),
		],
		[
			"an own backend, by id",
			(server: TestApi, { userId }: Session) =>
				call(server, forcedRoutes.deleteUser, { token: secret(server), params: { user_id: userId } }),
		],
	] as const)("is gone with everything, also from the groups of others: asked for by %s", async (_, ask) => {
		const { server, owner, user, before } = await wholeUser();
		expect(await result(ask(server, user))).toBe("Success");
		expect(count(server)).toEqual(before);
		for (const identifier of ["alice", "second"]) {
			await expect(login(server, identifier)).rejects.toThrow("401/100");
		}
		const { jwt } = user;
		const list = call(server, groupRoutes.listGroups, { jwt, params: FIRST_PAGE });
		await expectRefusal(list, SERVER_ERRORS.USER_NOT_FOUND);
		const body = { refresh_token: user.refreshToken };
		await expectRefusal(call(server, sessionRoutes.refresh, { jwt, body }), SERVER_ERRORS.USER_NOT_FOUND);
		const key = call(server, userRoutes.userPublicKey, { params: { user_id: user.userId } });
		await expectRefusal(key, SERVER_ERRORS.USER_NOT_FOUND);
		await login(server, owner.identifier);
		await newUser(server, "alice");
	});

	it("leaves the groups that they created to the others", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const groupId = await newGroup(server, user);
		await result(call(server, userRoutes.deleteUser, { jwt: user.jwt }));
		const key = await call(server, groupRoutes.groupPublicKey, { params: { group_id: groupId } });
		expect(key).toMatchObject({ ok: true });
		expect(rows(server, "members")).toEqual([]);
	});

	it("takes a fresh JWT", async () => {
		const { server, user } = await wholeUser();
		const body = { refresh_token: user.refreshToken };
		const { jwt } = await result(call(server, sessionRoutes.refresh, { jwt: user.jwt, body }));
		await expectRefusal(call(server, userRoutes.deleteUser, { jwt }), SERVER_ERRORS.JWT_NOT_FRESH);
	});

	it("takes the secret token by default", async () => {
		const server = await startApi({ user_register: ACCESS.public });
		const { jwt } = await newUser(server);
		await expectRefusal(call(server, userRoutes.deleteUser, { jwt }), SERVER_ERRORS.ENDPOINT_FORBIDDEN);
		await result(call(server, userRoutes.deleteUser, { jwt, token: secret(server) }));
	});

	it("is one of the app", async () => {
		const { server, user } = await wholeUser();
		const other = { ...server, app: await server.api.apps.create() };
		const token = other.app.secretToken;
		const byId = call(other, forcedRoutes.deleteUser, { token, params: { user_id: user.userId } });
		await expectRefusal(byId, SERVER_ERRORS.USER_NOT_FOUND);
		const body = { user_identifier: "alice" };
		const byIdentifier = call(other, forcedRoutes.deleteUserByIdentifier, { token, body });
		await expectRefusal(byIdentifier, SERVER_ERRORS.USER_NOT_FOUND);
	});

	it("is not half deleted by a device that is gone when its turn comes", async () => {
		const server = await startApi();
		const user = await newUser(server, "alice");
		const groupId = await newGroup(server, user);
		const database = await openDatabase(server.database, server.rootKey);
		let before = async (): Promise<unknown> => undefined;
		const transaction: Database["transaction"] = (work) => before().then(() => database.transaction(work));
		const api = await buildApi({ ...database, transaction }, { now: server.clock.now, runJobs: false });
		onTestFinished(() => api.close());
		const reset = { token: secret(server), body: registerBody("alice") };
		before = () => result(call(server, forcedRoutes.resetUser, reset));
		const late = call({ ...server, api }, userRoutes.deleteUser, { jwt: user.jwt });
		await expectRefusal(late, SERVER_ERRORS.USER_NOT_FOUND);
		const { jwt } = await login(server, "alice");
		expect(await call(server, groupRoutes.getGroup, { jwt, params: { group_id: groupId } })).toMatchObject({
			ok: true,
		});
	});

	it("may be deleted many times at once", async () => {
		const { server, user, before } = await wholeUser();
		const ask = () => call(server, userRoutes.deleteUser, { jwt: user.jwt });
		const answers = await Promise.all([ask(), ask(), ask()]);
		for (const answer of answers) expect([0, SERVER_ERRORS.USER_NOT_FOUND.code]).toContain(answer.ok ? 0 : answer.code);
		expect(count(server)).toEqual(before);
	});
});
