import type { TestApi } from "@sentc-ts/test-world";
import { deviceRoutes, groupRoutes, SERVER_ERRORS, sessionRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { createApi } from "../../src/index.js";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { login, newGroup, newUser, refresh, type Session } from "../support/client.js";
import { withDatabase } from "../support/database.js";
import { addMember } from "../support/groups.js";

const LIFETIME = 300;
const LEEWAY = 60;
const FIRST_PAGE = { last_time: "0", last_id: "none" };

const devices = (server: TestApi, { jwt }: Pick<Session, "jwt">) =>
	call(server, deviceRoutes.listDevices, { jwt, params: FIRST_PAGE });

/** How the API has come to know a JWT. */
const WAYS = {
	"that the API has issued": async () => undefined,
	"whose signature was verified": async (server: TestApi) => {
		await server.api.apps.addJwtKey(server.app.appId);
	},
};

// The API verifies the signature of a JWT once. Everything else is asked each time.
describe.each(Object.entries(WAYS))("a JWT %s and that was used", (_, prepare) => {
	async function known(): Promise<{ server: TestApi; alice: Session }> {
		const server = await startApi();
		const alice = await newUser(server, "alice");
		await prepare(server);
		for (let use = 0; use < 2; use++) expect(await devices(server, alice)).toMatchObject({ ok: true });
		return { server, alice };
	}

	it("is refused when its key is removed", async () => {
		const { server, alice } = await known();
		await server.api.apps.addJwtKey(server.app.appId);
		expect(await devices(server, alice)).toMatchObject({ ok: true });
		await server.api.apps.deleteJwtKey(server.app.appId, server.app.jwtKeyId);
		await expectRefusal(devices(server, alice), SERVER_ERRORS.JWT_KEY_UNKNOWN);
	});

	it("is refused when another process removes its key", async () => {
		const { server, alice } = await known();
		const { database, rootKey } = server;
		const other = await createApi({ database, rootKey, runJobs: false });
		await other.apps.addJwtKey(server.app.appId);
		await other.apps.deleteJwtKey(server.app.appId, server.app.jwtKeyId);
		await other.close();
		await expectRefusal(devices(server, alice), SERVER_ERRORS.JWT_KEY_UNKNOWN);
	});

	it("is refused when it has expired", async () => {
		const { server, alice } = await known();
		server.clock.advance((LIFETIME + LEEWAY) * 1000);
		expect(await devices(server, alice)).toMatchObject({ ok: true });
		server.clock.advance(1000);
		await expectRefusal(devices(server, alice), SERVER_ERRORS.JWT_INVALID);
		expect(await refresh(server, alice)).toMatchObject({ ok: true });
	});

	it("is refused when its device is deleted", async () => {
		const { server, alice } = await known();
		withDatabase(server, (connection) => connection.prepare("delete from devices where id = ?").run([alice.deviceId]));
		await expectRefusal(devices(server, alice), SERVER_ERRORS.USER_NOT_FOUND);
	});

	it("is refused when its user is deleted", async () => {
		const { server, alice } = await known();
		const { jwt } = await login(server, "alice");
		expect(await call(server, userRoutes.deleteUser, { jwt })).toMatchObject({ ok: true });
		await expectRefusal(devices(server, alice), SERVER_ERRORS.USER_NOT_FOUND);
	});

	it("brings no new one when its session has ended", async () => {
		const { server, alice } = await known();
		expect(await refresh(server, alice)).toMatchObject({ ok: true });
		await result(call(server, sessionRoutes.endSessions, { jwt: alice.jwt, body: {} }));
		await expectRefusal(refresh(server, alice), SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
	});

	it("is refused where an option of the app has changed", async () => {
		const { server, alice } = await known();
		await server.api.apps.update(server.app.appId, { options: { user_device_list: 2 } });
		await expectRefusal(devices(server, alice), SERVER_ERRORS.ENDPOINT_FORBIDDEN);
	});

	it("opens no group that its user is no longer in", async () => {
		const { server, alice } = await known();
		const owner = await newUser(server, "bob");
		const groupId = await newGroup(server, owner);
		addMember(server, groupId, alice.userId, 4);
		const read = () => call(server, groupRoutes.getGroup, { jwt: alice.jwt, params: { group_id: groupId } });
		expect(await read()).toMatchObject({ ok: true });
		withDatabase(server, (db) => db.prepare(`delete from members where "memberId" = ?`).run([alice.userId]));
		await expectRefusal(read(), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("is nobody's in another app", async () => {
		const { server, alice } = await known();
		const app = await server.api.apps.create({ options: { user_device_list: 1 } });
		await expectRefusal(devices({ ...server, app }, alice), SERVER_ERRORS.JWT_KEY_UNKNOWN);
	});

	it("says nothing for one with another payload, another signature or more behind it", async () => {
		const { server, alice } = await known();
		const [header = "", payload = "", signature = ""] = alice.jwt.split(".");
		const other = Buffer.from(Buffer.from(payload, "base64url").toString().replace("true", "false")).toString(
			"base64url",
		);
		const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
		for (const jwt of [`${header}.${other}.${signature}`, `${header}.${payload}.${flipped}`, `${alice.jwt}A`]) {
			await expectRefusal(devices(server, { jwt }), SERVER_ERRORS.JWT_INVALID);
		}
	});
});
