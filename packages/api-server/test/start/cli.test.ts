import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_OPTIONS, LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/api.js";
import { outcome, printed, ready, refusal, refused, run, start } from "../support/cli.js";

const COMMANDS = [
	["serve"],
	["app", "create"],
	["app", "list"],
	["app", "options"],
	["app", "files"],
	["app", "tokens", "renew"],
	["app", "jwt-keys", "list"],
	["app", "jwt-keys", "add"],
	["app", "jwt-keys", "delete"],
	["migrate"],
	["root-key", "rotate"],
	["key-gen"],
];

/** A folder with a database and one app. */
async function withApp(...args: string[]) {
	const folder = temporaryFolder();
	const [app] = await outcome(folder, ["app", "create", ...args]);
	if (app === undefined) throw new Error("no app was printed");
	return { folder, app, appId: app["app_id"] ?? "" };
}

/** What an app has unless told otherwise. */
const LIMITS = {
	...{ max_key_rotation_month: 100, min_rank_key_rotation: 4 },
	...{ max_file_mib: 10_240, max_user_files_mib: 10_240, max_app_files_mib: 102_400 },
};
const SWITCHES = { otp_reuse: 0, file_parts_anonymous: 1 };
const SOME_OPTIONS = ["user_exists=0", "otp_reuse=1", "max_key_rotation_month=12", "min_rank_key_rotation=1"];

