import { type CryptoBackend, CryptoError } from "@sentc-ts/core-crypto";
import type { Database } from "../database/database.js";
import type { MemberPublicKey } from "../database/repositories/public-keys.js";
import {
	findRotation,
	forgetEphemeralKey,
	insertOpenRotations,
	listRotationTargets,
	type OpenRotationRow,
	type Rotation,
} from "../database/repositories/rotations.js";
import type { JobStep } from "./runner.js";

/** Most members that one step encrypts for (protocol/http-api §14.2). */
const BATCH = 100;

/**
 * The server's part of a key rotation: the ephemeral key, which the starter has sealed by the previous group key, is
 * encrypted for each member that has neither the new key nor an entry for it (protocol/http-api §14.2). What is left to do
 * is asked of the database each time, so members that come while it runs are found, and a repeated step does nothing
 * twice. In the transaction that finds nobody left, the sealed key is forgotten.
 */
export function createRotationStep(database: Database, backend: Pick<CryptoBackend, "encryptEphemeralKey">): JobStep {
	return async (keyId) => {
		const rotation = await findRotation(database.reads, keyId);
		if (rotation === undefined) return "done";
		const targets = await listRotationTargets(database.reads, rotation, BATCH);
		const entries = await Promise.all(targets.map((target) => encryptFor(backend, rotation, target)));
		return database.transaction(async (db) => {
			// Meanwhile a member may have left, or got the key from somebody else.
			const waiting = new Set((await listRotationTargets(db, rotation, BATCH)).map(({ memberId }) => memberId));
			await insertOpenRotations(
				db,
				entries.filter(({ memberId }) => waiting.has(memberId)),
			);
			if ((await listRotationTargets(db, rotation, 1)).length > 0) return "more";
			await forgetEphemeralKey(db, keyId);
			return "done";
		});
	};
}

async function encryptFor(
	backend: Pick<CryptoBackend, "encryptEphemeralKey">,
	{ keyId, groupId, encryptedEphemeralKey }: Rotation,
	{ memberId, publicKeyId, publicKey, algorithm }: MemberPublicKey,
): Promise<OpenRotationRow> {
	const entry = { keyId, memberId, groupId, publicKeyId };
	try {
		const encrypted = await backend.encryptEphemeralKey({
			publicKeyString: publicKey,
			algorithm,
			encryptedEphemeralKey,
		});
		return { ...entry, encryptedEphemeralKey: encrypted, error: null };
	} catch (error) {
		// The key of one member must not keep the others from theirs. Whatever else fails may work the next time.
		if (!(error instanceof CryptoError)) throw error;
		return { ...entry, encryptedEphemeralKey: "", error: error.errorMessage };
	}
}
