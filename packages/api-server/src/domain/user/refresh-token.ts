import { createHmac, randomBytes } from "node:crypto";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { hash, randomToken, toBase64 } from "../../bytes.js";
import type { Reads, Writes } from "../../database/database.js";
import {
	deleteExpiredSessions,
	deleteSession,
	type Expiry,
	findSessionByFamily,
	findSessionByToken,
	insertSession,
	type SessionRow,
	updateSession,
} from "../../database/repositories/sessions.js";
import { Failure } from "../../failure.js";
import type { Cell } from "../../vault.js";
import type { Services } from "../services.js";

// A refresh token that changes is found by what all tokens of its session begin with. What follows comes from the token before
// and a secret of the session, so that a change that is asked for twice has one result, and no token has to be stored.

/** Characters that all refresh tokens of a session begin with: 132 bits. */
const FAMILY_LENGTH = 22;
const TOKEN_LENGTH = 67;
const SALT_BYTES = 32;

/** How long the token before still counts, ms: for an answer that was lost, or a second tab. */
const GRACE = 30_000;

/** How exactly the last use of a refresh token is remembered, ms: not every refresh has to write. */
const USE_PRECISION = 60 * 60 * 1000;

/** A session and the refresh token that counts. */
export interface OpenSession {
	readonly id: string;
	readonly refreshToken: string;
}

/** A refresh token, and the device that its JWT names. */
interface Presented {
	readonly deviceId: string;
	readonly token: string;
}

/** What a presented token leads to. */
interface Outcome {
	/** Absent = the token is refused. */
	readonly session?: OpenSession;
	/** What has to be stored. */
	readonly write?: (db: Writes) => Promise<void>;
}

const saltCell = (id: string): Cell => ({ table: "sessions", row: id, column: "sealedSalt" });

const familyOf = (token: string): string => token.slice(0, FAMILY_LENGTH);

/** Begins a session of a device. */
export async function openSession(services: Services, db: Writes, deviceId: string): Promise<OpenSession> {
	const session = { id: services.newId(), refreshToken: randomToken() };
	const now = services.now();
	await insertSession(db, {
		id: session.id,
		deviceId,
		tokenHash: hash(session.refreshToken),
		createdAt: now,
		usedAt: now,
	});
	return session;
}

/**
 * Accepts a refresh token, and replaces it if that is asked for.
 *
 * @throws Failure 114, also for a token that was replaced before: it was stolen, or the one after it was, so the session ends
 */
export async function useRefreshToken(
	services: Services,
	presented: Presented,
	rotate: boolean | undefined,
): Promise<OpenSession> {
	const { database } = services;
	let outcome = await examine(services, database.reads, presented, rotate);
	if (outcome.write) {
		outcome = await database.transaction(async (db) => {
			// Another request may have been faster.
			const current = await examine(services, db, presented, rotate);
			await current.write?.(db);
			return current;
		});
	}
	// A refusal inside the transaction would take back that the session ended.
	if (outcome.session === undefined) throw new Failure(SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
	return outcome.session;
}

/** Ends the session of a refresh token, be it the current one or one before; a session that has ended already stays so. */
export async function endSession({ database }: Services, presented: Presented): Promise<void> {
	await database.transaction(async (db) => {
		const session = await findByToken(db, presented);
		if (session) await deleteSession(db, session.id);
	});
}

/** A session that was last used, or began, before these times has expired. */
export function expiryOf({ now, refreshTokenLifetime, sessionMaxAge }: Services): Expiry {
	return {
		usedBefore: Math.max(0, now() - refreshTokenLifetime),
		begunBefore: Math.max(0, now() - sessionMaxAge),
	};
}

/** Removes the sessions that have expired, of all devices: they count no more in any case. */
export async function forgetExpiredSessions(services: Services, db: Writes): Promise<void> {
	await deleteExpiredSessions(db, expiryOf(services));
}

async function findByToken(db: Reads, { deviceId, token }: Presented): Promise<SessionRow | undefined> {
	return (
		(await findSessionByToken(db, deviceId, hash(token))) ??
		(await findSessionByFamily(db, deviceId, hash(familyOf(token))))
	);
}

async function examine(
	services: Services,
	db: Reads,
	presented: Presented,
	rotate: boolean | undefined,
): Promise<Outcome> {
	const session = await findByToken(db, presented);
	if (session === undefined || hasExpired(services, session)) return {};
	const { id, tokenHash, previousTokenHash, sealedSalt, rotatedAt } = session;
	const { token } = presented;
	const presentedHash = hash(token);
	// No token is replaced so soon: the one before it is always the direct one.
	const isNew = rotatedAt !== null && services.now() - rotatedAt <= GRACE;
	if (presentedHash === tokenHash) {
		return rotate && !isNew ? replace(services, session, token) : keep(services, session, token);
	}
	if (presentedHash !== previousTokenHash || sealedSalt === null || !isNew) {
		return { write: (transaction) => deleteSession(transaction, id) };
	}
	const salt = services.database.vault.open(saltCell(id), sealedSalt);
	return { session: { id, refreshToken: successorOf(token, salt) } };
}

function keep({ now, refreshTokenLifetime }: Services, { id, usedAt }: SessionRow, refreshToken: string): Outcome {
	const session = { id, refreshToken };
	if (now() - usedAt < Math.min(USE_PRECISION, refreshTokenLifetime / 10)) return { session };
	return { session, write: (db) => updateSession(db, id, { usedAt: now() }) };
}

function replace({ database, now }: Services, { id, tokenHash }: SessionRow, token: string): Outcome {
	const salt = toBase64(randomBytes(SALT_BYTES));
	const refreshToken = successorOf(token, salt);
	const changes = {
		tokenHash: hash(refreshToken),
		familyHash: hash(familyOf(token)),
		previousTokenHash: tokenHash,
		sealedSalt: database.vault.seal(saltCell(id), salt),
		rotatedAt: now(),
		usedAt: now(),
	};
	return { session: { id, refreshToken }, write: (db) => updateSession(db, id, changes) };
}

/** @param salt base64 */
function successorOf(token: string, salt: string): string {
	const rest = createHmac("sha512", Buffer.from(salt, "base64")).update(token).digest("base64url");
	return familyOf(token) + rest.slice(0, TOKEN_LENGTH - FAMILY_LENGTH);
}

function hasExpired(services: Services, { createdAt, usedAt }: SessionRow): boolean {
	const { usedBefore, begunBefore } = expiryOf(services);
	return usedAt < usedBefore || createdAt < begunBefore;
}
