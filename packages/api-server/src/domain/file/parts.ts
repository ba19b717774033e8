import { createHash } from "node:crypto";
import { watchStream } from "@sentc-ts/transport";
import { type ByteStream, type FilePartRegistered, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads, Writes } from "../../database/database.js";
import { deletePart, findPart, findPartById, insertPart } from "../../database/repositories/file-parts.js";
import { countBytes } from "../../database/repositories/file-usage.js";
import { type FileSession, findSession, setSessionEnded } from "../../database/repositories/files.js";
import { cancelRemoval, noteRemoval, type PartRemoval } from "../../database/repositories/part-removals.js";
import { reachesGroup } from "../../database/repositories/reach.js";
import { FAILURES, Failure } from "../../failure.js";
import type { PartStorage } from "../../files/storage.js";
import { isId } from "../../ids.js";
import type { App } from "../app/app.js";
import type { Services } from "../services.js";
import { type PartReader, requirePartReader, requireReaderOfParts } from "./access.js";
import type { Arrival } from "./arriving.js";
import { flagIn, sequenceIn } from "./path.js";
import { ENTRY_BYTES, type Holder, requireRoom } from "./quota.js";

/** How long after its registration the parts of a file may be uploaded, ms (protocol/files §7.3). */
const SESSION_LIFETIME = 24 * 60 * 60 * 1000;
/** When an upload that has not ended counts as abandoned, ms: no request takes as long. */
const UPLOAD_ABANDONED = 60 * 60 * 1000;

/** Where a part belongs, as the path of a request says it. */
interface PartPath {
	readonly session_id: string;
	readonly seq: string;
	readonly end: string;
}

/** Which part of which upload. */
interface Place {
	readonly app: App;
	readonly userId: string;
	readonly sessionId: string;
	readonly sequence: number;
	readonly isLast: boolean;
}

/**
 * Stores a part. The same bytes once more are a success, also after the last part: an answer may have got lost.
 *
 * @throws Failure 520, 12, 510, 511, 310, 522 · 512 when there is another part with this sequence · what the body fails with
 */
export async function uploadPart(
	services: Services,
	app: App,
	userId: string,
	path: PartPath,
	body: ReadableStream<Uint8Array>,
): Promise<void> {
	const { database, now, partStorage } = services;
	if (app.files.storage !== "own" || partStorage === undefined) refuseUpload();
	const place = placeOf(app, userId, path);
	const session = await requireSession(services, database.reads, place);
	const room = await requireRoom(database.reads, app.options, holderOf(place, session), ENTRY_BYTES);
	const partId = services.newId();
	const removal = { partId, appId: app.id, external: 0, dueAt: now() + UPLOAD_ABANDONED };
	await database.transaction((db) => noteRemoval(db, removal));
	const arrival = services.arriving.begin(room);
	let kept = false;
	try {
		const written = await write(partStorage, partId, body, arrival);
		kept = await database.transaction((db) => keepPart(services, db, place, { partId, ...written }));
	} finally {
		arrival.end();
		if (!kept) await removeNow(services, removal);
	}
}

/** Measures a part while it is stored. */
async function write(
	storage: PartStorage,
	partId: string,
	body: ReadableStream<Uint8Array>,
	arrival: Arrival,
): Promise<{ hash: string; length: number }> {
	const hash = createHash("sha256");
	let length = 0;
	const each = (chunk: Uint8Array): void => {
		arrival.add(chunk.length);
		hash.update(chunk);
		length += chunk.length;
	};
	await storage.write(partId, watchStream(body, { each }));
	return { hash: hash.digest("base64"), length };
}

interface Written {
	readonly partId: string;
	readonly hash: string;
	readonly length: number;
}

/** @returns `false` when the same part was there already */
async function keepPart(
	services: Services,
	db: Writes,
	place: Place,
	{ partId, hash, length }: Written,
): Promise<boolean> {
	const { app, sequence, isLast } = place;
	const session = await requireSession(services, db, place);
	const { fileId } = session;
	const there = await findPart(db, fileId, sequence);
	if (there !== undefined && there.hash !== hash) throw new Failure(FAILURES.PART_EXISTS);
	if (isLast) await setSessionEnded(db, fileId, true);
	if (there !== undefined) return false;
	if (!(await cancelRemoval(db, partId, services.now()))) throw new Failure(SERVER_ERRORS.FILE_PART_NOT_AVAILABLE);
	const bytes = ENTRY_BYTES + length;
	const holder = holderOf(place, session);
	await requireRoom(db, app.options, holder, bytes);
	await countBytes(db, holder, bytes);
	await insertPart(db, { id: partId, fileId, sequence, external: 0, hash }, bytes);
	return true;
}

