import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SERVER_ERRORS, sessionRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import {
	type ApiConfig,
	ApiStartError,
	createApi,
	DEVELOPMENT_PUBLIC_TOKEN,
	generateRootKey,
	listen,
	loadRootKey,
} from "../../src/index.js";
import { call, expectRefusal, startApi, temporaryFolder } from "../support/api.js";
import { newUser } from "../support/client.js";
import { withDatabase } from "../support/database.js";

async function open(config: ApiConfig) {
	const api = await createApi(config);
	onTestFinished(() => api.close());
	return api;
}

const refusedWith = (code: string) =>
	expect.toSatisfy((error) => error instanceof ApiStartError && error.code === code, code);

describe("createApi", () => {
	it("opens a database again with the same root key, and everything in it works", async () => {
		const server = await startApi();
		const user = await newUser(server);
		await server.api.close();
		const api = await open({ database: server.database, rootKey: server.rootKey, now: server.clock.now });
		const input = { jwt: user.jwt, token: server.app.secretToken };
		expect(await call({ ...server, api }, sessionRoutes.jwtOwner, input)).toMatchObject({
			result: { id: user.userId },
		});
		await expect(newUser({ ...server, api })).resolves.toBeDefined();
	});

	it("refuses another root key than the one the database was created with", async () => {
		const server = await startApi();
		await server.api.close();
		const another = createApi({ database: server.database, rootKey: generateRootKey() });
		await expect(another).rejects.toEqual(refusedWith("ROOT_KEY_MISMATCH"));
	});

	it.each([
		["a folder", (folder: string) => folder],
		["a file in a folder that does not exist", (folder: string) => join(folder, "no", "sentc.db")],
		[
			"a file that is no database",
			(folder: string) => {
				writeFileSync(join(folder, "text"), "this is not a database, and it is longer than a header".repeat(100));
				return join(folder, "text");
			},
		],
	])("refuses %s as its database", async (_, make) => {
		const database = make(temporaryFolder());
		const failed = createApi({ database, rootKey: generateRootKey() });
		await expect(failed).rejects.toEqual(refusedWith("DATABASE_UNAVAILABLE"));
	});

	it.each([
		["an empty path", { database: "" }, "CONFIG_INVALID"],
		["a short root key", { rootKey: new Uint8Array(16) }, "ROOT_KEY_INVALID"],
		["a token that is not base64", { developmentApp: { secretToken: "!" } }, "CONFIG_INVALID"],
	])("refuses %s", async (_, change, code) => {
		const config = { database: ":memory:", rootKey: generateRootKey(), ...change };
		await expect(createApi(config)).rejects.toEqual(refusedWith(code));
	});

	it("can be closed twice", async () => {
		const api = await createApi({ database: ":memory:", rootKey: generateRootKey() });
		await api.close();
		await expect(api.close()).resolves.toBeUndefined();
	});
});

describe("the development app", () => {
	const exists = { body: { user_identifier: "alice" } };

	it("is there only when the configuration asks for it, and keeps its data and tokens", async () => {
		const config = { database: join(temporaryFolder(), "sentc.db"), rootKey: generateRootKey() };
		const first = await createApi({ ...config, developmentApp: true });
		const app = first.developmentApp;
		if (app === undefined) throw new Error("no development app");
		expect(app.publicToken).toBe(DEVELOPMENT_PUBLIC_TOKEN);
		expect(Buffer.from(app.secretToken, "base64")).toHaveLength(50);
		expect(await first.apps.list()).toHaveLength(1);
		expect(await call({ api: first, app }, userRoutes.exists, exists)).toMatchObject({ ok: true });
		await first.close();

		const without = await createApi(config);
		expect(without.developmentApp).toBeUndefined();
		expect(await without.apps.list()).toMatchObject([{ id: app.appId, development: true }]);
		for (const token of [app.publicToken, app.secretToken]) {
			const answer = call({ api: without, app }, userRoutes.exists, { ...exists, token });
			await expectRefusal(answer, SERVER_ERRORS.APP_TOKEN_UNKNOWN);
		}
		await without.close();

		const again = await open({ ...config, developmentApp: true });
		expect(again.developmentApp).toEqual(app);
	});

	it("takes other tokens, and the ones before stop working", async () => {
		const config = { database: join(temporaryFolder(), "sentc.db"), rootKey: generateRootKey() };
		await (await createApi({ ...config, developmentApp: true })).close();
		const api = await open({ ...config, developmentApp: { publicToken: "cHVibGlj", secretToken: "c2VjcmV0" } });
		const app = api.developmentApp;
		if (app === undefined) throw new Error("no development app");
		expect(app).toMatchObject({ publicToken: "cHVibGlj", secretToken: "c2VjcmV0" });
		expect(await call({ api, app }, userRoutes.exists, exists)).toMatchObject({ ok: true });
		const before = call({ api, app }, userRoutes.exists, { ...exists, token: DEVELOPMENT_PUBLIC_TOKEN });
		await expectRefusal(before, SERVER_ERRORS.APP_TOKEN_UNKNOWN);
	});

	it("can neither have the tokens of another app nor one token for both kinds", async () => {
		const config = { database: join(temporaryFolder(), "sentc.db"), rootKey: generateRootKey() };
		const { apps } = await open(config);
		const { publicToken, secretToken } = await apps.create();
		for (const developmentApp of [
			{ publicToken },
			{ publicToken: secretToken },
			{ secretToken },
			{ publicToken: "c2FtZQ==", secretToken: "c2FtZQ" },
		]) {
			const refused = createApi({ ...config, developmentApp });
			await expect(refused).rejects.toEqual(refusedWith("CONFIG_INVALID"));
		}
	});

	it("has another secret token under another root key", async () => {
		const apps = [generateRootKey(), generateRootKey()].map(async (rootKey) => {
			const api = await open({ database: ":memory:", rootKey, developmentApp: true });
			return api.developmentApp?.secretToken;
		});
		const [first, second] = await Promise.all(apps);
		expect(first).not.toBe(second);
	});
});

