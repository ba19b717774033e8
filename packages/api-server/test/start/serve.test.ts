import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { APP_TOKEN_HEADER, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { DEVELOPMENT_PUBLIC_TOKEN } from "../../src/index.js";
import { temporaryFolder } from "../support/api.js";
import { printedApp, ready, refusal, remote, run, start } from "../support/cli.js";
import { newUser, registerBody } from "../support/client.js";
import { rows } from "../support/database.js";

describe("sentc-api serve", () => {
	it("needs no configuration on a first start: it makes key, database and development app, and ends on SIGTERM", async () => {
		const folder = temporaryFolder();
		const server = start(folder, ["serve", "--port", "0"]);
		const line = await ready(server);
		expect(line).toEqual({
			url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
			app_id: expect.any(String),
			public_token: DEVELOPMENT_PUBLIC_TOKEN,
			secret_token: expect.any(String),
			jwt_key_id: expect.any(String),
			jwt_verify_key: expect.any(String),
		});
		expect(statSync(join(folder, ".data/root.key")).mode & 0o777).toBe(0o600);
		expect(existsSync(join(folder, ".data/sentc.db"))).toBe(true);

		const response = await fetch(`${line["url"]}/api/v1/exists`, {
			method: "POST",
			headers: { "x-sentc-app-token": DEVELOPMENT_PUBLIC_TOKEN },
			body: JSON.stringify({ user_identifier: "alice" }),
		});
		expect(await response.json()).toEqual({ status: true, result: { user_identifier: "alice", available: true } });

		server.process.kill("SIGTERM");
		expect(await server.end).toMatchObject({ code: 0, errors: "" });
		const again = await ready(start(folder, ["serve", "--port", "0"]));
		expect({ ...again, url: "" }).toEqual({ ...line, url: "" });
	});

	it("--lax lets the development app's public token call everything, until it is started without", async () => {
		const folder = temporaryFolder();
		const answerOf = async (args: string[]) => {
			const server = start(folder, ["serve", "--port", "0", ...args]);
			const { url } = await ready(server);
			const headers = { [APP_TOKEN_HEADER]: DEVELOPMENT_PUBLIC_TOKEN };
			const response = await fetch(`${url}/api/v1/register`, { method: "POST", headers, body: "{}" });
			server.process.kill("SIGTERM");
			await server.end;
			return (await response.json()).err_code;
		};
		const { ENDPOINT_FORBIDDEN, INVALID_JSON } = SERVER_ERRORS;
		expect(await answerOf([])).toBe(ENDPOINT_FORBIDDEN.code);
		expect(await answerOf(["--lax"])).toBe(INVALID_JSON.code);
		expect(await answerOf([])).toBe(ENDPOINT_FORBIDDEN.code);
	});

	it("takes its configuration from the environment", async () => {
		const folder = temporaryFolder();
		const line = await ready(
			start(folder, ["serve"], {
				SENTC_PORT: "0",
				SENTC_HOST: "localhost",
				SENTC_DATABASE: "other/data.db",
				SENTC_ROOT_KEY: Buffer.alloc(32, 1).toString("base64"),
				SENTC_DEV_PUBLIC_TOKEN: "cHVibGlj",
				SENTC_DEV_SECRET_TOKEN: "c2VjcmV0",
			}),
		);
		expect(line).toMatchObject({ public_token: "cHVibGlj", secret_token: "c2VjcmV0" });
		expect(line["url"]).toMatch(/^http:\/\/localhost:/);
		expect(existsSync(join(folder, "other/data.db"))).toBe(true);
		expect(existsSync(join(folder, ".data"))).toBe(false);
	});

	it.each([
		["on an address others can reach", ["--host", "0.0.0.0"], {}],
		["in production", [], { NODE_ENV: "production" }],
	])("%s has no development app, and starts only when an app was created", async (_, args, env) => {
		const folder = temporaryFolder();
		const serve = ["serve", "--port", "0", ...args];
		const refused = await run(folder, serve, env);
		expect(refused).toMatchObject({ code: 2, output: "" });
		expect(refused.errors).toContain("sentc-api app create");

		const created = await run(folder, ["app", "create"], env);
		expect(created.code).toBe(0);
		const line = await ready(start(folder, serve, env));
		expect(Object.keys(line)).toEqual(["url"]);
		const port = new URL(line["url"] ?? "").port;
		const response = await fetch(`http://127.0.0.1:${port}/api/v1/exists`, {
			method: "POST",
			headers: { "x-sentc-app-token": JSON.parse(created.output).public_token },
			body: JSON.stringify({ user_identifier: "alice" }),
		});
		expect(await response.json()).toMatchObject({ status: true });
	});

	it("refuses a database whose root key is missing or another one, and makes no second key", async () => {
		const folder = temporaryFolder();
		await run(folder, ["app", "create"]);
		const another = { SENTC_ROOT_KEY: Buffer.alloc(32, 1).toString("base64") };
		const mismatch = await run(folder, ["serve", "--port", "0"], another);
		expect(mismatch).toMatchObject({ code: 2, output: "" });
		expect(mismatch.errors).toContain("another root key");

		rmSync(join(folder, ".data/root.key"));
		const missing = await run(folder, ["serve", "--port", "0"]);
		expect(missing).toMatchObject({ code: 2, output: "" });
		expect(missing.errors.trim().split("\n")).toHaveLength(1);
		expect(existsSync(join(folder, ".data/root.key"))).toBe(false);
	});

	it.each(["SIGTERM", "SIGINT"] as const)("on %s ends a running request, then closes the database", async (signal) => {
		const folder = temporaryFolder();
		const server = start(folder, ["serve", "--port", "0"]);
		const line = await ready(server);
		const port = Number(new URL(line["url"] ?? "").port);
		const body = JSON.stringify(registerBody("alice"));
		const head = ["POST /api/v1/register HTTP/1.1", "Host: localhost", `Content-Length: ${Buffer.byteLength(body)}`];
		const slow = await opened(port);
		slow.write(`${head.join("\r\n")}\r\n${APP_TOKEN_HEADER}: ${line["secret_token"]}\r\n\r\n${body.slice(0, 10)}`);
		// A request that was answered shows that the one before is being read.
		await fetch(`${line["url"]}/`);

		server.process.kill(signal);
		await closedPort(port);
		expect(server.process.exitCode).toBeNull();
		const answered = text(slow);
		slow.write(body.slice(10));
		expect(await answered).toMatch(/^HTTP\/1\.1 200 .*"status":true/s);
		expect(await server.end).toMatchObject({ code: 0, errors: "" });

		const database = join(folder, ".data/sentc.db");
		if (existsSync(`${database}-wal`)) expect(statSync(`${database}-wal`).size).toBe(0);
		copyFileSync(database, join(folder, "copy.db"));
		expect(rows({ database: join(folder, "copy.db") }, "users")).toHaveLength(1);
	});

	it("uses a database in memory, which leaves nothing behind but the root key", async () => {
		const folder = temporaryFolder();
		const server = start(folder, ["serve", "--port", "0", "--database", ":memory:"]);
		const line = await ready(server);
		const app = printedApp(line);
		await expect(newUser(remote(line["url"], { ...app, publicToken: app.secretToken }))).resolves.toBeDefined();
		server.process.kill("SIGTERM");
		expect(await server.end).toMatchObject({ code: 0 });
		expect(readdirSync(folder)).toEqual([".data"]);
		expect(readdirSync(join(folder, ".data"))).toEqual(["root.key"]);
	});

	it("refuses tokens of the development app that are none", async () => {
		const env = { SENTC_DEV_PUBLIC_TOKEN: "!" };
		expect(await refusal(temporaryFolder(), ["serve", "--port", "0"], env)).toContain("public token");
	});

	it("names the flag when the port is taken", async () => {
		const { url } = await ready(start(temporaryFolder(), ["serve", "--port", "0"]));
		const refused = await run(temporaryFolder(), ["serve", "--port", new URL(url ?? "").port]);
		expect(refused).toMatchObject({ code: 2, output: "" });
		expect(refused.errors).toContain("--port");
	});
});

/** A connection to a port of this machine; rejects when nobody listens. */
function opened(port: number): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, "127.0.0.1", () => resolve(socket));
		socket.once("error", reject);
	});
}

/** Resolves when nobody listens on the port any more. */
async function closedPort(port: number): Promise<void> {
	try {
		for (;;) (await opened(port)).destroy();
	} catch {
		// Refused: that is what was waited for.
	}
}

/** All that arrives until the other side closes the connection. */
async function text(socket: Socket): Promise<string> {
	const parts = [];
	for await (const part of socket) parts.push(part);
	return Buffer.concat(parts).toString();
}
