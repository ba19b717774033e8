import type { DoneKeyRotationData, KeyRotationData, KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import { type KeyRotationStarted, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import { countGroupKeys, insertWrappedKeys, isOutdatedKey, newestKeyTime } from "../../database/repositories/keys.js";
import { rotationIsDue, rotationIsDueNoLonger } from "../../database/repositories/rotation-due.js";
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
 *
 * @param perMonth most rotations of the group in a calendar month (UTC), without those that a removal asked for
 */
export async function startKeyRotation(
	services: Services,
	holder: KeyHolder,
	data: KeyRotationData,
	perMonth: number,
): Promise<KeyRotationStarted> {
	requireRotation(services, holder, data);
	const started = await services.database.transaction(async (db) => {
		await requirePublicKeyOf(db, holder, data.invoker_public_key_id);
		const settles = await settlesRemoval(db, holder, data);
		if (!settles) await requireRotationsLeft(services, db, holder, perMonth);
		return storeRotation(services, db, holder, data, { settles, forRemoval: settles });
	});
	services.jobs.nudge();
	return started;
}

/**
 * {@link startKeyRotation} in the transaction in which somebody was removed; to be followed by a nudge of the jobs. The previous key
 * has to be the newest one: a member who doesn't know that one has to finish its rotation first.
 *
 * @throws Failure before anything is stored
 */
export async function rotateAfterRemoval(
	services: Services,
	db: Writes,
	holder: KeyHolder,
	data: KeyRotationData,
): Promise<KeyRotationStarted> {
	requireRotation(services, holder, data);
	await requirePublicKeyOf(db, holder, data.invoker_public_key_id);
	if (await isOutdatedKey(db, holder.groupId, data.previous_group_key_id)) {
		throw new Failure(FAILURES.PREVIOUS_KEY_OUTDATED);
	}
	return storeRotation(services, db, holder, data, {
		settles: await settlesRemoval(db, holder, data),
		forRemoval: true,
	});
}

/**
 * Is it what a removal asked for? Not if who starts it has the new key wrapped by an earlier key of a group: that is known to who
 * was removed there.
 */
async function settlesRemoval(db: Writes, { groupId, memberId }: KeyHolder, data: KeyRotationData): Promise<boolean> {
	return (await rotationIsDue(db, groupId)) && !(await isOutdatedKey(db, memberId, data.invoker_public_key_id));
}

async function storeRotation(
	{ jobs, newId, now }: Services,
	db: Writes,
	holder: KeyHolder,
	data: KeyRotationData,
	{ settles, forRemoval }: { settles: boolean; forRemoval: boolean },
): Promise<KeyRotationStarted> {
	const { groupId } = holder;
	const keyId = newId();
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
		forRemoval,
	});
	if (settles) await rotationIsDueNoLonger(db, groupId);
	await jobs.enqueue(db, "keyRotation", keyId);
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
 * Each rotation makes every member store and do something.
 *
 * @throws Failure 321
 */
async function requireRotationsLeft(
	{ now }: Services,
	db: Writes,
	{ groupId }: KeyHolder,
	perMonth: number,
): Promise<void> {
	const today = new Date(now());
	const month = Date.UTC(today.getUTCFullYear(), today.getUTCMonth());
	if ((await countRotationsSince(db, groupId, month)) >= perMonth) {
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
