import { type OtpRegistration, type RecoveryKeys, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { hash } from "../../bytes.js";
import type { Writes } from "../../database/database.js";
import { deleteChallenges } from "../../database/repositories/challenges.js";
import {
	clearFailures,
	deleteRecoveryKeys,
	deleteSecondFactor,
	findSecondFactor,
	insertRecoveryKeys,
	listRecoveryKeys,
	recordFailure,
	replaceSecondFactor,
	takeRecoveryKey,
	takeStep,
} from "../../database/repositories/second-factors.js";
import { Failure } from "../../failure.js";
import { type Cell, SealBroken } from "../../vault.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";
import { randomSecret, stepOf } from "./totp.js";

const secretCell = (userId: string): Cell => ({ table: "secondFactors", row: userId, column: "sealedSecret" });
const recoveryKeyCell = (id: string): Cell => ({ table: "recoveryKeys", row: id, column: "sealedKey" });

const ALGORITHM = "totp_sha256";
const RECOVERY_KEYS = 6;

/** Wrong codes in a row that cost nothing but themselves. */
const FREE_FAILURES = 5;
/** Wait after the last free failure, ms; doubles with each further one. */
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 60 * 60_000;

/**
 * Activates the second factor of a user. A new secret replaces an earlier one; earlier recovery keys stay valid.
 *
 * @throws Failure 113 when there is one already and the JWT was not issued by a login: a stolen session must not be enough
 */
export async function registerSecondFactor(services: Services, { userId, fresh }: Identity): Promise<OtpRegistration> {
	return services.database.transaction(async (db) => {
		if (!fresh && (await findSecondFactor(db, userId))) throw new Failure(SERVER_ERRORS.JWT_NOT_FRESH);
		return storeSecondFactor(services, db, userId);
	});
}

/** A new second factor; earlier recovery keys are not valid any more. */
export async function resetSecondFactor(services: Services, userId: string): Promise<OtpRegistration> {
	return services.database.transaction(async (db) => {
		await deleteRecoveryKeys(db, userId);
		return storeSecondFactor(services, db, userId);
	});
}

export async function disableSecondFactor({ database }: Services, userId: string): Promise<void> {
	await database.transaction((db) => removeSecondFactor(db, userId));
}

/** {@link disableSecondFactor} as part of a transaction. */
export async function removeSecondFactor(db: Writes, userId: string): Promise<void> {
	await deleteSecondFactor(db, userId);
	await deleteRecoveryKeys(db, userId);
}

/** The recovery keys that were not used yet, in clear. */
export async function readRecoveryKeys(services: Services, userId: string): Promise<RecoveryKeys> {
	const keys = await listRecoveryKeys(services.database.reads, userId);
	return { keys: keys.map(({ id, sealedKey }) => openSealed(services, recoveryKeyCell(id), sealedKey)) };
}

async function storeSecondFactor(
	{ database: { vault }, newId, now }: Services,
	db: Writes,
	userId: string,
): Promise<OtpRegistration> {
	const secret = randomSecret();
	const recover = Array.from({ length: RECOVERY_KEYS }, randomSecret);
	const createdAt = now();
	await replaceSecondFactor(db, {
		userId,
		sealedSecret: vault.seal(secretCell(userId), secret),
		lastStep: 0,
		failures: 0,
		lastFailureAt: 0,
		createdAt,
	});
	await insertRecoveryKeys(
		db,
		recover.map((key) => {
			const id = newId();
			return { id, userId, sealedKey: vault.seal(recoveryKeyCell(id), key), keyHash: hash(key), createdAt };
		}),
	);
	// A login that has begun without a second factor must not end without it.
	await deleteChallenges(db, { userId });
	return { secret, alg: ALGORITHM, recover };
}

/** What came of a code. */
export type CodeResult = "accepted" | "used" | "wrong";

/**
 * Accepts a code at most once, unless `reuse` says otherwise. A wrong one is counted: commit also then. One that is right but was
 * used, or is older than one that was, is neither accepted nor counted.
 *
 * @throws Failure 901 without a second factor, 429 when an attempt has to wait
 */
export async function takeCode(
	services: Services,
	db: Writes,
	userId: string,
	{ code, reuse }: { code: string; reuse: boolean },
): Promise<CodeResult> {
	const secondFactor = await findSecondFactor(db, userId);
	if (secondFactor === undefined) throw new Failure(SERVER_ERRORS.OTP_NOT_ENABLED);
	const now = services.now();
	// A failure of the future: the clock was set back.
	const waited = Math.abs(now - secondFactor.lastFailureAt);
	const wait = waitAfter(secondFactor.failures) - waited;
	if (wait > 0) throw new Failure(SERVER_ERRORS.TOO_MANY_REQUESTS, Math.ceil(wait / 1000));
	const step = stepOf(openSealed(services, secretCell(userId), secondFactor.sealedSecret), code, now);
	if (step === undefined) {
		await recordFailure(db, userId, now);
		return "wrong";
	}
	if (await takeStep(db, userId, step)) return "accepted";
	if (!reuse) return "used";
	await clearFailures(db, userId);
	return "accepted";
}

/** @throws Failure 901 when the user has no such recovery key (any more) */
export async function useRecoveryKey(db: Writes, userId: string, key: string): Promise<void> {
	if (!(await takeRecoveryKey(db, userId, hash(key)))) throw new Failure(SERVER_ERRORS.OTP_NOT_ENABLED);
}

/** ms */
function waitAfter(failures: number): number {
	return failures < FREE_FAILURES ? 0 : Math.min(FIRST_WAIT * 2 ** (failures - FREE_FAILURES), LONGEST_WAIT);
}

/** @throws Failure 900 when it was changed in the database */
function openSealed({ database }: Services, cell: Cell, sealed: string): string {
	try {
		return database.vault.open(cell, sealed);
	} catch (cause) {
		if (cause instanceof SealBroken) throw new Failure(SERVER_ERRORS.OTP_SECRET_UNUSABLE);
		throw cause;
	}
}