describe("the root key file", () => {
	function paths() {
		const folder = temporaryFolder();
		return { file: join(folder, "keys", "root.key"), database: join(folder, "sentc.db") };
	}

	it("is created for a new database, readable by its owner alone, and read from then on", () => {
		const { file, database } = paths();
		const key = loadRootKey({ file, database });
		expect(key).toHaveLength(32);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		writeFileSync(database, "");
		expect(loadRootKey({ file, database })).toEqual(key);
	});

	it("is never created for a database that exists", () => {
		const { file, database } = paths();
		loadRootKey({ file, database });
		writeFileSync(database, "");
		rmSync(file);
		expect(() => loadRootKey({ file, database })).toThrow(refusedWith("ROOT_KEY_MISSING"));
		expect(() => readFileSync(file)).toThrow("ENOENT");
	});

	it.each(["", "AAAA", "no base64 at all, but long enough to be one"])("that holds %j is refused", (text) => {
		const { file, database } = paths();
		mkdirSync(join(file, ".."));
		writeFileSync(file, text, { mode: 0o600 });
		expect(() => loadRootKey({ file, database })).toThrow(refusedWith("ROOT_KEY_INVALID"));
	});
});

describe("listen", () => {
	it("says when the port is taken", async () => {
		const { api } = await startApi();
		const first = await listen(api, { port: 0 });
		onTestFinished(first.close);
		const port = Number(new URL(first.url).port);
		await expect(listen(api, { port })).rejects.toEqual(refusedWith("PORT_TAKEN"));
	});

	it("says when it cannot listen", async () => {
		const { api } = await startApi();
		await expect(listen(api, { host: "192.0.2.1", port: 0 })).rejects.toEqual(refusedWith("LISTEN_FAILED"));
	});

	it("lets a running request end before it closes", async () => {
		let started: () => void = () => undefined;
		const running = new Promise<void>((resolve) => {
			started = resolve;
		});
		let answer: (response: Response) => void = () => undefined;
		const response = new Promise<Response>((resolve) => {
			answer = resolve;
		});
		const server = await listen(
			{
				fetch: () => {
					started();
					return response;
				},
			},
			{ port: 0 },
		);
		const request = fetch(server.url);
		await running;
		const closed = server.close();
		answer(new Response("done"));
		expect(await (await request).text()).toBe("done");
		await closed;
		await expect(fetch(server.url)).rejects.toThrow();
	});
});

describe("migrations", () => {
	it("run once", async () => {
		const server = await startApi();
		await server.api.close();
		await open({ database: server.database, rootKey: server.rootKey });
		const ran = withDatabase(server, (connection) =>
			connection.prepare("select name from kysely_migration order by name").all([]),
		);
		const names = [
			"0001-initial",
			"0002-whole-user",
			"0003-session-lifetime",
			"0004-sealed-values",
			"0005-waiting-devices",
			"0006-sessions",
			"0007-groups",
			"0008-files",
			"0009-content-keys",
			"0010-membership-order",
		];
		expect(ran).toEqual(names.map((name) => ({ name })));
	});
});
