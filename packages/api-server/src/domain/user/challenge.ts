import type { DoneLogin } from "@sentc-ts/core-crypto/wire";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { hash, randomToken } from "../../bytes.js";
import type { Writes } from "../../database/database.js";
import {
	challengeExists,
	deleteChallenges,
	deleteChallengesBefore,
	insertChallenge,
} from "../../database/repositories/challenges.js";
import type { AttachedDevice } from "../../database/repositories/devices.js";
import { Failure, orFail } from "../../failure.js";
import type { Services } from "../services.js";
import { deviceKeysView } from "./device-keys.js";

/** How long a login challenge can be answered, ms. */
const LIFETIME = 5 * 60 * 1000;

/** Hands out the keys of a device and a challenge that only its private key can open (protocol/http-api §13.3). */
export async function openChallenge(services: Services, db: Writes, device: AttachedDevice): Promise<DoneLogin> {
	const { crypto, now } = services;
	const challenge = randomToken();
	const encrypted = orFail(SERVER_ERRORS.PUBLIC_KEY_UNUSABLE, () =>
		crypto.createLoginChallenge({
			publicKeyString: device.publicKey,
			algorithm: device.keypairEncryptAlg,
			challenge,
		}),
	);
	await deleteChallengesBefore(db, device.id, now() - LIFETIME);
	await insertChallenge(db, { deviceId: device.id, challengeHash: hash(challenge), createdAt: now() });
	return { device_keys: deviceKeysView(services, device), challenge: encrypted };
}

/**
 * Accepts a challenge once; no other open one of the device can be used afterwards.
 *
 * @throws Failure 112
 */
export async function useChallenge({ now }: Services, db: Writes, deviceId: string, challenge: string): Promise<void> {
	const open = { deviceId, challengeHash: hash(challenge), since: now() - LIFETIME };
	if (!(await challengeExists(db, open))) throw new Failure(SERVER_ERRORS.LOGIN_REFUSED);
	await deleteChallenges(db, { deviceId });
}
