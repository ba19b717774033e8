import { createHmac } from "node:crypto";
import type { DoneLogin, LoginChallengeResult, PrepareLoginResult } from "@sentc-ts/core-crypto/wire";
import {
	type AuthKeyProof,
	type ChallengeProof,
	type LightSession,
	SERVER_ERRORS,
	type SecondFactorProof,
	type VerifyLoginResult,
} from "@sentc-ts/transport/contract";
import { toBase64 } from "../../bytes.js";
import type { Writes } from "../../database/database.js";
import {
	findAttachedDeviceById,
	findDerivation,
	findKnownDevice,
	findKnownDeviceById,
	type KnownDevice,
} from "../../database/repositories/devices.js";
import { FAILURES, Failure, orFail } from "../../failure.js";
import type { App } from "../app/app.js";
import type { Services } from "../services.js";
import { makeChallenge, openChallenge, useChallenge } from "./challenge.js";
import { requireAuthKey } from "./password.js";
import { type OpenSession, openSession } from "./refresh-token.js";
import { indexOf, openColumn } from "./sealed-columns.js";
import { takeCode, useRecoveryKey } from "./second-factor.js";
import { lightSession, session } from "./session.js";

const DEFAULT_DERIVATION = "ARGON-2-SHA256";

/**
 * The salt of a device. An unknown identifier gets a salt too, always the same one, so that the answer does not tell
 * who has an account (protocol/http-api §13.1).
 */
export async function prepareLogin(services: Services, appId: string, identifier: string): Promise<PrepareLoginResult> {
	const { crypto, database, fakeSaltSecret } = services;
	const fakeRandom = createHmac("sha256", fakeSaltSecret).update(appId).digest().subarray(0, 16);
	const device = await findDerivation(database.reads, appId, indexOf(services, appId, identifier));
	const [clientRandomValue, addString] =
		device === undefined
			? [toBase64(fakeRandom), identifier]
			: [openColumn(services, device, "sealedClientRandomValue"), ""];
	return {
		salt_string: orFail(SERVER_ERRORS.SALT_FAILED, () => crypto.createSalt({ clientRandomValue, addString })),
		derived_encryption_key_alg: device?.derivedAlg ?? DEFAULT_DERIVATION,
	};
}

/** A challenge for whoever knows the password, unless the user has a second factor. */
export async function doneLogin(services: Services, appId: string, proof: AuthKeyProof): Promise<LoginChallengeResult> {
	const device = await requireDevice(services, appId, proof);
	if (device.secondFactorSince !== null) return "Otp";
	const challenge = await newChallenge(services, device);
	return services.database.transaction(async (db) => {
		const { secondFactorSince } = await requireUnchanged(db, device);
		return secondFactorSince === null ? { Direct: await openChallenge(services, db, challenge) } : "Otp";
	});
}

/** A challenge for whoever knows the password and a code that counts (protocol/http-api §13.4). */
export async function validateMfa(services: Services, app: App, proof: SecondFactorProof): Promise<DoneLogin> {
	const device = await requireDevice(services, app.id, proof);
	const challenge = await newChallenge(services, device);
	const outcome = await services.database.transaction(async (db) => {
		await requireUnchanged(db, device);
		const reuse = app.options.otp_reuse === 1;
		const result = await takeCode(services, db, device.userId, { code: proof.token, reuse });
		return result === "accepted" ? openChallenge(services, db, challenge) : result;
	});
	// A refusal inside the transaction would take back that a failure was counted.
	if (typeof outcome !== "string") return outcome;
	throw new Failure(outcome === "used" ? FAILURES.OTP_USED : SERVER_ERRORS.OTP_WRONG);
}

/** A challenge for whoever knows the password and a recovery key, which works once. */
export async function validateRecoveryKey(
	services: Services,
	appId: string,
	proof: SecondFactorProof,
): Promise<DoneLogin> {
	const device = await requireDevice(services, appId, proof);
	const challenge = await newChallenge(services, device);
	return services.database.transaction(async (db) => {
		await requireUnchanged(db, device);
		await useRecoveryKey(db, device.userId, proof.token);
		return openChallenge(services, db, challenge);
	});
}

/** Ends a login: a session for whoever could open the challenge. */
export async function verifyLogin(
	services: Services,
	appId: string,
	proof: ChallengeProof,
): Promise<VerifyLoginResult> {
	const { device, opened } = await answerChallenge(services, appId, proof);
	return session(services, device, opened);
}

/** {@link verifyLogin} of a user without user keys. */
export async function verifyLightLogin(
	services: Services,
	appId: string,
	proof: ChallengeProof,
): Promise<LightSession> {
	const { device, opened } = await answerChallenge(services, appId, proof);
	return lightSession(services, device, opened);
}

async function answerChallenge(
	services: Services,
	appId: string,
	{ challenge, ...proof }: ChallengeProof,
): Promise<{ device: KnownDevice; opened: OpenSession }> {
	const device = await requireDevice(services, appId, proof);
	return services.database.transaction(async (db) => {
		await requireUnchanged(db, device);
		await useChallenge(services, db, device.id, challenge);
		return { device, opened: await openSession(services, db, device.id) };
	});
}

/** The device of this identifier, if the auth key fits. */
async function requireDevice(
	services: Services,
	appId: string,
	{ device_identifier, auth_key }: AuthKeyProof,
): Promise<KnownDevice> {
	const device = await findKnownDevice(services.database.reads, appId, indexOf(services, appId, device_identifier));
	if (device === undefined) throw new Failure(FAILURES.LOGIN_USER_NOT_FOUND);
	requireAuthKey(services, device, auth_key);
	return device;
}

/** With what the device has now: {@link requireUnchanged} has to follow in the transaction. */
async function newChallenge(services: Services, { id }: KnownDevice): Promise<ReturnType<typeof makeChallenge>> {
	const device = await findAttachedDeviceById(services.database.reads, id);
	if (device === undefined) throw new Failure(FAILURES.LOGIN_USER_NOT_FOUND);
	return makeChallenge(services, device);
}

/**
 * Nobody waits while a password is checked or a challenge made; so is the device still there, and the password the same one?
 *
 * @throws Failure 100, 112
 */
async function requireUnchanged(db: Writes, device: KnownDevice): Promise<KnownDevice> {
	const now = await findKnownDeviceById(db, device.id);
	if (now === undefined) throw new Failure(FAILURES.LOGIN_USER_NOT_FOUND);
	const same = now.sealedHashedAuthenticationKey === device.sealedHashedAuthenticationKey;
	if (!same || now.userId !== device.userId) throw new Failure(SERVER_ERRORS.LOGIN_REFUSED);
	return now;
}
