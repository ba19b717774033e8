import type { NewMemberKey } from "@sentc-ts/core-crypto/wire";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import { countGroupKeys, insertWrappedKeys } from "../../database/repositories/keys.js";
import { deleteOpenRotations } from "../../database/repositories/rotations.js";
import { Failure } from "../failure.js";

/** Most keys in one request (protocol/http-api §17.4). */
const MAX_KEYS = 100;

export function requireKeyCount(keys: readonly NewMemberKey[]): void {
	if (keys.length === 0) throw new Failure(SERVER_ERRORS.NO_KEYS);
	if (keys.length > MAX_KEYS) throw new Failure(SERVER_ERRORS.TOO_MANY_KEYS);
}

/** Stores the keys of a group that were wrapped for a member; those it has already stay as they are, those it waited for have come. */
export async function storeWrappedKeys(
	db: Writes,
	member: { groupId: string; memberId: string; createdAt: number },
	keys: readonly NewMemberKey[],
): Promise<void> {
	const keyIds = [...new Set(keys.map((key) => key.key_id))];
	const known = await countGroupKeys(db, member.groupId, keyIds);
	if (known !== keyIds.length) throw new Failure(SERVER_ERRORS.WRAPPED_KEY_UNKNOWN);
	await insertWrappedKeys(
		db,
		keys.map((key) => ({
			...member,
			keyId: key.key_id,
			encryptedGroupKey: key.encrypted_group_key,
			encryptedAlg: key.encrypted_alg,
			publicKeyId: key.user_public_key_id,
		})),
	);
	await deleteOpenRotations(db, member.memberId, keyIds);
}
