import { readFile, writeFile } from "node:fs/promises";
import type { Api, NewApp } from "@sentc-ts/api-server";

/**
 * An app with tokens of its own. The API shows them once, so they are kept in a file for the next start; as in a real backend, whoever
 * reads that file speaks for the app.
 */
export async function keptApp(apps: Api["apps"], file: string): Promise<NewApp> {
	const kept = await readKept(file);
	if (kept && (await apps.list()).some(({ id }) => id === kept.appId)) return kept;
	const app = await apps.create({ name: "own-backend", files: { storage: "own" } });
	await writeFile(file, JSON.stringify(app), { mode: 0o600 });
	return app;
}

async function readKept(file: string): Promise<NewApp | undefined> {
	try {
		return JSON.parse(await readFile(file, "utf8"));
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
		throw new Error(`${file} can't be read: delete it for an app with new tokens.`, { cause: error });
	}
}