describe("sentc-api app", () => {
	it("create makes apps with default options, the lax ones, and single ones; list shows them without secrets", async () => {
		const { folder, app } = await withApp("--name", "first");
		expect(app).toEqual({
			app_id: expect.any(String),
			public_token: expect.stringMatching(/^.{40}$/),
			secret_token: expect.stringMatching(/^.{68}$/),
			jwt_key_id: expect.any(String),
			jwt_verify_key: expect.stringMatching(/^.{132}$/),
		});
		const [lax] = await outcome(folder, ["app", "create", "--lax"]);
		const single = ["--options", "group_create=2", "--options", "group_get=0", "group_list=2"];
		const [changed] = await outcome(folder, ["app", "create", ...single]);
		const optionsOf = async (created: Record<string, string> | undefined) =>
			(await outcome(folder, ["app", "options", created?.["app_id"] ?? ""]))[0]?.["options"];
		expect(await optionsOf(app)).toEqual({ ...DEFAULT_OPTIONS, ...LIMITS, ...SWITCHES });
		expect(await optionsOf(lax)).toEqual({ ...LAX_OPTIONS, ...LIMITS, ...SWITCHES, otp_reuse: 1 });
		const changes = { group_create: 2, group_get: 0, group_list: 2 };
		expect(await optionsOf(changed)).toEqual({ ...DEFAULT_OPTIONS, ...LIMITS, ...SWITCHES, ...changes });

		const list = await outcome(folder, ["app", "list"]);
		expect(list.map((entry) => entry["app_id"])).toEqual([app, lax, changed].map((entry) => entry?.["app_id"]));
		const shown = { name: "first", development: false, disabled: false, created_at: expect.any(Number) };
		expect(list[0]).toEqual({ app_id: app["app_id"], ...shown });
	});

	it("options changes what is given and keeps the rest", async () => {
		const { folder, appId } = await withApp("group_create=2");
		const [shown] = await outcome(folder, ["app", "options", appId, ...SOME_OPTIONS]);
		const limits = { ...LIMITS, ...SWITCHES, max_key_rotation_month: 12, min_rank_key_rotation: 1 };
		const expected = { ...DEFAULT_OPTIONS, ...limits, group_create: 2, user_exists: 0, otp_reuse: 1 };
		expect(shown).toEqual({ app_id: appId, options: expected });
		expect(await outcome(folder, ["app", "options", appId])).toEqual([shown]);
		const [lax] = await outcome(folder, ["app", "options", appId, "--lax"]);
		expect(lax).toEqual({ app_id: appId, options: { ...LAX_OPTIONS, ...limits, otp_reuse: 1 } });
	});

	it("files shows and changes where they are; a token is shown when it is made", async () => {
		const { folder, appId } = await withApp();
		const files = ["app", "files", appId];
		expect(await outcome(folder, files)).toEqual([{ app_id: appId, storage: "off", url: null }]);
		const url = "https://backend.example.com/deleted";
		const [made] = await outcome(folder, [...files, "storage=external", `url=${url}`]);
		expect(made).toEqual({ app_id: appId, storage: "external", url, token: expect.stringMatching(/^.{40}$/) });
		expect(await outcome(folder, files)).toEqual([{ app_id: appId, storage: "external", url }]);
		for (const wrong of ["storage=here", "url=x", "tokens=x", "storage"]) {
			expect(await refusal(folder, [...files, wrong])).toContain(wrong.split("=")[0]);
		}
	});

	it("options refuses what is no option, no value of one, or no app, and changes nothing", async () => {
		const { folder, appId } = await withApp();
		const options = ["app", "options", appId];
		const unknown = await refusal(folder, [...options, "group_create=0", "group_creat=1", "__proto__=1"]);
		expect(unknown).toContain("group_creat, __proto__");
		for (const value of ["3", "-1", "01", "1.0", "x", ""]) {
			expect(await refusal(folder, [...options, `user_exists=${value}`])).toContain(`user_exists=${value}`);
			if (value === "3") continue;
			const limit = `min_rank_key_rotation=${value}`;
			expect(await refusal(folder, [...options, limit])).toContain(limit);
		}
		expect(await refusal(folder, [...options, "user_exists"])).toContain("user_exists");
		expect(await refusal(folder, ["app", "options", "nobody", "user_exists=1"])).toContain("nobody");
		expect(await refusal(folder, ["app", "create", "user_exists=3"])).toContain("user_exists=3");
		const [shown] = await outcome(folder, options);
		expect(shown).toMatchObject({ options: DEFAULT_OPTIONS });
		expect(await outcome(folder, ["app", "list"])).toHaveLength(1);
	});

	it("tokens renew shows another pair once", async () => {
		const { folder, app, appId } = await withApp();
		const [renewed] = await outcome(folder, ["app", "tokens", "renew", appId]);
		expect(renewed).toEqual({
			app_id: appId,
			public_token: expect.stringMatching(/^.{40}$/),
			secret_token: expect.stringMatching(/^.{68}$/),
		});
		expect(renewed?.["public_token"]).not.toBe(app["public_token"]);
		expect(renewed?.["secret_token"]).not.toBe(app["secret_token"]);
		expect(await refusal(folder, ["app", "tokens", "renew", "nobody"])).toContain("nobody");
	});

	it("jwt-keys adds, lists and deletes keys, but never the last one", async () => {
		const { folder, app, appId } = await withApp();
		const firstId = app["jwt_key_id"] ?? "";
		expect(await refusal(folder, ["app", "jwt-keys", "delete", appId, firstId])).toContain("last");
		const [added] = await outcome(folder, ["app", "jwt-keys", "add", appId]);
		const listed = await outcome(folder, ["app", "jwt-keys", "list", appId]);
		expect(listed).toEqual([
			added,
			{
				jwt_key_id: firstId,
				jwt_verify_key: app["jwt_verify_key"],
				jwt_alg: "ES384",
				created_at: expect.any(Number),
			},
		]);
		expect(added?.["jwt_verify_key"]).not.toBe(app["jwt_verify_key"]);
		expect(await refusal(folder, ["app", "jwt-keys", "delete", appId, "nothing"])).toContain("nothing");
		const deleted = await outcome(folder, ["app", "jwt-keys", "delete", appId, firstId]);
		expect(deleted).toEqual([{ app_id: appId, deleted_jwt_key_id: firstId }]);
		expect(await outcome(folder, ["app", "jwt-keys", "list", appId])).toEqual([added]);
		for (const action of ["list", "add"]) {
			expect(await refusal(folder, ["app", "jwt-keys", action, "nobody"])).toContain("nobody");
		}
	});

	it("lists the development app as such, and does not renew its tokens", async () => {
		const folder = temporaryFolder();
		const server = start(folder, ["serve", "--port", "0"]);
		const { app_id: appId = "" } = await ready(server);
		expect(await outcome(folder, ["app", "list"])).toMatchObject([{ app_id: appId, development: true }]);
		expect(await refusal(folder, ["app", "tokens", "renew", appId])).toContain("SENTC_DEV_PUBLIC_TOKEN");
	});

	it("needs a database that exists and outlives the command, and creates none by mistake", async () => {
		const folder = temporaryFolder();
		expect(await refusal(folder, ["app", "list"])).toContain(".data/sentc.db");
		expect(existsSync(join(folder, ".data"))).toBe(false);
		expect(await refusal(folder, ["app", "create", "--database", ":memory:"])).toContain("memory");
	});

	it("works with the root key of the database only", async () => {
		const { folder, appId } = await withApp();
		const [{ root_key: another = "" } = {}] = await outcome(folder, ["key-gen"]);
		for (const args of [["list"], ["options", appId], ["tokens", "renew", appId], ["create"]]) {
			expect(await refusal(folder, ["app", ...args], { SENTC_ROOT_KEY: another })).toContain("another root key");
		}
		expect(await outcome(folder, ["app", "list"])).toHaveLength(1);
	});
});

