import type { GroupCreateData } from "@sentc-ts/core-crypto/wire";
import type { Writes } from "../../database/database.js";
import { insertGroup } from "../../database/repositories/groups.js";
import { insertSearchKeys } from "../../database/repositories/keys.js";
import { insertMember } from "../../database/repositories/members.js";
import { type GROUP_TYPE, MEMBER_TYPE } from "../../database/schema.js";
import { storeGeneration } from "../key/generation.js";
import type { KeyHolder } from "../key/holder.js";
import type { Services } from "../services.js";

export interface NewGroup {
	readonly appId: string;
	readonly type: (typeof GROUP_TYPE)[keyof typeof GROUP_TYPE];
	/** The only member at first: a user, the first device of a user group, or a group. */
	readonly memberId: string;
	/** A user or a device, unless given. */
	readonly memberType?: (typeof MEMBER_TYPE)[keyof typeof MEMBER_TYPE];
	readonly parentId?: string;
	/** 1 = its members may be groups. */
	readonly isConnected?: number;
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
	const { appId, type, memberId, memberType = MEMBER_TYPE.user, parentId = null, isConnected = 0 } = group;
	const id = newId();
	const createdAt = now();
	await insertGroup(db, { id, appId, parentId, type, isConnected, inviteAllowed: 1, rotationDue: 0, createdAt });
	await insertMember(db, {
		groupId: id,
		memberId,
		rank: 0,
		type: memberType,
		joinedAt: createdAt,
		keySessionId: null,
		chosen: 1,
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
