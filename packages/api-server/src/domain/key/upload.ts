import type { NewMemberKey } from "@sentc-ts/core-crypto/wire";
import { type KeysAccepted, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import { countGroupKeys, insertWrappedKeys } from "../../database/repositories/keys.js";
import { findMemberByKeySession } from "../../database/repositories/members.js";
import { findPendingMemberByKeySession } from "../../database/repositories/pending-members.js";
import { deleteOpenRotations } from "../../database/repositories/rotations.js";
import { FAILURES, Failure } from "../../failure.js";
import type { Services } from "../services.js";
import { type KeyHolder, requireHolder } from "./holder.js";

/** Most keys in one request (protocol/http-api §17.4). */
const MAX_KEYS = 100;

export function requireKeyCount(keys: readonly NewMemberKey[]): void {
	if (keys.length === 0) throw new Failure(SERVER_ERRORS.NO_KEYS);
	if (keys.length > MAX_KEYS) throw new Failure(SERVER_ERRORS.TOO_MANY_KEYS);
}

/** The answer to who has handed keys over; a session takes more of them. */
export function keysAccepted(keySessionId: string | null, message: string): KeysAccepted {
	return { session_id: keySessionId ?? undefined, message };
}

/** Stores the keys of a group that were wrapped for a member; those it has already stay as they are, those it waited for have come. */
export async function storeWrappedKeys(
	{ now }: Services,
	db: Writes,
	{ groupId, memberId }: Pick<KeyHolder, "groupId" | "memberId">,
	keys: readonly NewMemberKey[],
): Promise<void> {
	const keyIds = [...new Set(keys.map((key) => key.key_id))];
	const known = await countGroupKeys(db, groupId, keyIds);
	if (known !== keyIds.length) throw new Failure(FAILURES.WRAPPED_KEY_UNKNOWN);
	const createdAt = now();
	await insertWrappedKeys(
		db,
		keys.map((key) => ({
			keyId: key.key_id,
			memberId,
			groupId,
			encryptedGroupKey: key.encrypted_group_key,
			encryptedAlg: key.encrypted_alg,
			publicKeyId: key.user_public_key_id,
			createdAt,
		})),
	);
	await deleteOpenRotations(db, memberId, keyIds);
}

/**
 * More keys from a holder, for the member of its group, or who was invited to it, that the session was opened for
 * (protocol/http-api §17.4). The session outlives the acceptance of an invite.
 */
export async function uploadKeys(
	services: Services,
	holder: KeyHolder,
	sessionId: string,
	keys: readonly NewMemberKey[],
): Promise<void> {
	requireKeyCount(keys);
	await services.database.transaction(async (db) => {
		await requireHolder(db, holder);
		const member =
			(await findMemberByKeySession(db, holder.groupId, sessionId)) ??
			(await findPendingMemberByKeySession(db, holder.groupId, sessionId));
		if (member === undefined) throw new Failure(SERVER_ERRORS.KEY_SESSION_NOT_FOUND);
		await storeWrappedKeys(services, db, member, keys);
	});
}
