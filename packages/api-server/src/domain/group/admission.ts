import type { NewMemberKeys } from "@sentc-ts/core-crypto/wire";
import { type LightMember, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads, Writes } from "../../database/database.js";
import type { GroupRow } from "../../database/repositories/groups.js";
import { findMember, insertMember, type NewMember } from "../../database/repositories/members.js";
import { reaches } from "../../database/repositories/rotation-due.js";
import { MEMBER_TYPE } from "../../database/schema.js";
import { FAILURES, Failure } from "../../failure.js";
import { requireKeyCount, storeWrappedKeys } from "../key/upload.js";
import type { Services } from "../services.js";

// What every way into a group has in common (protocol/http-api §12.4, §12.6).

/** Rank of a member that is given none. */
const DEFAULT_RANK = 4;
/** Nobody but the creator is stronger, and nobody is weaker. */
const RANKS = { strongest: 1, weakest: 4 } as const;

/** What is given to a new member; a group without keys gives none. */
export type Given = NewMemberKeys | LightMember;

/** @throws Failure 303 without keys, 305 for more than 100 */
export function requireKeys(given: Given): void {
	if ("keys" in given) requireKeyCount(given.keys);
}

/** @throws Failure 317 */
export function requireInvitesAllowed({ inviteAllowed }: GroupRow): void {
	if (inviteAllowed === 0) throw new Failure(SERVER_ERRORS.INVITES_STOPPED);
}

export function isMemberRank(rank: number): boolean {
	return rank >= RANKS.strongest && rank <= RANKS.weakest;
}

/**
 * The rank of a new member: nobody gives a stronger one than their own.
 *
 * @throws Failure 301
 */
export function grantedRank({ rank }: Given, own: number): number {
	const granted = rank ?? DEFAULT_RANK;
	if (!isMemberRank(granted) || granted < own) throw new Failure(SERVER_ERRORS.RANK_INSUFFICIENT);
	return granted;
}

/** @throws Failure 302 for a direct member */
export async function requireNoMember(db: Reads, groupId: string, memberId: string): Promise<void> {
	if ((await findMember(db, groupId, memberId)) !== undefined) throw new Failure(SERVER_ERRORS.ALREADY_MEMBER);
}

/** Opens a session for more keys, where these are not all. */
export function newKeySession({ newId }: Services, given: Given): string | null {
	return "keys" in given && given.key_session ? newId() : null;
}

/**
 * Stores a new member with its keys.
 *
 * @throws Failure 319 for a group that this one is a member of, directly or through others: after a removal, new keys of each would
 * have to be wrapped by old ones of the other
 */
export async function admit(
	services: Services,
	db: Writes,
	member: Omit<NewMember, "joinedAt">,
	given?: Given,
): Promise<void> {
	if (member.type !== MEMBER_TYPE.user && (await reaches(db, member.groupId, member.memberId))) {
		throw new Failure(FAILURES.GROUPS_IN_A_CIRCLE);
	}
	if (!(await insertMember(db, { ...member, joinedAt: services.now() }))) {
		throw new Failure(SERVER_ERRORS.ALREADY_MEMBER);
	}
	if (given !== undefined) await storeGivenKeys(services, db, member, given);
}

/** Stores the keys of a member, or of somebody who is invited. */
export async function storeGivenKeys(
	services: Services,
	db: Writes,
	member: Pick<NewMember, "groupId" | "memberId">,
	given: Given,
): Promise<void> {
	if ("keys" in given) await storeWrappedKeys(services, db, member, given.keys);
}
