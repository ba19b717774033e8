import type { GroupCreateData } from "@sentc-ts/core-crypto/wire";
import type { Writes } from "../../database/database.js";
import { insertGroup } from "../../database/repositories/groups.js";
import { insertSearchKeys } from "../../database/repositories/keys.js";
import { insertMember } from "../../database/repositories/members.js";
import { type GROUP_TYPE, MEMBER_TYPE } from "../../database/schema.js";
import { storeGeneration } from "../key/generation.js";
import type { KeyHolder } from "../key/holder.js";
import type { Services } from "../services.js";

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
	await storeFirstKeys(services, db, { groupId, groupType: group.type, memberId: group.memberId }, group);
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
	holder: KeyHolder,
	{ memberPublicKeyId, keys }: FirstKeys,
): Promise<void> {
	const keyId = newId();
	const createdAt = now();
	await storeGeneration(db, {
		keyId,
		holder,
		keys,
		encryptedGroupKey: keys.encrypted_group_key,
		publicKeyId: memberPublicKeyId,
		createdAt,
	});
	const { groupId } = holder;
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
