import { APP_TOKEN_HEADER } from "@sentc-ts/transport/contract";
import type { Database } from "../database/database.js";
import { fileTokenCell, findApp } from "../database/repositories/apps.js";
import { deferRemovals, deleteRemovals, listDueRemovals } from "../database/repositories/part-removals.js";
import type { PartStorage } from "../files/storage.js";
import type { JobStep } from "./runner.js";

interface RemovalOptions {
	readonly database: Database;
	/** Absent: what is to be removed waits until there is one again. */
	readonly storage: PartStorage | undefined;
	/** The clock, ms. */
	readonly now: () => number;
}

/** Most parts that one step removes from the storage of the API. */
const BATCH = 100;
/** How many of them at the same time. */
const SIDE_BY_SIDE = 8;
/** After how long a part is tried again that could not be removed, ms: the others come first. */
const RETRY = 10 * 60_000;

/**
 * Removes deleted parts of an app from the storage of the API. What was removed is noted afterwards: a step that is repeated removes
 * what is not there.
 */
export function createRemovalStep({ database, storage, now }: RemovalOptions): JobStep {
	return async (appId) => {
		if (storage === undefined) return "done";
		const partIds = await listDueRemovals(database.reads, { appId, external: false }, { now: now(), most: BATCH });
		const failed = new Map<string, unknown>();
		const waiting = [...partIds];
		const removeSome = async (): Promise<void> => {
			for (let partId = waiting.pop(); partId !== undefined; partId = waiting.pop()) {
				const id = partId;
				await storage.remove(id).catch((error: unknown) => failed.set(id, error));
			}
		};
		await Promise.all(Array.from({ length: SIDE_BY_SIDE }, removeSome));
		await database.transaction(async (db) => {
			await deleteRemovals(
				db,
				partIds.filter((id) => !failed.has(id)),
			);
			await deferRemovals(db, [...failed.keys()], now() + RETRY);
		});
		for (const error of failed.values()) throw error;
		return partIds.length === BATCH ? "more" : "done";
	};
}

/** Most ids in one request (protocol/files §8.4). */
const ANNOUNCED_AT_ONCE = 500;
/** How long an own backend may take, ms: well below the lease of a job. */
const CALLBACK_TIMEOUT = 10_000;

/**
 * Tells the own backend of an app which parts were deleted (protocol/files §8.4), until it has answered with a status of success: it
 * may hear of a part twice, and never of none. An app that has no such backend any more is left in peace; what it was not told waits.
 */
export function createAnnouncementStep({ database, now }: Omit<RemovalOptions, "storage">): JobStep {
	return async (appId) => {
		const app = await findApp(database.reads, appId);
		if (app === undefined || app.fileStorageUrl === null) return "done";
		const which = { now: now(), most: ANNOUNCED_AT_ONCE };
		const partIds = await listDueRemovals(database.reads, { appId, external: true }, which);
		if (partIds.length === 0) return "done";
		const { sealedFileToken } = app;
		const token = sealedFileToken === null ? null : database.vault.open(fileTokenCell(appId), sealedFileToken);
		await announce(app.fileStorageUrl, token, partIds);
		await database.transaction((db) => deleteRemovals(db, partIds));
		return partIds.length === ANNOUNCED_AT_ONCE ? "more" : "done";
	};
}

/** @throws Error with the status alone */
async function announce(url: string, token: string | null, partIds: readonly string[]): Promise<void> {
	const response = await fetch(url, {
		method: "POST",
		headers: token === null ? {} : { [APP_TOKEN_HEADER]: token },
		// As bytes it has no content type, as at the reference.
		body: new TextEncoder().encode(JSON.stringify(partIds)),
		signal: AbortSignal.timeout(CALLBACK_TIMEOUT),
		// The token is for this server alone.
		redirect: "error",
	});
	await response.body?.cancel();
	if (!response.ok) throw new Error(`An own backend answered ${response.status} to the ids of deleted parts`);
}
