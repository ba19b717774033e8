import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { type Api, createApi } from "./api.js";
import { toBase64 } from "./bytes.js";
import type { ApiConfig } from "./config.js";
import { openDatabase } from "./database/database.js";
import type { NewApp } from "./domain/app/apps.js";
import { ApiStartError } from "./errors.js";
import { listen } from "./listen.js";
import { generateRootKey, loadRootKey, parseRootKey } from "./root-key.js";

const USAGE = `sentc-api <command> [options]

  serve        starts the API and prints one line of JSON when it is ready
  app create   creates an app and prints its tokens, which are not shown again
  migrate      brings the tables of the database up to date
  key-gen      prints a new root key

  --host <name>            SENTC_HOST           127.0.0.1
  --port <number>          SENTC_PORT           3002; 0 picks a free port
  --database <file>        SENTC_DATABASE       .data/sentc.db
  --root-key-file <file>   SENTC_ROOT_KEY_FILE  .data/root.key; created together with a new database
                           SENTC_ROOT_KEY       the root key itself instead of a file, base64
  --lax                    app create: every endpoint works with the public token
  --name <text>            app create: a name for the app
`;

/** Every option with its environment variable and default. */
const OPTIONS = {
	host: { type: "string", default: process.env["SENTC_HOST"] ?? "127.0.0.1" },
	port: { type: "string", default: process.env["SENTC_PORT"] ?? "3002" },
	database: { type: "string", default: process.env["SENTC_DATABASE"] ?? ".data/sentc.db" },
	"root-key-file": { type: "string", default: process.env["SENTC_ROOT_KEY_FILE"] ?? ".data/root.key" },
	lax: { type: "boolean", default: false },
	name: { type: "string", default: "" },
	help: { type: "boolean", short: "h", default: false },
} as const;

type Settings = ReturnType<typeof readArguments>["values"];

function readArguments(args: string[]) {
	try {
		return parseArgs({ args, options: OPTIONS, allowPositionals: true });
	} catch (cause) {
		throw new ApiStartError("CONFIG_INVALID", `${(cause as Error).message}. See sentc-api --help.`, cause);
	}
}

async function main(args: string[]): Promise<void> {
	const { values, positionals } = readArguments(args);
	const command = values.help ? "help" : positionals.join(" ");
	switch (command) {
		case "help":
			process.stdout.write(USAGE);
			return;
		case "serve":
			return serve(values);
		case "app create":
			return createApp(values);
		case "migrate":
			return migrate(values);
		case "key-gen":
			print(toBase64(generateRootKey()));
			return;
		default:
			throw new ApiStartError("CONFIG_INVALID", `There is no command "${command}". See sentc-api --help.`);
	}
}

async function serve(settings: Settings): Promise<void> {
	const port = /^\d{1,5}$/.test(settings.port) ? Number(settings.port) : Number.NaN;
	if (!(port <= 65_535)) throw new ApiStartError("CONFIG_INVALID", `${settings.port} is no port.`);
	const development = isLoopback(settings.host) && process.env["NODE_ENV"] !== "production";
	const api = await open(settings, {
		developmentApp: development && {
			publicToken: process.env["SENTC_DEV_PUBLIC_TOKEN"],
			secretToken: process.env["SENTC_DEV_SECRET_TOKEN"],
		},
	});
	if ((await api.apps.list()).length === 0) {
		await api.close();
		throw new ApiStartError("NO_APP", "There is no app yet: create one with `sentc-api app create`.");
	}
	const server = await listen(api, { host: settings.host, port }).catch(async (error: unknown) => {
		await api.close();
		throw error;
	});
	for (const signal of ["SIGTERM", "SIGINT"] as const) {
		process.once(signal, () => void server.close().then(() => api.close()));
	}
	print(JSON.stringify({ url: server.url, ...(api.developmentApp && appView(api.developmentApp)) }));
}

async function createApp(settings: Settings): Promise<void> {
	const api = await open(settings, {});
	const app = await api.apps.create({ name: settings.name, ...(settings.lax && { options: LAX_OPTIONS }) });
	print(JSON.stringify(appView(app)));
	await api.close();
}

async function migrate(settings: Settings): Promise<void> {
	rootKeyOf(settings);
	const database = await openDatabase(settings.database);
	print(JSON.stringify({ database: settings.database, migrated: database.migrated }));
	await database.close();
}

function open(settings: Settings, config: Pick<ApiConfig, "developmentApp">): Promise<Api> {
	return createApi({ ...config, database: settings.database, rootKey: rootKeyOf(settings) });
}

/** Also makes the folder of a new database. */
function rootKeyOf({ database, "root-key-file": file }: Settings): Uint8Array {
	const text = process.env["SENTC_ROOT_KEY"];
	const rootKey = text === undefined ? loadRootKey({ file, database }) : parseRootKey(text, "SENTC_ROOT_KEY");
	mkdirSync(dirname(database), { recursive: true, mode: 0o700 });
	return rootKey;
}

function isLoopback(host: string): boolean {
	return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

const appView = (app: NewApp): object => ({
	app_id: app.appId,
	public_token: app.publicToken,
	secret_token: app.secretToken,
	jwt_key_id: app.jwtKeyId,
	jwt_verify_key: app.jwtVerifyKey,
});

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
	process.exitCode = error instanceof ApiStartError ? 2 : 1;
	process.stderr.write(`${error instanceof ApiStartError ? error.message : String(error)}\n`);
});
