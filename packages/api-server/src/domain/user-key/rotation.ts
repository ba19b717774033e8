import type { DoneKeyRotationData, KeyRotationData, KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import { type KeyRotationStarted, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import { countGroupKeys, insertGroupKey, insertWrappedKeys } from "../../database/repositories/keys.js";
import {
	deleteOpenRotations,
	listPendingRotations,
	newestKeyTime,
	type PendingRotation,
} from "../../database/repositories/rotations.js";
import { isId } from "../../ids.js";
import { Failure } from "../failure.js";
import { generationColumns } from "../group/generation.js";
import type { Identity } from "../jwt/tokens.js";
import { requirePublicKey } from "../key-check.js";
import type { Services } from "../services.js";
import { requireOwnDevice } from "../user/own-device.js";

/** {@link KeyRotationData} of a user group: with the pair that signs. */
type UserKeyRotation = KeyRotationData & {
	encrypted_sign_key: string;
	verify_key: string;
	keypair_sign_alg: string;
	public_key_sig: string;
};

/** Stores a new generation of user keys and asks for the job that hands it to the other devices (protocol/http-api §14.1). */
export async function startKeyRotation(
	services: Services,
	identity: Identity,
	data: KeyRotationData,
): Promise<KeyRotationStarted> {
	requireRotation(services, identity, data);
	const { database, jobs, newId } = services;
	const keyId = newId();
	await database.transaction(async (db) => {
		await requireOwnDevice(db, identity);
		if ((await countGroupKeys(db, identity.userGroupId, [data.previous_group_key_id])) === 0) {
			throw new Failure(SERVER_ERRORS.WRAPPED_KEY_UNKNOWN);
		}
		await storeGeneration(services, db, { identity, keyId, data });
		await jobs.enqueue(db, "keyRotation", keyId);
	});
	jobs.nudge();
	return { group_id: identity.userGroupId, key_id: keyId };
}

/** What the caller's device has to finish, oldest first (protocol/http-api §14.3). */
export async function listKeyRotations(
	{ database }: Services,
	{ userGroupId, deviceId }: Identity,
): Promise<KeyRotationItem[]> {
	return (await listPendingRotations(database.reads, userGroupId, deviceId)).map(rotationView);
}

/** Stores the new key as the caller's device has wrapped it for itself; a key of somebody else is not stored. */
export async function finishKeyRotation(
	{ database, now }: Services,
	identity: Identity,
	keyId: string,
	data: DoneKeyRotationData,
): Promise<void> {
	const { userGroupId, deviceId } = identity;
	requireOwnKey(identity, data.public_key_id);
	await database.transaction(async (db) => {
		await requireOwnDevice(db, identity);
		if ((await countGroupKeys(db, userGroupId, [keyId])) === 0) return;
		await insertWrappedKeys(db, [
			{
				keyId,
				memberId: deviceId,
				groupId: userGroupId,
				encryptedGroupKey: data.encrypted_new_group_key,
				encryptedAlg: data.encrypted_alg,
				publicKeyId: data.public_key_id,
				createdAt: now(),
			},
		]);
		await deleteOpenRotations(db, deviceId, [keyId]);
	});
}

function requireRotation(
	{ crypto }: Services,
	identity: Identity,
	data: KeyRotationData,
): asserts data is UserKeyRotation {
	const { encrypted_sign_key, verify_key, keypair_sign_alg, public_key_sig } = data;
	if (!encrypted_sign_key || !verify_key || !keypair_sign_alg || !public_key_sig) {
		throw new Failure(SERVER_ERRORS.USER_GROUP_KEYS_MISSING);
	}
	const { signed_by_user_id: signer, signed_by_user_sign_key_id: signKey } = data;
	const ids = [data.previous_group_key_id, data.invoker_public_key_id, ...(signer && signKey ? [signer, signKey] : [])];
	if (!ids.every(isId)) throw new Failure(SERVER_ERRORS.INVALID_ID);
	requireOwnKey(identity, data.invoker_public_key_id);
	requirePublicKey(crypto, {
		publicKeyString: data.public_group_key,
		algorithm: data.keypair_encrypt_alg,
		use: "encrypt",
	});
	requirePublicKey(crypto, { publicKeyString: verify_key, algorithm: keypair_sign_alg, use: "sign" });
}

/** A key that a device stores for itself is wrapped by the device's own public key: by no other could it be opened. */
function requireOwnKey({ deviceId }: Identity, publicKeyId: string): void {
	if (publicKeyId !== deviceId) throw new Failure(SERVER_ERRORS.INVALID_ID);
}

async function storeGeneration(
	{ now }: Services,
	db: Writes,
	{ identity, keyId, data }: { identity: Identity; keyId: string; data: UserKeyRotation },
): Promise<void> {
	const { userGroupId, deviceId } = identity;
	// The newest key is the one of the latest time, also when two rotations meet or the clock was set back.
	const createdAt = Math.max(now(), (await newestKeyTime(db, userGroupId)) + 1);
	await insertGroupKey(db, {
		id: keyId,
		groupId: userGroupId,
		...generationColumns(data),
		encryptedSignKey: data.encrypted_sign_key,
		verifyKey: data.verify_key,
		keypairSignAlg: data.keypair_sign_alg,
		publicKeySig: data.public_key_sig,
		encryptedEphemeralKey: data.encrypted_ephemeral_key,
		encryptedGroupKeyByEphemeral: data.encrypted_group_key_by_ephemeral,
		ephemeralAlg: data.ephemeral_alg,
		previousGroupKeyId: data.previous_group_key_id,
		createdAt,
	});
	await insertWrappedKeys(db, [
		{
			keyId,
			memberId: deviceId,
			groupId: userGroupId,
			encryptedGroupKey: data.encrypted_group_key_by_user,
			encryptedAlg: data.encrypted_group_key_alg,
			publicKeyId: data.invoker_public_key_id,
			createdAt,
		},
	]);
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
	};
}