/** What was written of a part that is not kept. */
async function removeNow({ database, fileJobs, now }: Services, removal: PartRemoval): Promise<void> {
	await database.transaction(async (db) => {
		await noteRemoval(db, { ...removal, dueAt: now() });
		await fileJobs.enqueue(db, "removeParts", removal.appId);
	});
	fileJobs.nudge();
}

/**
 * Notes a part that the app's own backend keeps. Once more, it has the same id.
 *
 * @throws Failure 520, 12, 510, 511, 310
 */
export async function registerPart(
	services: Services,
	app: App,
	{ user_id, ...path }: PartPath & { readonly user_id: string },
): Promise<FilePartRegistered> {
	if (app.files.storage !== "external") refuseUpload();
	const place = placeOf(app, user_id, path);
	return services.database.transaction(async (db) => {
		const session = await requireSession(services, db, place);
		const { fileId } = session;
		if (place.isLast) await setSessionEnded(db, fileId, true);
		const there = await findPart(db, fileId, place.sequence);
		if (there !== undefined) return { part_id: there.id };
		const part = { id: services.newId(), fileId, sequence: place.sequence, external: 1, hash: null };
		const holder = holderOf(place, session);
		await requireRoom(db, app.options, holder, ENTRY_BYTES);
		await countBytes(db, holder, ENTRY_BYTES);
		await insertPart(db, part, ENTRY_BYTES);
		return { part_id: part.id };
	});
}

/**
 * Forgets a part that the app's own backend could not keep; the upload may go on. One that is not there is no error.
 *
 * @throws Failure 520
 */
export async function dropPart({ database }: Services, app: App, partId: string): Promise<void> {
	if (app.files.storage !== "external") refuseUpload();
	await database.transaction(async (db) => {
		const found = await findPartById(db, app.id, partId);
		// A part in the storage of the API would stay there.
		if (found === undefined || found.part.external === 0) return;
		await countBytes(db, { appId: app.id, userId: found.file.owner }, -ENTRY_BYTES);
		await deletePart(db, found.part, ENTRY_BYTES);
		await setSessionEnded(db, found.file.id, false);
	});
}

/** @throws Failure 500 when this app has no such part here · 521 · what is wrong with the JWT */
export async function readPart(services: Services, reader: PartReader, partId: string): Promise<ByteStream> {
	const identity = requirePartReader(reader);
	const { reads } = services.database;
	const found = isId(partId) ? await findPartById(reads, reader.app.id, partId) : undefined;
	if (found === undefined || found.part.external !== 0) throw new Failure(SERVER_ERRORS.FILE_PART_NOT_AVAILABLE);
	await requireReaderOfParts(reads, found.file, identity);
	const bytes = await services.partStorage?.read(partId);
	if (bytes === undefined) throw new Failure(SERVER_ERRORS.FILE_PART_NOT_AVAILABLE);
	return bytes;
}

function refuseUpload(): never {
	throw new Failure(SERVER_ERRORS.FILE_UPLOAD_REFUSED);
}

function placeOf(app: App, userId: string, { session_id, seq, end }: PartPath): Place {
	return { app, userId, sessionId: session_id, sequence: sequenceIn(seq), isLast: flagIn(end) };
}

function holderOf({ app, userId }: Place, { bytes, fileId }: FileSession): Holder {
	return { appId: app.id, userId, file: { id: fileId, bytes } };
}

/**
 * A session that is open, or has ended with this part among its own. Who was removed from the group of the file may not go on.
 *
 * @throws Failure 510, 511, 310
 */
async function requireSession(
	{ now }: Services,
	db: Reads,
	{ app, userId, sessionId, sequence }: Place,
): Promise<FileSession> {
	const session = await findSession(db, app.id, sessionId);
	if (session?.owner !== userId) throw new Failure(SERVER_ERRORS.FILE_SESSION_NOT_FOUND);
	if (session.createdAt + SESSION_LIFETIME < now()) throw new Failure(SERVER_ERRORS.FILE_SESSION_EXPIRED);
	if (session.ended !== 0 && (await findPart(db, session.fileId, sequence)) === undefined) {
		throw new Failure(SERVER_ERRORS.FILE_SESSION_NOT_FOUND);
	}
	if (session.groupId !== null && !(await reachesGroup(db, session.groupId, userId))) {
		throw new Failure(SERVER_ERRORS.NO_GROUP_ACCESS);
	}
	return session;
}
