import { listApps } from "../database/repositories/apps.js";
import { type AppOptions, LAX_APP_OPTIONS, requireOptions, toApp } from "../domain/app/app.js";
import type { Apps } from "../domain/app/apps.js";
import type { AppFilesInput } from "../domain/app/file-options.js";
import { misuse, type Run, type Settings } from "./arguments.js";
import { type Storage, withDatabase } from "./storage.js";
import { appFilesView, appView, jwtKeyView, newAppView } from "./views.js";

export const create: Run = async function* (settings, assignments) {
	const { name = "" } = settings;
	const options = readOptions(settings, assignments);
	yield await withApps(settings, "new", async (apps) => newAppView(await apps.create({ name, options })));
};

export const list: Run = async function* (settings) {
	yield* await withDatabase(settings, "existing", async ({ reads }) => (await listApps(reads)).map(toApp).map(appView));
};

export const options: Run = async function* (settings, [appId = "", ...assignments]) {
	const changes = readOptions(settings, assignments);
	yield await withApps(settings, "existing", async (apps) => {
		const changed = Object.keys(changes).length > 0;
		const app = changed ? await apps.update(appId, { options: changes }) : await apps.get(appId);
		return { app_id: app.id, options: app.options };
	});
};

export const files: Run = async function* (settings, [appId = "", ...assignments]) {
	const changes = readFiles(assignments);
	yield await withApps(settings, "existing", async (apps) => {
		const changed = Object.keys(changes).length > 0;
		return appFilesView(changed ? await apps.update(appId, { files: changes }) : await apps.get(appId));
	});
};

export const renewTokens: Run = async function* (settings, [appId = ""]) {
	yield await withApps(settings, "existing", async (apps) => {
		const { publicToken, secretToken } = await apps.renewTokens(appId);
		return { app_id: appId, public_token: publicToken, secret_token: secretToken };
	});
};

export const listJwtKeys: Run = async function* (settings, [appId = ""]) {
	yield* await withApps(settings, "existing", async (apps) => (await apps.listJwtKeys(appId)).map(jwtKeyView));
};

export const addJwtKey: Run = async function* (settings, [appId = ""]) {
	yield await withApps(settings, "existing", async (apps) => jwtKeyView(await apps.addJwtKey(appId)));
};

export const deleteJwtKey: Run = async function* (settings, [appId = "", keyId = ""]) {
	await withApps(settings, "existing", (apps) => apps.deleteJwtKey(appId, keyId));
	yield { app_id: appId, deleted_jwt_key_id: keyId };
};

/** Does what needs more than a look into the database. */
async function withApps<Result>(
	settings: Settings,
	storage: Storage,
	work: (apps: Apps) => Promise<Result>,
): Promise<Result> {
	// Cryptography takes time to load.
	const { openInstallation } = await import("../installation.js");
	return withDatabase(settings, storage, (database) =>
		work(openInstallation(database, { development: "closed", now: Date.now }).apps),
	);
}

/**
 * Reads options, each as `name=value`.
 *
 * @throws ApiStartError `CONFIG_INVALID`
 * @throws AppAdminError `OPTION_INVALID`
 */
function readOptions({ lax, options: given }: Settings, assignments: readonly string[]): Partial<AppOptions> {
	const texts = readAssignments([...given, ...assignments]);
	const read: Record<string, unknown> = Object.fromEntries(
		texts.map(([name, value]) => [name, /^(0|[1-9]\d*)$/.test(value) ? Number(value) : value]),
	);
	requireOptions(read);
	return { ...(lax && LAX_APP_OPTIONS), ...read };
}

const FILE_SETTINGS: readonly string[] = ["storage", "url", "token"] satisfies (keyof AppFilesInput)[];

/** @throws ApiStartError `CONFIG_INVALID` */
function readFiles(assignments: readonly string[]): AppFilesInput {
	const read = readAssignments(assignments);
	const unknown = read.find(([name]) => !FILE_SETTINGS.includes(name));
	if (unknown !== undefined) throw misuse(`There is no file option ${unknown[0]}, but ${FILE_SETTINGS.join(", ")}.`);
	return Object.fromEntries(read);
}

function readAssignments(texts: readonly string[]): [name: string, value: string][] {
	return texts.map((text) => {
		const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
		if (name === undefined || value === undefined) throw misuse(`"${text}" is not name=value.`);
		return [name, value];
	});
}