describe("sentc-api", () => {
	it("is a program, which prints what a command yields, refuses what makes no sense, and explains itself", async () => {
		const folder = temporaryFolder();
		const program = (...args: string[]) => start(folder, args).end;
		expect(printed(await program("app", "create"))).toMatchObject([{ app_id: expect.any(String) }]);
		expect(printed(await program("app", "list"))).toHaveLength(1);
		expect(refused(await program("fly"))).toContain("fly");
		expect(refused(await program("app", "options", "nobody", "user_exists=1"))).toContain("nobody");
		expect(await program("--help")).toMatchObject({ code: 0, output: expect.stringContaining("serve"), errors: "" });
	});

	it("migrates a database", async () => {
		const folder = temporaryFolder();
		const migrated = [
			...["0001-initial", "0002-whole-user", "0003-session-lifetime"],
			...[
				"0004-sealed-values",
				"0005-waiting-devices",
				"0006-sessions",
				"0007-groups",
				"0008-files",
				"0009-content-keys",
				"0010-membership-order",
			],
		];
		expect(await outcome(folder, ["migrate"])).toMatchObject([{ migrated }]);
		expect(await outcome(folder, ["migrate"])).toMatchObject([{ migrated: [] }]);
	});

	it("generates root keys", async () => {
		const [{ root_key: key = "" } = {}] = await outcome(temporaryFolder(), ["key-gen"]);
		expect(Buffer.from(key, "base64")).toHaveLength(32);
		const folder = temporaryFolder();
		await outcome(folder, ["app", "create"], { SENTC_ROOT_KEY: key });
		expect(existsSync(join(folder, ".data/root.key"))).toBe(false);
		expect(await refusal(folder, ["app", "list"], { SENTC_ROOT_KEY: "no key" })).toContain("SENTC_ROOT_KEY");
	});

	it("explains itself", async () => {
		for (const args of [["--help"], ["help"], ["app", "-h"]]) {
			const { code, output } = await run(temporaryFolder(), args);
			expect(code).toBe(0);
			for (const words of COMMANDS) expect(output).toContain(words.join(" "));
		}
	});

	it.each(COMMANDS.map((words) => [words.join(" "), words] as const))("%s explains itself", async (name, words) => {
		const folder = temporaryFolder();
		const { code, output, errors } = await run(folder, [...words, "--help"]);
		expect({ code, errors }).toEqual({ code: 0, errors: "" });
		expect(output).toContain(`sentc-api ${name}`);
		expect(existsSync(join(folder, ".data"))).toBe(false);
	});

	it.each([
		[[]],
		[["fly"]],
		[["app"]],
		[["app", "fly"]],
		[["serve", "--no"]],
		[["serve", "now"]],
		[["serve", "--port", "x"]],
		[["serve", "--port", "70000"]],
		[["serve", "--lax", "--host", "0.0.0.0"]],
		[["app", "options"]],
		[["app", "jwt-keys", "delete", "x"]],
		[["app", "list", "--port", "1"]],
		[["key-gen", "--database", "x"]],
	])("refuses %j with one sentence", async (args) => {
		await refusal(temporaryFolder(), args);
	});

	it("refuses files that it cannot use with one sentence", async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "file"), "");
		mkdirSync(join(folder, "folder"));
		await refusal(folder, ["app", "create", "--database", "file/sentc.db"]);
		await refusal(folder, ["app", "create", "--database", "folder", "--root-key-file", "root.key"]);
		await refusal(folder, ["app", "create", "--root-key-file", "folder"]);
		await refusal(folder, ["app", "create", "--root-key-file", "file/root.key"]);
	});
});
