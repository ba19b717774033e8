import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { toBase64 } from "../bytes.js";
import { openDatabase } from "../database/database.js";
import { generateRootKey } from "../root-key.js";
import type { Commands, OptionName } from "./arguments.js";
import { readAssignments } from "./assignments.js";
import { serve } from "./serve.js";
import { prepareStorage, withApi } from "./storage.js";
import { appView, jwtKeyView, newAppView } from "./views.js";

const STORAGE: readonly OptionName[] = ["database", "root-key-file"];
const LIMITS: readonly OptionName[] = ["rate-limit-burst", "rate-limit-per-second", "no-rate-limits", "trusted-proxy"];
const ASSIGNMENTS = "name=value…";

/** Every command of `sentc-api`, by the words that call it. */
export const COMMANDS: Commands = {
	serve: {
		summary: "starts the API; prints its URL, and the tokens of the development app, when it is ready",
		operands: [],
		options: ["host", "port", "keep-alive-seconds", ...STORAGE, "session-days", ...LIMITS],
		run: serve,
	},
	"app create": {
		summary: "creates an app; its tokens are not shown again",
		operands: [ASSIGNMENTS],
		options: ["name", "lax", "options", ...STORAGE],
		async *run(settings, assignments) {
			const { name = "", lax } = settings;
			const options = { ...(lax && LAX_OPTIONS), ...readAssignments([...settings.options, ...assignments]) };
			yield await withApi(settings, "new", async ({ apps }) => newAppView(await apps.create({ name, options })));
		},
	},
	"app list": {
		summary: "lists the apps, oldest first",
		operands: [],
		options: STORAGE,
		async *run(settings) {
			yield* await withApi(settings, "existing", async ({ apps }) => (await apps.list()).map(appView));
		},
	},
	"app options": {
		summary: "shows the endpoint options of an app, after changing those that are given",
		operands: ["app_id", ASSIGNMENTS],
		options: ["lax", "options", ...STORAGE],
		async *run(settings, [appId = "", ...assignments]) {
			const changes = { ...(settings.lax && LAX_OPTIONS), ...readAssignments([...settings.options, ...assignments]) };
			yield await withApi(settings, "existing", async ({ apps }) => {
				const changed = Object.keys(changes).length > 0;
				const app = changed ? await apps.update(appId, { options: changes }) : await apps.get(appId);
				return { app_id: app.id, options: app.options };
			});
		},
	},
	"app tokens renew": {
		summary: "replaces both tokens of an app; the old ones stop working, the new ones are not shown again",
		operands: ["app_id"],
		options: STORAGE,
		async *run(settings, [appId = ""]) {
			yield await withApi(settings, "existing", async ({ apps }) => {
				const { publicToken, secretToken } = await apps.renewTokens(appId);
				return { app_id: appId, public_token: publicToken, secret_token: secretToken };
			});
		},
	},
	"app jwt-keys list": {
		summary: "lists the keys that verify the JWTs of an app, newest first; the newest one signs",
		operands: ["app_id"],
		options: STORAGE,
		async *run(settings, [appId = ""]) {
			yield* await withApi(settings, "existing", async ({ apps }) => (await apps.listJwtKeys(appId)).map(jwtKeyView));
		},
	},
	"app jwt-keys add": {
		summary: "gives an app a new key, which signs its JWTs from now on",
		operands: ["app_id"],
		options: STORAGE,
		async *run(settings, [appId = ""]) {
			yield await withApi(settings, "existing", async ({ apps }) => jwtKeyView(await apps.addJwtKey(appId)));
		},
	},
	"app jwt-keys delete": {
		summary: "removes a key; the JWTs that it signed are refused from now on",
		operands: ["app_id", "jwt_key_id"],
		options: STORAGE,
		async *run(settings, [appId = "", keyId = ""]) {
			await withApi(settings, "existing", ({ apps }) => apps.deleteJwtKey(appId, keyId));
			yield { app_id: appId, deleted_jwt_key_id: keyId };
		},
	},
	migrate: {
		summary: "brings the tables of the database up to date",
		operands: [],
		options: STORAGE,
		async *run(settings) {
			prepareStorage(settings, "new");
			const database = await openDatabase(settings.database);
			yield { database: settings.database, migrated: database.migrated };
			await database.close();
		},
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
