import type { GroupCreateData } from "@sentc-ts/core-crypto/wire";
import type { Writes } from "../../database/database.js";
import { insertGroup, insertMember } from "../../database/repositories/groups.js";
import { insertGroupKey, insertSearchKeys, insertWrappedKeys } from "../../database/repositories/keys.js";
import { GROUP_TYPE, MEMBER_TYPE } from "../../database/schema.js";
import type { Services } from "../services.js";
import { generationColumns } from "./generation.js";

interface NewGroup {
	readonly appId: string;
	readonly type: (typeof GROUP_TYPE)[keyof typeof GROUP_TYPE];
	/** The only member at first: a user, or the first device of a user group. */
	readonly memberId: string;
}

interface FirstKeys {
	/** Id of the public key that the group key is wrapped with. */
	readonly memberPublicKeyId: string;
	readonly keys: GroupCreateData;
}

/**
 * Stores a new group with its creator and its first key generation (protocol/http-api §12.1, §15).
 *
 * @returns the id of the group
 */
export async function storeGroup(services: Services, db: Writes, group: NewGroup & FirstKeys): Promise<string> {
	const groupId = await storeLightGroup(services, db, group);
	await storeFirstKeys(services, db, groupId, group);
	return groupId;
}

/** Stores a new group that has no keys, and its creator. */
export async function storeLightGroup({ newId, now }: Services, db: Writes, group: NewGroup): Promise<string> {
	const { appId, type, memberId } = group;
	const id = newId();
	const createdAt = now();
	await insertGroup(db, { id, appId, parentId: null, type, isConnected: 0, inviteAllowed: 1, createdAt });
	await insertMember(db, {
		groupId: id,
		memberId,
		rank: 0,
		type: MEMBER_TYPE.user,
		joinedAt: createdAt,
		keySessionId: null,
	});
	return id;
}

async function storeFirstKeys(
	{ newId, now }: Services,
	db: Writes,
	groupId: string,
	{ type, memberId, memberPublicKeyId, keys }: NewGroup & FirstKeys,
): Promise<void> {
	const keyId = newId();
	const createdAt = now();
	const isUserGroup = type === GROUP_TYPE.user;
	await insertGroupKey(db, {
		id: keyId,
		groupId,
		...generationColumns(keys),
		encryptedSignKey: (isUserGroup && keys.encrypted_sign_key) || null,
		verifyKey: (isUserGroup && keys.verify_key) || null,
		keypairSignAlg: (isUserGroup && keys.keypair_sign_alg) || null,
		publicKeySig: (isUserGroup && keys.public_key_sig) || null,
		encryptedEphemeralKey: null,
		encryptedGroupKeyByEphemeral: null,
		ephemeralAlg: null,
		previousGroupKeyId: null,
		createdAt,
	});
	await insertWrappedKeys(db, [
		{
			keyId,
			memberId,
			groupId,
			encryptedGroupKey: keys.encrypted_group_key,
			encryptedAlg: keys.encrypted_group_key_alg,
			publicKeyId: memberPublicKeyId,
			createdAt,
		},
	]);
	await insertSearchKeys(db, [
		{
			id: newId(),
			groupId,
			kind: "hmac",
			encryptedKey: keys.encrypted_hmac_key,
			alg: keys.encrypted_hmac_alg,
			encryptionKeyId: keyId,
			createdAt,
		},
		{
			id: newId(),
			groupId,
			kind: "sortable",
			encryptedKey: keys.encrypted_sortable_key,
			alg: keys.encrypted_sortable_alg,
			encryptionKeyId: keyId,
			createdAt,
		},
	]);
}
