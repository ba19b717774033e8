import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SERVER_ERRORS, sessionRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApi } from "../../src/index.js";
import { call, expectRefusal, result, startApi, temporaryFolder } from "../support/api.js";
import { outcome, printedApp, ready, remote, start } from "../support/cli.js";
import { login, newUser, refresh } from "../support/client.js";
import { openFile } from "../support/database.js";
import { rotated } from "../support/sessions.js";

const exists = { body: { user_identifier: "somebody" } };

describe("a running server obeys what the command line changed, from the next request on", () => {
	async function serve() {
		const folder = temporaryFolder();
		const [created] = await outcome(folder, ["app", "create", "--lax"]);
		const { url } = await ready(start(folder, ["serve", "--port", "0"]));
		const app = printedApp(created);
		return { app, url, server: remote(url, app), cli: (...args: string[]) => outcome(folder, ["app", ...args]) };
	}

	it("options", async () => {
		const { app, server, cli } = await serve();
		expect(await call(server, userRoutes.exists, exists)).toMatchObject({ ok: true });
		await cli("options", app.appId, "user_exists=2");
		await expectRefusal(call(server, userRoutes.exists, exists), SERVER_ERRORS.ENDPOINT_FORBIDDEN);
		const { secretToken } = app;
		expect(await call(server, userRoutes.exists, { ...exists, token: secretToken })).toMatchObject({ ok: true });
		await cli("options", app.appId, "user_exists=1");
		expect(await call(server, userRoutes.exists, exists)).toMatchObject({ ok: true });
	});

	it("tokens, and a new app", async () => {
		const { app, url, server, cli } = await serve();
		expect(await call(server, userRoutes.exists, exists)).toMatchObject({ ok: true });
		const [renewed] = await cli("tokens", "renew", app.appId);
		for (const token of [app.publicToken, app.secretToken]) {
			await expectRefusal(call(server, userRoutes.exists, { ...exists, token }), SERVER_ERRORS.APP_TOKEN_UNKNOWN);
		}
		const [created] = await cli("create");
		for (const printed of [renewed, created]) {
			const target = remote(url, printedApp(printed));
			for (const token of [target.app.publicToken, target.app.secretToken]) {
				expect(await call(target, userRoutes.exists, { ...exists, token })).toMatchObject({ ok: true });
			}
		}
	});

	it("JWT keys: the newest signs, each one verifies until it is deleted", async () => {
		const { app, server, cli } = await serve();
		const owner = (jwt: string) => call(server, sessionRoutes.jwtOwner, { jwt, token: app.secretToken });
		const first = await newUser(server, "alice");
		expect(await owner(first.jwt)).toMatchObject({ ok: true });

		const [added] = await cli("jwt-keys", "add", app.appId);
		const second = await login(server, "alice");
		expect(keyId(first.jwt)).toBe(app.jwtKeyId);
		expect(keyId(second.jwt)).toBe(added?.["jwt_key_id"]);
		expect(await owner(first.jwt)).toMatchObject({ ok: true });
		expect(await owner(second.jwt)).toMatchObject({ ok: true });

		await cli("jwt-keys", "delete", app.appId, app.jwtKeyId);
		await expectRefusal(owner(first.jwt), SERVER_ERRORS.JWT_KEY_UNKNOWN);
		expect(await owner(second.jwt)).toMatchObject({ ok: true });
	});
});

describe("two servers on one database", () => {
	it("share users, sessions and changes of apps", async () => {
		const server = await startApi();
		const { database, rootKey, clock, app } = server;
		const api = await createApi({ database, rootKey, now: clock.now });
		onTestFinished(() => api.close());
		const second = { ...server, api };

		const { jwt, refreshToken, userId } = await newUser(server);
		const refreshed = await result(call(second, sessionRoutes.refresh, { jwt, body: { refresh_token: refreshToken } }));
		expect(refreshed.user_id).toBe(userId);
		await api.apps.update(app.appId, { disabled: true });
		await expectRefusal(call(server, userRoutes.exists, exists), SERVER_ERRORS.APP_DISABLED);
		await server.api.apps.update(app.appId, { disabled: false });
		expect(await call(second, userRoutes.exists, exists)).toMatchObject({ ok: true });
	});
});

describe("two server processes on one database", () => {
	it("that have both seen a refresh token before either could replace it come to one successor", async () => {
		const folder = temporaryFolder();
		const serve = async () => {
			const line = await ready(start(folder, ["serve", "--port", "0", "--lax"]));
			return remote(line["url"], printedApp(line));
		};
		const servers = [await serve(), await serve()] as const;
		const user = await newUser(servers[0]);
		const connection = openFile(join(folder, ".data/sentc.db"));
		connection.exec("begin immediate");
		const asked = servers.map((server) => rotated(server, user));
		// Both read, and wait to write.
		await setTimeout(400);
		connection.exec("rollback");
		connection.close();
		const [first, second] = await Promise.all(asked);
		expect(first?.refreshToken).not.toBe(user.refreshToken);
		expect(second?.refreshToken).toBe(first?.refreshToken);
		for (const server of servers) expect(await refresh(server, first ?? user)).toMatchObject({ ok: true });
	});
});

function keyId(jwt: string): string {
	return JSON.parse(Buffer.from(jwt.split(".")[0] ?? "", "base64url").toString()).kid;
}
