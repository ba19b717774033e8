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
import type { Reads } from "../../database/database.js";
import { type AttachedDevice, findAttachedDevice } from "../../database/repositories/devices.js";
import { findSecondFactor } from "../../database/repositories/second-factors.js";
import { FAILURES, Failure, orFail } from "../../failure.js";
import type { Services } from "../services.js";
import { openChallenge, useChallenge } from "./challenge.js";
import { requireAuthKey } from "./password.js";
import { indexOf, openColumn } from "./sealed-columns.js";
import { takeCode, useRecoveryKey } from "./second-factor.js";
import { lightSession, openSession, session } from "./session.js";

const DEFAULT_DERIVATION = "ARGON-2-SHA256";

/**
 * The salt of a device. An unknown identifier gets a salt too, always the same one, so that the answer does not tell
 * who has an account (protocol/http-api §13.1).
 */
export async function prepareLogin(services: Services, appId: string, identifier: string): Promise<PrepareLoginResult> {
	const { crypto, database, fakeSaltSecret } = services;
	const fakeRandom = createHmac("sha256", fakeSaltSecret).update(appId).digest().subarray(0, 16);
	const device = await findAttachedDevice(database.reads, appId, indexOf(services, appId, identifier));
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
	return services.database.transaction(async (db) => {
		const device = await requireDevice(services, db, appId, proof);
		if (await findSecondFactor(db, device.userId)) return "Otp";
		return { Direct: await openChallenge(services, db, device) };
	});
}

/** A challenge for whoever knows the password and a code that was not used before (protocol/http-api §13.4). */
export async function validateMfa(services: Services, appId: string, proof: SecondFactorProof): Promise<DoneLogin> {
	const challenge = await services.database.transaction(async (db) => {
		const device = await requireDevice(services, db, appId, proof);
		const accepted = await takeCode(services, db, device.userId, proof.token);
		return accepted ? openChallenge(services, db, device) : undefined;
	});
	if (challenge === undefined) throw new Failure(SERVER_ERRORS.OTP_WRONG);
	return challenge;
}

/** A challenge for whoever knows the password and a recovery key, which works once. */
export async function validateRecoveryKey(
	services: Services,
	appId: string,
	proof: SecondFactorProof,
): Promise<DoneLogin> {
	return services.database.transaction(async (db) => {
		const device = await requireDevice(services, db, appId, proof);
		await useRecoveryKey(db, device.userId, proof.token);
		return openChallenge(services, db, device);
	});
}

/** Ends a login: a session for whoever could open the challenge. */
export async function verifyLogin(
	services: Services,
	appId: string,
	proof: ChallengeProof,
): Promise<VerifyLoginResult> {
	const { device, refreshToken } = await answerChallenge(services, appId, proof);
	return session(services, device, refreshToken);
}

/** {@link verifyLogin} of a user without user keys. */
export async function verifyLightLogin(
	services: Services,
	appId: string,
	proof: ChallengeProof,
): Promise<LightSession> {
	const { device, refreshToken } = await answerChallenge(services, appId, proof);
	return lightSession(services, device, refreshToken);
}

async function answerChallenge(
	services: Services,
	appId: string,
	proof: ChallengeProof,
): Promise<{ device: AttachedDevice; refreshToken: string }> {
	return services.database.transaction(async (db) => {
		const device = await requireDevice(services, db, appId, proof);
		await useChallenge(services, db, device.id, proof.challenge);
		return { device, refreshToken: await openSession(services, db, device.id) };
	});
}

/** The device of this identifier, if the auth key fits. */
async function requireDevice(
	services: Services,
	db: Reads,
	appId: string,
	{ device_identifier, auth_key }: AuthKeyProof,
): Promise<AttachedDevice> {
	const device = await findAttachedDevice(db, appId, indexOf(services, appId, device_identifier));
	if (device === undefined) throw new Failure(FAILURES.LOGIN_USER_NOT_FOUND);
	requireAuthKey(services, device, auth_key);
	return device;
}
