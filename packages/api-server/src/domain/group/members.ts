import type { KeyRotationData } from "@sentc-ts/core-crypto/wire";
import { type GroupMember, type RankChange, type RemovedAndRotated, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads, Writes } from "../../database/database.js";
import type { Cursor } from "../../database/paging.js";
import {
	deleteMember,
	findMember,
	hasOtherMember,
	listMembers,
	type MemberRow,
	updateRank,
} from "../../database/repositories/members.js";
import { markRotationDue } from "../../database/repositories/rotation-due.js";
import { MEMBER_TYPE } from "../../database/schema.js";
import { Failure } from "../../failure.js";
import { type AppAccess, requireOption } from "../app/access.js";
import { rotateAfterRemoval } from "../key/rotation.js";
import type { Services } from "../services.js";
import { type GroupAccess, groupHolder, renewAccess, requireGroup, requireRank } from "./access.js";
import { isMemberRank } from "./admission.js";

// Members and their ranks (protocol/http-api §12.5, §16).

const RANK_CREATOR = 0;
/** Weakest rank of an admin: without one nobody could manage the group. */
const RANK_ADMIN = 1;
const RANK_KICK = 2;

/** The direct members but the caller, in the order in which they joined. */
export async function readMembers(
	{ database }: Services,
	{ groupId, memberId }: GroupAccess,
	after: Cursor | undefined,
): Promise<GroupMember[]> {
	return (await listMembers(database.reads, groupId, memberId, after)).map(memberView);
}

/** A direct member, for an own backend. */
export async function readMember(
	{ database }: Services,
	appId: string,
	groupId: string,
	memberId: string,
): Promise<GroupMember> {
	await requireGroup(database.reads, appId, groupId);
	return memberView(await requireMember(database.reads, groupId, memberId));
}

/** @throws Failure 301, 314 for a rank that nobody can have and for the creator, 300 */
export async function changeRank(services: Services, access: GroupAccess, change: RankChange): Promise<void> {
	const { changed_user_id: memberId, new_rank: rank } = change;
	await services.database.transaction(async (db) => {
		const { groupId } = requireRank(await renewAccess(db, access), RANK_ADMIN);
		if (!isMemberRank(rank)) throw new Failure(SERVER_ERRORS.RANK_CHANGE_REFUSED);
		const member = await requireMember(db, groupId, memberId);
		if (member.rank === RANK_CREATOR) throw new Failure(SERVER_ERRORS.RANK_CHANGE_REFUSED);
		await updateRank(db, groupId, memberId, rank);
	});
}

/** @throws Failure 301, 300, 315 for the creator, 316 for a member with a stronger rank, 308 for the only admin */
export async function kickMember({ database }: Services, access: GroupAccess, memberId: string): Promise<void> {
	await database.transaction((db) => kick(db, access, memberId));
}

/**
 * {@link kickMember}, and a rotation of the keys of the group in the same transaction. One that is refused does not keep the member
 * in the group: the rotation stays due.
 */
export async function kickAndRotate(
	services: Services,
	appAccess: AppAccess,
	access: GroupAccess,
	memberId: string,
	keys: KeyRotationData,
): Promise<RemovedAndRotated> {
	const { groupId } = access;
	const removed = await services.database.transaction(async (db): Promise<RemovedAndRotated> => {
		await kick(db, access, memberId);
		try {
			requireOption(appAccess, "group_key_rotation");
			const holder = groupHolder(access, appAccess.app.options.min_rank_key_rotation);
			return await rotateAfterRemoval(services, db, holder, keys);
		} catch (cause) {
			if (!(cause instanceof Failure)) throw cause;
			return { group_id: groupId, refused: { err_code: cause.error.code, err_msg: cause.error.message } };
		}
	});
	services.jobs.nudge();
	return removed;
}

async function kick(db: Writes, access: GroupAccess, memberId: string): Promise<void> {
	const { groupId, rank } = requireRank(await renewAccess(db, access), RANK_KICK);
	const member = await requireMember(db, groupId, memberId);
	if (member.rank === RANK_CREATOR) throw new Failure(SERVER_ERRORS.CREATOR_NOT_REMOVABLE);
	if (member.rank < rank) throw new Failure(SERVER_ERRORS.STRONGER_NOT_REMOVABLE);
	await removeMember(db, member);
}

/**
 * Takes the caller, or the group that the caller acts through, out of the group. A parent stays a member of its child.
 *
 * @throws Failure 301, 308 for the only admin
 */
export async function leaveGroup({ database }: Services, access: GroupAccess): Promise<void> {
	await database.transaction(async (db) => {
		const leaving = await renewAccess(db, access);
		if (!(await mayLeave(db, leaving))) throw new Failure(SERVER_ERRORS.RANK_INSUFFICIENT);
		await removeMember(db, await requireMember(db, leaving.groupId, leaving.memberId));
	});
}

/** A direct member may; a group by an admin who is a direct member of that group. */
async function mayLeave(db: Reads, { groupId, memberId, userId, viaParent, accessGroupId }: GroupAccess) {
	if (viaParent) return false;
	if (accessGroupId === undefined) return true;
	const member = await requireMember(db, groupId, memberId);
	const actor = await findMember(db, accessGroupId, userId);
	return member.type !== MEMBER_TYPE.parent && actor !== undefined && actor.rank <= RANK_ADMIN;
}

/**
 * What the membership reached is due for a rotation.
 *
 * @throws Failure 308 for the only admin
 */
async function removeMember(db: Writes, { groupId, memberId, rank }: MemberRow): Promise<void> {
	if (rank <= RANK_ADMIN && !(await hasOtherMember(db, groupId, memberId, RANK_ADMIN))) {
		throw new Failure(SERVER_ERRORS.LAST_ADMIN);
	}
	await deleteMember(db, groupId, memberId);
	await markRotationDue(db, groupId, memberId);
}

/** @throws Failure 300 */
async function requireMember(db: Reads, groupId: string, memberId: string): Promise<MemberRow> {
	const member = await findMember(db, groupId, memberId);
	if (member === undefined) throw new Failure(SERVER_ERRORS.NOT_A_MEMBER);
	return member;
}

function memberView({ memberId, rank, joinedAt, type }: MemberRow): GroupMember {
	return { user_id: memberId, rank, joined_time: joinedAt, user_type: type };
}
