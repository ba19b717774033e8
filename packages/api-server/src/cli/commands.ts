import { toBase64 } from "../bytes.js";
import { generateRootKey } from "../root-key.js";
import type { Commands, OptionName, Run } from "./arguments.js";

const STORAGE: readonly OptionName[] = ["database", "root-key-file"];
const LIMITS: readonly OptionName[] = ["rate-limit-burst", "rate-limit-per-second", "no-rate-limits", "trusted-proxy"];
const ASSIGNMENTS = "name=value…";

/** Loads the code of a command when it is called: help needs no database, and a list of apps no HTTP. */
function load<Module>(module: () => Promise<Module>, run: (module: Module) => Run): Run {
	return async function* (settings, operands) {
		yield* run(await module())(settings, operands);
	};
}

const apps = () => import("./apps.js");

/** Every command of `sentc-api`, by the words that call it. */
export const COMMANDS: Commands = {
	serve: {
		summary: "starts the API; prints its URL, and the tokens of the development app, when it is ready",
		operands: [],
		options: [
			...(["host", "port", "keep-alive-seconds", "lax"] as const),
			...STORAGE,
			...(["files", "session-days", "session-max-days"] as const),
			...LIMITS,
		],
		run: load(
			() => import("./serve.js"),
			({ serve }) => serve,
		),
	},
	"app create": {
		summary: "creates an app; its tokens are not shown again",
		operands: [ASSIGNMENTS],
		options: ["name", "lax", "options", ...STORAGE],
		run: load(apps, ({ create }) => create),
	},
	"app list": {
		summary: "lists the apps, oldest first",
		operands: [],
		options: STORAGE,
		run: load(apps, ({ list }) => list),
	},
	"app options": {
		summary: "shows the options of an app, after changing those that are given",
		operands: ["app_id", ASSIGNMENTS],
		options: ["lax", "options", ...STORAGE],
		run: load(apps, ({ options }) => options),
	},
	"app files": {
		summary: "shows where the parts of an app's files are, after changing it: storage=off|own|external url=… token=…",
		operands: ["app_id", ASSIGNMENTS],
		options: STORAGE,
		run: load(apps, ({ files }) => files),
	},
	"app tokens renew": {
		summary: "replaces both tokens of an app; the old ones stop working, the new ones are not shown again",
		operands: ["app_id"],
		options: STORAGE,
		run: load(apps, ({ renewTokens }) => renewTokens),
	},
	"app jwt-keys list": {
		summary: "lists the keys that verify the JWTs of an app, newest first; the newest one signs",
		operands: ["app_id"],
		options: STORAGE,
		run: load(apps, ({ listJwtKeys }) => listJwtKeys),
	},
	"app jwt-keys add": {
		summary: "gives an app a new key, which signs its JWTs from now on",
		operands: ["app_id"],
		options: STORAGE,
		run: load(apps, ({ addJwtKey }) => addJwtKey),
	},
	"app jwt-keys delete": {
		summary: "removes a key; the JWTs that it signed are refused from now on",
		operands: ["app_id", "jwt_key_id"],
		options: STORAGE,
		run: load(apps, ({ deleteJwtKey }) => deleteJwtKey),
	},
	migrate: {
		summary: "brings the tables of the database up to date",
		operands: [],
		options: STORAGE,
		run: load(
			() => import("./storage.js"),
			({ migrate }) => migrate,
		),
	},
	"root-key rotate": {
		summary: "gives the database a new root key, in a file; the one before opens older copies of the database only",
		operands: [],
		options: STORAGE,
		run: load(
			() => import("./root-key.js"),
			({ rotate }) => rotate,
		),
	},
	"key-gen": {
		summary: "makes a root key, for SENTC_ROOT_KEY or a root key file",
		operands: [],
		options: [],
		async *run() {
			yield { root_key: toBase64(generateRootKey()) };
		},
	},
};
