import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runs } from "@sentc-ts/test-world";
import { loginRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { createApi, loadRootKey } from "../../src/index.js";
import { call, result, type Target, temporaryFolder } from "../support/api.js";
import { outcome, printedApp, ready, refusal, remote, start } from "../support/cli.js";
import { login, newUser } from "../support/client.js";
import { rows } from "../support/database.js";
import { filesOf } from "../support/files.js";

const ROTATE = ["root-key", "rotate"];

/** A folder with a database, one app with one user, and its root key file. */
async function installed() {
	const folder = temporaryFolder();
	const [app] = await outcome(folder, ["app", "create", "--lax"]);
	const [database, file] = [join(folder, ".data/sentc.db"), join(folder, ".data/root.key")];
	/** The API on this database with what the root key file holds, for a while. */
	const using = async <Result>(work: (server: Target & { developmentToken: unknown }) => Promise<Result>) => {
		const rootKey = loadRootKey({ file, database });
		const api = await createApi({ database, rootKey, developmentApp: true });
		const developmentToken = api.developmentApp?.secretToken;
		return work({ api, app: printedApp(app), developmentToken }).finally(() => api.close());
	};
	const user = await using((server) => newUser(server, "alice"));
	return { folder, database, file, using, app: printedApp(app), user };
}

const saltOf = async (server: Target, identifier: string) =>
	(await result(call(server, loginRoutes.prepareLogin, { body: { user_identifier: identifier } }))).salt_string;

describe("sentc-api root-key rotate", () => {
	it("shows nowhere: logins, salts of unknown identifiers and the development token are those of before", async () => {
		const { folder, file, using, user } = await installed();
		const look = () =>
			using(async (server) => {
				const salts = [await saltOf(server, "nobody"), await saltOf(server, "alice")];
				const { userId, userKeys } = await login(server, "alice");
				return { salts, userId, userKeys, developmentToken: server.developmentToken };
			});
		const [before, oldKey] = [await look(), readFileSync(file, "utf8")];
		expect(before).toMatchObject({ userId: user.userId, userKeys: user.userKeys });
		const [done] = await outcome(folder, ROTATE);
		expect(done).toEqual({ root_key_file: ".data/root.key", note: expect.stringContaining("new root key") });
		expect(readFileSync(file, "utf8")).not.toBe(oldKey);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(existsSync(`${file}.new`)).toBe(false);
		expect(await look()).toEqual(before);
	});

	it("who learned the former root key opens no copy of the database made afterwards", async () => {
		const { folder, database, file } = await installed();
		const oldKey = readFileSync(file, "utf8").trim();
		const [{ wrappedKey = "" } = {}] = rows({ database }, "dataKeys") as { wrappedKey: string }[];
		expect(filesOf({ database }).includes(wrappedKey)).toBe(true);
		await outcome(folder, ROTATE);
		expect(await refusal(folder, ["app", "list"], { SENTC_ROOT_KEY: oldKey })).toContain("another root key");
		expect(rows({ database }, "dataKeys")).toHaveLength(1);
		expect(filesOf({ database }).includes(wrappedKey)).toBe(false);
	});

	it("goes on beside a running server, which needs no new start", async () => {
		const { folder, app } = await installed();
		const { url } = await ready(start(folder, ["serve", "--port", "0"]));
		const server = remote(url, app);
		await outcome(folder, ROTATE);
		await outcome(folder, ROTATE);
		await expect(login(server, "alice")).resolves.toBeDefined();
		await newUser(server, "bob");
		const again = await ready(start(folder, ["serve", "--port", "0"]));
		await expect(login(remote(again["url"], app), "bob")).resolves.toBeDefined();
	});

	it("moves a key from the environment into a new file, and overwrites none", async () => {
		const { folder, file } = await installed();
		const env = { SENTC_ROOT_KEY: readFileSync(file, "utf8").trim() };
		expect(await refusal(folder, ROTATE, env)).toContain(".data/root.key already");
		expect(readFileSync(file, "utf8").trim()).toBe(env.SENTC_ROOT_KEY);
		const newFile = ["--root-key-file", "keys/next.key"];
		const [done] = await outcome(folder, [...ROTATE, ...newFile], env);
		expect(done).toMatchObject({ root_key_file: "keys/next.key", note: expect.stringContaining("SENTC_ROOT_KEY") });
		expect(statSync(join(folder, "keys")).mode & 0o777).toBe(0o700);
		expect(await refusal(folder, ["app", "list"], env)).toContain("another root key");
		await outcome(folder, ["app", "list", ...newFile]);
	});

	it("changes nothing beside another change that is running or was killed, and says what to do", async () => {
		const { folder, file, database, using } = await installed();
		const before = readFileSync(file, "utf8");
		writeFileSync(`${file}.new`, "");
		expect(await refusal(folder, ROTATE)).toContain("delete");
		rmSync(`${file}.new`);
		expect(readFileSync(file, "utf8")).toBe(before);
		expect(rows({ database }, "dataKeys")).toHaveLength(1);
		await using((server) => login(server, "alice"));
	});

	it(
		"killed at any time leaves a root key file that opens the database, and can be run again",
		async () => {
			const { folder, file, using, database } = await installed();
			for (let round = 0; round < runs(10); round++) {
				const victim = start(folder, ROTATE);
				// Most of it is the start of Node.
				for (let tries = 0; tries < 500 && !existsSync(`${file}.new`); tries++) await sleep(2);
				await sleep((round % 5) * 2);
				victim.process.kill("SIGKILL");
				await victim.end;
				rmSync(`${file}.new`, { force: true });
				await using((server) => saltOf(server, "nobody"));
			}
			await outcome(folder, ROTATE);
			await using((server) => login(server, "alice"));
			expect(rows({ database }, "dataKeys")).toHaveLength(1);
		},
		runs(10) * 10_000,
	);
});

describe("the files of an installation", () => {
	it("can be read by their owner alone, the log of a running database and copies of older versions, too", async () => {
		const folder = temporaryFolder();
		const names = ["sentc.db", "sentc.db-wal", "sentc.db-shm"].map((name) => join(folder, ".data", name));
		const modes = () => names.filter((name) => existsSync(name)).map((name) => statSync(name).mode & 0o777);
		await outcome(folder, ["app", "create", "--lax"]);
		expect(statSync(join(folder, ".data")).mode & 0o777).toBe(0o700);
		const server = start(folder, ["serve", "--port", "0"]);
		const { url } = await ready(server);
		await fetch(url ?? "");
		expect(modes()).toEqual([0o600, 0o600, 0o600]);
		server.process.kill("SIGKILL");
		await server.end;

		for (const name of names) if (existsSync(name)) chmodSync(name, 0o644);
		await ready(start(folder, ["serve", "--port", "0"]));
		expect(modes()).toEqual([0o600, 0o600, 0o600]);
	});

	it.each(["640", "604", "644", "777"])(
		"a root key file that others can read (%s) is refused, with the remedy",
		async (mode) => {
			const folder = temporaryFolder();
			await outcome(folder, ["app", "create"]);
			const file = join(folder, ".data/root.key");
			chmodSync(file, Number.parseInt(mode, 8));
			const sentence = await refusal(folder, ["app", "list"]);
			expect(sentence).toContain(`mode ${mode}`);
			expect(sentence).toContain("chmod 600 .data/root.key");
			chmodSync(file, 0o400);
			expect(await outcome(folder, ["app", "list"])).toHaveLength(1);
		},
	);
});
