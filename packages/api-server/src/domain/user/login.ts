import { createHmac } from "node:crypto";
import { isSentcError } from "@sentc-ts/core-crypto";
import type { DeviceKeys, LoginChallengeResult, PrepareLoginResult } from "@sentc-ts/core-crypto/wire";
import {
	type AuthKeyProof,
	type ChallengeProof,
	SERVER_ERRORS,
	type ServerError,
	type VerifyLoginResult,
} from "@sentc-ts/transport/contract";
import { hash, randomToken, toBase64 } from "../../bytes.js";
import { listMemberKeys, listSearchKeys } from "../../database/repositories/keys.js";
import {
	challengeExists,
	deleteChallenges,
	deleteChallengesBefore,
	insertChallenge,
	insertRefreshToken,
} from "../../database/repositories/sessions.js";
import { type AttachedDevice, findAttachedDevice } from "../../database/repositories/users.js";
import { Failure } from "../failure.js";
import { groupKeyView, hmacKeyView } from "../group/key-view.js";
import { issueJwt } from "../jwt/tokens.js";
import type { Services } from "../services.js";

/** How long a login challenge can be answered, ms. */
const CHALLENGE_LIFETIME = 5 * 60 * 1000;
const DEFAULT_DERIVATION = "ARGON-2-SHA256";

/**
 * The salt of a device. An unknown identifier gets a salt too, always the same one, so that the answer does not tell
 * who has an account (spec http-api §13.1).
 */
export async function prepareLogin(
	{ crypto, database, fakeSaltSecret }: Services,
	appId: string,
	identifier: string,
): Promise<PrepareLoginResult> {
	const fakeRandom = createHmac("sha256", fakeSaltSecret).update(appId).digest().subarray(0, 16);
	const device = await findAttachedDevice(database.reads, appId, hash(identifier));
	const [clientRandomValue, addString] =
		device === undefined ? [toBase64(fakeRandom), identifier] : [device.clientRandomValue, ""];
	return {
		salt_string: orFail(SERVER_ERRORS.SALT_FAILED, () => crypto.createSalt({ clientRandomValue, addString })),
		derived_encryption_key_alg: device?.derivedAlg ?? DEFAULT_DERIVATION,
	};
}

/** Hands out the keys of a device and a challenge that only its private key can open (spec http-api §13.3). */
export async function doneLogin(services: Services, appId: string, proof: AuthKeyProof): Promise<LoginChallengeResult> {
	const { crypto, database, now } = services;
	const device = await requireDevice(services, appId, proof);
	const challenge = randomToken();
	const encrypted = orFail(SERVER_ERRORS.PUBLIC_KEY_UNUSABLE, () =>
		crypto.createLoginChallenge({
			publicKeyString: device.publicKey,
			algorithm: device.keypairEncryptAlg,
			challenge,
		}),
	);
	await database.transaction(async (db) => {
		await deleteChallengesBefore(db, device.id, now() - CHALLENGE_LIFETIME);
		await insertChallenge(db, { deviceId: device.id, challengeHash: hash(challenge), createdAt: now() });
	});
	return { Direct: { device_keys: deviceKeysView(device), challenge: encrypted } };
}

/** Ends a login: a session for whoever could open the challenge. A challenge works once. */
export async function verifyLogin(
	services: Services,
	appId: string,
	proof: ChallengeProof,
): Promise<VerifyLoginResult> {
	const { database, now } = services;
	const device = await requireDevice(services, appId, proof);
	const refreshToken = randomToken();
	await database.transaction(async (db) => {
		const open = await challengeExists(db, {
			deviceId: device.id,
			challengeHash: hash(proof.challenge),
			since: now() - CHALLENGE_LIFETIME,
		});
		if (!open) throw new Failure(SERVER_ERRORS.LOGIN_REFUSED);
		await deleteChallenges(db, device.id);
		await insertRefreshToken(db, { deviceId: device.id, tokenHash: hash(refreshToken), createdAt: now() });
	});
	const keys = await listMemberKeys(database.reads, device.userGroupId, device.id, undefined);
	const hmacKeys = await listSearchKeys(database.reads, device.userGroupId, "hmac");
	return {
		user_keys: keys.map(groupKeyView),
		hmac_keys: hmacKeys.map(hmacKeyView),
		jwt: await issueJwt(services, appId, { userId: device.userId, deviceId: device.id, fresh: true }),
		refresh_token: refreshToken,
	};
}

/** The device of this identifier, if the auth key fits (spec http-api §13.2). */
async function requireDevice(
	{ crypto, database }: Services,
	appId: string,
	{ device_identifier, auth_key }: AuthKeyProof,
): Promise<AttachedDevice> {
	const device = await findAttachedDevice(database.reads, appId, hash(device_identifier));
	if (device === undefined) throw new Failure(SERVER_ERRORS.LOGIN_USER_NOT_FOUND);
	const fits = orFail(SERVER_ERRORS.AUTH_KEY_MALFORMED, () =>
		crypto.verifyAuthKey({ authKey: auth_key, hashedAuthenticationKey: device.hashedAuthenticationKey }),
	);
	if (!fits) throw new Failure(SERVER_ERRORS.LOGIN_REFUSED);
	return device;
}

function deviceKeysView(device: AttachedDevice): DeviceKeys {
	return {
		encrypted_master_key: device.encryptedMasterKey,
		encrypted_private_key: device.encryptedPrivateKey,
		public_key_string: device.publicKey,
		keypair_encrypt_alg: device.keypairEncryptAlg,
		encrypted_sign_key: device.encryptedSignKey,
		verify_key_string: device.verifyKey,
		keypair_sign_alg: device.keypairSignAlg,
		keypair_encrypt_id: device.id,
		keypair_sign_id: device.id,
		user_id: device.userId,
		device_id: device.id,
		user_group_id: device.userGroupId,
	};
}

/** Cryptography refuses what a client sent earlier: one of the contract's errors, not a fault of the server. */
function orFail<Result>(error: ServerError, operation: () => Result): Result {
	try {
		return operation();
	} catch (cause) {
		if (isSentcError(cause)) throw new Failure(error);
		throw cause;
	}
}
