import type { DoneKeyRotationData, KeyRotationData, KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import { type KeyRotationStarted, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import { countGroupKeys, insertWrappedKeys, newestKeyTime } from "../../database/repositories/keys.js";
import {
	countRotationsSince,
	deleteOpenRotations,
	listPendingRotations,
	type PendingRotation,
} from "../../database/repositories/rotations.js";
import { GROUP_TYPE } from "../../database/schema.js";
import { FAILURES, Failure } from "../../failure.js";
import { isId } from "../../ids.js";
import type { Services } from "../services.js";
import { requireGeneration, requireSignPair, storeGeneration } from "./generation.js";
import { type KeyHolder, requirePublicKeyOf } from "./holder.js";

/**
 * Stores a new generation of keys, and a job that lets the other members of the group have it: it goes on after the answer
 * (protocol/http-api §14.1).
 */
export async function startKeyRotation(
	services: Services,
	holder: KeyHolder,
	data: KeyRotationData,
): Promise<KeyRotationStarted> {
	requireRotation(services, holder, data);
	const { database, jobs, newId, now } = services;
	const { groupId } = holder;
	const keyId = newId();
	await database.transaction(async (db) => {
		await requirePublicKeyOf(db, holder, data.invoker_public_key_id);
		await requireRotationsLeft(services, db, holder);
		if ((await countGroupKeys(db, groupId, [data.previous_group_key_id])) === 0) {
			throw new Failure(FAILURES.WRAPPED_KEY_UNKNOWN);
		}
		await storeGeneration(db, {
			keyId,
			holder,
			keys: data,
			encryptedGroupKey: data.encrypted_group_key_by_user,
			publicKeyId: data.invoker_public_key_id,
			// The newest key is the one of the latest time, also when two rotations meet or the clock was set back.
			createdAt: Math.max(now(), (await newestKeyTime(db, groupId)) + 1),
		});
		await jobs.enqueue(db, "keyRotation", keyId);
	});
	jobs.nudge();
	return { group_id: groupId, key_id: keyId };
}

/** What the holder has to finish: the oldest 50 (protocol/http-api §14.3). */
export async function listKeyRotations(
	{ database }: Services,
	{ groupId, memberId }: KeyHolder,
): Promise<KeyRotationItem[]> {
	return (await listPendingRotations(database.reads, groupId, memberId)).map(rotationView);
}

/** Stores the new key as the holder has wrapped it for itself; a key of another group is not stored. */
export async function finishKeyRotation(
	{ database, now }: Services,
	holder: KeyHolder,
	keyId: string,
	data: DoneKeyRotationData,
): Promise<void> {
	const { groupId, memberId } = holder;
	await database.transaction(async (db) => {
		await requirePublicKeyOf(db, holder, data.public_key_id);
		if ((await countGroupKeys(db, groupId, [keyId])) === 0) return;
		await insertWrappedKeys(db, [
			{
				keyId,
				memberId,
				groupId,
				encryptedGroupKey: data.encrypted_new_group_key,
				encryptedAlg: data.encrypted_alg,
				publicKeyId: data.public_key_id,
				createdAt: now(),
			},
		]);
		await deleteOpenRotations(db, memberId, [keyId]);
	});
}

/**
 * A user's rotations in a month are counted, as each makes every device of the user store and do something. Groups have the limit of
 * their app (protocol/http-api §14.1).
 *
 * @throws Failure 321
 */
async function requireRotationsLeft(
	{ now, userRotationsPerMonth }: Services,
	db: Writes,
	{ groupId, groupType }: KeyHolder,
): Promise<void> {
	if (groupType !== GROUP_TYPE.user) return;
	const today = new Date(now());
	const month = Date.UTC(today.getUTCFullYear(), today.getUTCMonth());
	if ((await countRotationsSince(db, groupId, month)) >= userRotationsPerMonth) {
		throw new Failure(SERVER_ERRORS.ROTATION_LIMIT);
	}
}

/** In the order of protocol/http-api §14.1: sign members, ids, and public keys, which the reference does not look at. */
function requireRotation({ crypto }: Services, { groupType }: KeyHolder, data: KeyRotationData): void {
	if (groupType === GROUP_TYPE.user) requireSignPair(data);
	const { signed_by_user_id: signer, signed_by_user_sign_key_id: signKey } = data;
	const ids = [data.previous_group_key_id, data.invoker_public_key_id, ...(signer && signKey ? [signer, signKey] : [])];
	if (!ids.every(isId)) throw new Failure(SERVER_ERRORS.INVALID_ID);
	requireGeneration(crypto, groupType, data);
}

function rotationView(rotation: PendingRotation): KeyRotationItem {
	return {
		new_group_key_id: rotation.keyId,
		error: rotation.error,
		encrypted_ephemeral_key_by_group_key_and_public_key: rotation.encryptedEphemeralKey,
		encrypted_eph_key_key_id: rotation.publicKeyId,
		encrypted_group_key_by_ephemeral: rotation.encryptedGroupKeyByEphemeral ?? "",
		previous_group_key_id: rotation.previousGroupKeyId ?? "",
		ephemeral_alg: rotation.ephemeralAlg ?? "",
		time: rotation.createdAt,
		signed_by_user_id: rotation.signedByUserId,
		signed_by_user_sign_key_id: rotation.signedByUserSignKeyId,
		group_key_sig: rotation.groupKeySig,
	};
}
