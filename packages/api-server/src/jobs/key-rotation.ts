import type { CryptoBackend, SyncCrypto } from "@sentc-ts/core-crypto";
import type { Database } from "../database/database.js";
import {
	findRotation,
	forgetEphemeralKey,
	insertOpenRotations,
	listRotationTargets,
	type OpenRotationRow,
	type Rotation,
	type RotationTarget,
} from "../database/repositories/rotations.js";
import { Lru } from "../lru.js";
import type { JobStep } from "./runner.js";

/** Most members that one step encrypts for (protocol/http-api §14.2). */
const BATCH = 100;
/**
 * Most members that are encrypted for in the thread that answers requests: half a millisecond each, and three where the
 * process has encrypted nothing yet.
 */
const SMALL_BATCH = 8;

/** Of how many rotations it is known how far they are. The others begin with the first member again, and skip those that are done. */
const PLACES = 100;

/** Where a step encrypts. */
export interface RotationCrypto {
	/** In the thread that answers requests: starts at once. */
	readonly crypto: Pick<SyncCrypto, "encryptEphemeralKeys">;
	/** In a thread of its own: never keeps requests waiting. */
	readonly backend: Pick<CryptoBackend, "encryptEphemeralKeys">;
}

/**
 * The server's part of a key rotation: the ephemeral key, which the starter has sealed by the previous group key, is
 * encrypted for each member that has neither the new key nor an entry for it (protocol/http-api §14.2). A step goes on behind
 * the last one, and after the last member the database is asked once more who is left: so members that come while it runs are
 * found, and a step that is repeated, by whatever process, does nothing twice. In the transaction that finds nobody left, the sealed key
 * is forgotten.
 */
export function createRotationStep(database: Database, rotationCrypto: RotationCrypto): JobStep {
	/** The last member that was encrypted for, by the key. */
	const places = new Lru<string>(PLACES);
	return async (keyId) => {
		const rotation = await findRotation(database.reads, keyId);
		if (rotation === undefined) return "done";
		const targets = await listRotationTargets(database.reads, rotation, BATCH, { after: places.get(keyId) });
		const entries = await encryptFor(rotationCrypto, rotation, targets);
		const outcome = await database.transaction(async (db): Promise<"done" | "more"> => {
			// Meanwhile a member may have left, or got the key from somebody else.
			const memberIds = targets.map(({ memberId }) => memberId);
			const waiting = await listRotationTargets(db, rotation, BATCH, { among: memberIds });
			const still = new Set(waiting.map(({ memberId }) => memberId));
			await insertOpenRotations(
				db,
				entries.filter(({ memberId }) => still.has(memberId)),
			);
			if (targets.length === BATCH || (await listRotationTargets(db, rotation, 1)).length > 0) return "more";
			await forgetEphemeralKey(db, keyId);
			return "done";
		}, "now");
		places.set(keyId, targets.length === BATCH ? (targets.at(-1)?.memberId ?? "") : "");
		return outcome;
	};
}

/** The entry of each target; one whose key can't be used has an error instead, and does not keep the others from theirs. */
async function encryptFor(
	{ crypto, backend }: RotationCrypto,
	{ keyId, groupId, encryptedEphemeralKey }: Rotation,
	targets: readonly RotationTarget[],
): Promise<OpenRotationRow[]> {
	const recipients = targets.map(({ publicKey, algorithm }) => ({ publicKeyString: publicKey, algorithm }));
	const { encryptEphemeralKeys } = targets.length > SMALL_BATCH ? backend : crypto;
	const encrypted = await encryptEphemeralKeys({ encryptedEphemeralKey, recipients });
	return targets.flatMap(({ memberId, publicKeyId }, index) => {
		const result = encrypted[index];
		return result === undefined ? [] : [{ keyId, memberId, groupId, publicKeyId, ...result }];
	});
}
