import type { SignedInUser } from "../signed-in-user.js";
import type { GroupJoinReqListItem, GroupUserListItem } from "../types.js";
import { GroupSearch } from "./group-search.js";
import { joinMember, memberOf, prepareKeys, uploadOtherKeys } from "./invite.js";
import { listJoinRequests, rejectJoinRequest } from "./join-requests.js";
import { changeRank, leaveGroup, listMembers, prepareRank, toggleInvites } from "./members.js";
import type { OpenGroup } from "./open-group.js";
import { removeMember, rotateDueKeys } from "./removal.js";

/**
 * Who is in a group: members, invites and join requests (protocol/sdk-api §7.3 to §7.5). Members are users, or groups by their ids. Ranks go
 * from 0 (creator) over 1 (admin) and 2 (manages members) to 4.
 *
 * Functions that hand keys over first take the keys that others made, so that a new member gets every key of the group. Where it is said,
 * `NoPermission` (`client_201`) is thrown before anything is sent when the own rank, as far as this device knows it, is weaker.
 */
export abstract class GroupMembers extends GroupSearch {
	readonly #group: OpenGroup;

	constructor(user: SignedInUser, group: OpenGroup) {
		super(user, group);
		this.#group = group;
	}

	/**
	 * The direct members but oneself, those who joined first first, 50 at a time.
	 *
	 * @param last the last item of the page before
	 */
	getMember(last?: GroupUserListItem | null): Promise<GroupUserListItem[]> {
		return listMembers(this.#group, last);
	}

	/**
	 * Body of `PUT /group/:id/change_rank`, for an own backend. Synchronous.
	 *
	 * @param rank 1 to 4
	 * @throws InvalidInput `client_200` for another rank · NoPermission when the own rank is weaker than 1
	 */
	prepareUpdateRank(user_id: string, rank: number): string {
		return prepareRank(this.#group, user_id, rank);
	}

	/** Changes the rank of a member; the own one is taken over here. Parameters and errors as in {@link GroupMembers.prepareUpdateRank}. */
	updateRank(user_id: string, rank: number): Promise<void> {
		return changeRank(this.#group, user_id, rank);
	}

	/**
	 * Removes a member. With the option `rotate_on_removal` the keys that the member has are rotated as well: at an API that can do both in
	 * one step nobody else gets the new key, and groups below follow.
	 *
	 * @throws RotationPending when the member is out, but keys were not rotated
	 * @throws NoPermission when the own rank is weaker than 2 · ApiError `server_315` for the creator, `server_316` for a stronger rank
	 */
	kickUser(user_id: string): Promise<void> {
		return removeMember(this.#group, user_id);
	}

	/**
	 * Goes on where a removal left keys to be rotated: in this group and those below it, as far as the API says so (`data.rotation_due`). Below
	 * are its descendants and the groups of which it chose to be a member; at most 1,000 in one call. Those into which others have put it
	 * are theirs to rotate: by a call in that group.
	 *
	 * @throws RotationPending when some could not be rotated
	 */
	rotateDueKeys(): Promise<void> {
		return rotateDueKeys(this.#group);
	}

	/**
	 * Leaves the group; a group that is reached through another one is left by that one.
	 *
	 * @throws NoPermission when the user is a member of a group above it only · ApiError `server_308` for the last admin
	 */
	leave(): Promise<void> {
		return leaveGroup(this.#group);
	}

	/** Stops invites and join requests; called again, allows them. @throws NoPermission when the own rank is weaker than 1 */
	stopInvites(): Promise<void> {
		return toggleInvites(this.#group);
	}

	/**
	 * Invites a user, who is a member after `user.acceptGroupInvite`.
	 *
	 * @param rank 1 to 4, and not stronger than the own one; default 4
	 * @returns `undefined`, or with more than 100 keys what became of each further upload
	 * @throws KeyChanged when the key of the user is not the known one, and the option `key_change` is `block`: nothing was encrypted
	 * @throws NoPermission when the own rank is weaker than 2, or than `rank` · ApiError `server_302` for who is invited or a member
	 * @throws EnvelopeError `ENVELOPE_INCOMPLETE` when the API takes no more than the 100 newest keys: those were handed over
	 * @throws AnswerForged `what: "keys"` when the API's list of keys leaves some out: nothing was handed over
	 */
	async invite(user_id: string, rank?: number): Promise<PromiseSettledResult<string>[] | undefined> {
		return joinMember(this.#group, "invite", memberOf(user_id, 0), rank);
	}

	/** Makes a user a member at once. Parameters and errors as in {@link GroupMembers.invite}. */
	async inviteAuto(user_id: string, rank?: number): Promise<PromiseSettledResult<string>[] | undefined> {
		return joinMember(this.#group, "auto", memberOf(user_id, 0), rank);
	}

	/**
	 * Invites a group into this one, which is a connected group. Parameters and errors as in {@link GroupMembers.invite}.
	 *
	 * @throws AnswerForged `what: "group"` for an older key of that group than is known
	 * @throws KeyNotFound, KeyRotationUnfinished when the user is a member of that group, and its newest key can't be taken
	 */
	async inviteGroup(group_id: string, rank?: number): Promise<PromiseSettledResult<string>[] | undefined> {
		return joinMember(this.#group, "invite", memberOf(group_id, 2), rank);
	}

	/** Makes a group a member of this one, which is a connected group. Parameters and errors as in {@link GroupMembers.invite}. */
	async inviteGroupAuto(group_id: string, rank?: number): Promise<PromiseSettledResult<string>[] | undefined> {
		return joinMember(this.#group, "auto", memberOf(group_id, 2), rank);
	}

	/** Gives a member all keys anew; the rank stays. Errors as in {@link GroupMembers.invite}, and ApiError `server_320` for others. */
	async reInviteUser(user_id: string): Promise<PromiseSettledResult<string>[] | undefined> {
		return joinMember(this.#group, "again", memberOf(user_id, 0));
	}

	/** {@link GroupMembers.reInviteUser} for a group that is a member. */
	async reInviteGroup(group_id: string): Promise<PromiseSettledResult<string>[] | undefined> {
		return joinMember(this.#group, "again", memberOf(group_id, 2));
	}

	/**
	 * What an invite or the acceptance of a join request sends, for an own backend.
	 *
	 * @param page 0: body of the request; later ones: bodies of the key session, 100 keys each
	 * @param group `true` = `user_id` is the id of a group
	 * @throws InvalidInput `page` when there are no more keys · and the errors of {@link GroupMembers.invite}
	 */
	async prepareKeysForNewMember(user_id: string, rank?: number, page = 0, group = false): Promise<string> {
		return prepareKeys(this.#group, memberOf(user_id, group), rank, page);
	}

	/**
	 * Uploads the keys that were not in the request of an own backend: those beyond 100, and those that others made since.
	 *
	 * @param session_id of the API's answer to that request; may be empty
	 * @param auto `true` = the one is a member already: after an auto invite, an accepted join request or a re-invite
	 * @param group `true` = `user_id` is the id of a group
	 * @param prepared_input page 0 of what `prepareKeysForNewMember` answered. Without it every key is uploaded again, and nothing with an
	 * empty `session_id`
	 * @returns what became of each upload
	 * @throws InvalidInput `prepared_input`
	 * @throws EnvelopeError `ENVELOPE_INCOMPLETE` when keys are missing and there is no session: those were not handed over, and a
	 * re-invite does it
	 */
	async handleInviteSessionKeysForNewMember(
		session_id: string,
		user_id: string,
		auto = false,
		group = false,
		prepared_input?: string,
	): Promise<PromiseSettledResult<string>[]> {
		return uploadOtherKeys(this.#group, session_id, memberOf(user_id, group), auto, prepared_input);
	}

	/**
	 * Who asks to join, the first first, 50 at a time.
	 *
	 * @param last the last item of the page before
	 * @throws NoPermission when the own rank is weaker than 2
	 */
	getJoinRequests(last?: GroupJoinReqListItem | null): Promise<GroupJoinReqListItem[]> {
		return listJoinRequests(this.#group, last);
	}

	/** @param user_id of the list: a user or a group @throws NoPermission when the own rank is weaker than 2 */
	rejectJoinRequest(user_id: string): Promise<void> {
		return rejectJoinRequest(this.#group, user_id);
	}

	/**
	 * Makes who asked a member. Returns and throws as {@link GroupMembers.invite}.
	 *
	 * @param user_type of the list: 0 = a user, 2 = a group
	 */
	async acceptJoinRequest(
		user_id: string,
		user_type = 0,
		rank?: number,
	): Promise<PromiseSettledResult<string>[] | undefined> {
		return joinMember(this.#group, "request", memberOf(user_id, user_type), rank);
	}
}
