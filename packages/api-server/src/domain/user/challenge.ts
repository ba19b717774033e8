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

/** A challenge that only the private key of a device can open. */
interface NewChallenge {
	readonly deviceId: string;
	readonly challengeHash: string;
	/** With the keys of the device, as whoever logs in needs it. */
	readonly handedOut: DoneLogin;
}

/** Makes a challenge (protocol/http-api §13.3); apart from {@link openChallenge} because it must not keep a transaction open. */
export function makeChallenge(services: Services, device: AttachedDevice): NewChallenge {
	const challenge = randomToken();
	const encrypted = orFail(SERVER_ERRORS.PUBLIC_KEY_UNUSABLE, () =>
		services.crypto.createLoginChallenge({
			publicKeyString: device.publicKey,
			algorithm: device.keypairEncryptAlg,
			challenge,
		}),
	);
	const handedOut = { device_keys: deviceKeysView(services, device), challenge: encrypted };
	return { deviceId: device.id, challengeHash: hash(challenge), handedOut };
}

/** From now on the challenge can be answered. */
export async function openChallenge({ now }: Services, db: Writes, challenge: NewChallenge): Promise<DoneLogin> {
	const { deviceId, challengeHash, handedOut } = challenge;
	await deleteChallengesBefore(db, deviceId, now() - LIFETIME);
	await insertChallenge(db, { deviceId, challengeHash, createdAt: now() });
	return handedOut;
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
