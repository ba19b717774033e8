import { requireAll } from "../keys/opened.js";
import { openHmacKeys, openSortableKeys, readHmacKeys, readSortableKeys } from "../keys/search-keys.js";
import type { SignedInUser } from "../signed-in-user.js";
import type {
	GroupChildrenListItem,
	GroupData,
	GroupInviteListItem,
	GroupKey,
	GroupList,
	GroupOutDataHmacKeys,
	GroupOutDataKeys,
	GroupOutDataSortableKeys,
} from "../types.js";
import * as asMember from "./as-member.js";
import { createBelow, listChildren, prepareChild, prepareChildAsync } from "./children.js";
import {
	decryptKeys,
	doneRotation,
	fetchEveryKey,
	finishRotations,
	prepareRotation,
	rotateKeys,
} from "./generations.js";
import { GroupFiles } from "./group-files.js";
import { loadGroup } from "./load.js";
import { deleteGroup } from "./members.js";
import type { OpenGroup } from "./open-group.js";

/**
 * A group, seen by one of its members (protocol/sdk-api §7). Content is encrypted by the newest group key and decrypted by the
 * one it names; the asynchronous functions fetch a key that is not on this device, the synchronous ones throw
 * `KeyNotFound`. After the user logged out every function throws `SessionEnded`. Whatever else they throw is said at `User`.
 *
 * @example
 * ```ts
 * import type { Group, User } from "@sentc-ts/sdk";
 *
 * export async function share(user: User, otherId: string, text: string): Promise<{ groupId: string; encrypted: string }> {
 * 	const groupId = await user.createGroup();
 * 	const group: Group = await user.getGroup(groupId);
 * 	await group.invite(otherId);
 * 	return { groupId, encrypted: await group.encryptString(text) };
 * }
 *
 * export async function read(other: User, groupId: string, encrypted: string): Promise<string> {
 * 	await other.acceptGroupInvite(groupId);
 * 	return (await other.getGroup(groupId)).decryptString(encrypted);
 * }
 * ```
 */
export class Group extends GroupFiles {
	readonly #group: OpenGroup;

	/** `user.getGroup` makes it. */
	constructor(user: SignedInUser, group: OpenGroup) {
		super(user, group);
		this.#group = group;
	}

	/**
	 * A group below this one, reached as this one is.
	 *
	 * @param verify how the keys are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @throws what `user.getGroup` throws
	 */
	async getChildGroup(group_id: string, verify: number = 0): Promise<Group> {
		const { session, data } = this.#group;
		const group_as_member = data.access_by_group_as_member;
		return new Group(this.user, await loadGroup(session, { group_id, group_as_member, verify }));
	}

	/**
	 * A connected group of which this one is a member.
	 *
	 * @param verify how the keys are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @throws what `user.getGroup` throws
	 */
	async getConnectedGroup(group_id: string, verify: number = 0): Promise<Group> {
		const { id: group_as_member, session } = this.#group;
		return new Group(this.user, await loadGroup(session, { group_id, group_as_member, verify }));
	}

	/** The children, the oldest first, 50 at a time. @param last the last item of the page before */
	getChildren(last?: GroupChildrenListItem | null): Promise<GroupChildrenListItem[]> {
		return listChildren(this.#group, last);
	}

	/**
	 * Body of `POST /group/:id/child` or `/connected`, for an own backend. Synchronous: the key of this group is not compared with its
	 * private one, which {@link Group.prepareCreateChildGroupAsync} does.
	 *
	 * @param sign sign the group key
	 * @returns the body, and the id of the key of this group that it is encrypted for
	 * @throws NoPermission when the own rank is weaker than 1
	 */
	prepareCreateChildGroup(sign = false): [string, string] {
		return prepareChild(this.#group, sign);
	}

	/** {@link Group.prepareCreateChildGroup} without blocking. @throws AnswerForged `own_key` */
	prepareCreateChildGroupAsync(sign = false): Promise<[string, string]> {
		return prepareChildAsync(this.#group, sign);
	}

	/**
	 * A new group below this one, whose members are members of it, too.
	 *
	 * @param sign sign the group key
	 * @returns its id
	 * @throws NoPermission when the own rank is weaker than 1
	 */
	createChildGroup(sign = false): Promise<string> {
		return createBelow(this.#group, "child", sign);
	}

	/** A new group that other groups can be members of; this one is the first. Parameters, result and errors as of a child. */
	createConnectedGroup(sign = false): Promise<string> {
		return createBelow(this.#group, "connected", sign);
	}

	/** Asks for the own rank and open key rotations; changes `data`, not the storage. */
	groupUpdateCheck(): Promise<void> {
		return this.#group.checkForUpdate();
	}

	/** Deletes the group, with all below it, for everybody. @throws NoPermission when the own rank is weaker than 1 */
	deleteGroup(): Promise<void> {
		return deleteGroup(this.#group);
	}

	/** Groups of which this one is a member, the oldest first, 50 at a time. @param last the last item of the page before */
	getGroups(last?: GroupList | null): Promise<GroupList[]> {
		return asMember.listGroupsOf(this.#group, last);
	}

	/** Invites that this group received, the newest first, 50 at a time. @param last the last item of the page before */
	getGroupInvites(last?: GroupInviteListItem | null): Promise<GroupInviteListItem[]> {
		return asMember.listInvitesOf(this.#group, last);
	}

	/** Makes this group a member of the one that invited it. @throws ApiError `server_301` when the own rank is weaker than 1 */
	acceptGroupInvite(group_id: string): Promise<void> {
		return asMember.answerInvite(this.#group, group_id, true);
	}

	/** Declines the invite of another group. @throws ApiError `server_301` when the own rank is weaker than 1 */
	rejectGroupInvite(group_id: string): Promise<void> {
		return asMember.answerInvite(this.#group, group_id, false);
	}

	/** Asks for this group to become a member of a connected group. @throws ApiError `server_301` when the own rank is weaker than 1 */
	groupJoinRequest(group_id: string): Promise<void> {
		return asMember.sendJoinRequest(this.#group, group_id);
	}

	/** Join requests of this group, the newest first, 50 at a time. @throws NoPermission when the own rank is weaker than 1 */
	sentJoinReq(last?: GroupInviteListItem | null): Promise<GroupInviteListItem[]> {
		return asMember.listSentJoinRequests(this.#group, last);
	}

	/** Takes a join request of this group back. @throws NoPermission when the own rank is weaker than 1 */
	deleteJoinReq(group_id: string): Promise<void> {
		return asMember.deleteJoinRequest(this.#group, group_id);
	}

	/** Body of `POST /group/:id/key_rotation`, for an own backend. @param sign sign the new group key */
	prepareKeyRotation(sign = false): Promise<string> {
		return prepareRotation(this.#group, sign);
	}

	/**
	 * Takes the key of a rotation that an own backend has sent.
	 *
	 * @param server_output the answer of the API, as text
	 * @param prepared_input what `prepareKeyRotation` answered
	 * @throws ApiError when the API refused · InvalidInput `prepared_input` · AnswerForged when the API answers another key
	 */
	doneKeyRotation(server_output: string, prepared_input: string): Promise<GroupKey> {
		return doneRotation(this.#group, server_output, prepared_input);
	}

	/**
	 * A new group key: content is encrypted by it from now on. The other members get it by {@link Group.finishKeyRotation}. Calls at the
	 * same time share one rotation.
	 *
	 * @param sign sign the new group key; where signatures are required, one that follows a signed key is signed in any case
	 * @throws AnswerForged when the API answers other keys than were sent: they are not used
	 * @throws ApiError `server_301`, `server_321` when the app does not let this rank rotate, or not again this month
	 */
	keyRotation(sign = false): Promise<GroupKey> {
		return rotateKeys(this.#group, sign);
	}

	/**
	 * Takes the keys that other members made. `data.key_update` tells when there are some, and afterwards whether the newest is still
	 * missing: who was invited while it was made may have to be invited again.
	 *
	 * @param verify how they are checked: 0, 1 or 2, as {@link GroupVerify} says; keys that come later are checked as strictly. Where
	 * signatures are required, a key that follows a signed one and that nobody but the API vouches for is checked as with 2
	 * @throws KeyRotationUnfinished when some could not be taken, with the reason of each; the others are here
	 */
	finishKeyRotation(verify: number = 0): Promise<void> {
		return finishRotations(this.#group, verify);
	}

	/**
	 * Fetches all keys that are not on this device; 50 are listed per request, the newest first, down to those that are here.
	 *
	 * @param jwt from `getJwt`
	 * @param verify how they are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @returns `data` with the keys
	 * @throws AnswerForged `what: "keys"` when the API's list has a gap. What it has is here; `getSymKeyById` fetches any other
	 */
	fetchKeys(jwt: string, verify: number = 0): Promise<GroupData> {
		return fetchEveryKey(this.#group, jwt, verify);
	}

	/**
	 * Opens group keys of the API, in the same order, and keeps none.
	 *
	 * @param list each with the API's answer as JSON text
	 * @param verify how they are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @throws InvalidInput naming the member that is wrong · CryptoError when a key can't be opened · SignerUnknown
	 */
	decryptKey(list: readonly GroupOutDataKeys[], verify: number = 0): Promise<GroupKey[]> {
		return decryptKeys(this.#group, list, verify);
	}

	/**
	 * Opens searchable keys of this group, in the same order; group keys that are not on this device are fetched.
	 *
	 * @throws InvalidInput naming the member that is wrong · CryptoError when a key can't be opened
	 */
	async decryptHmacKeys(list: readonly GroupOutDataHmacKeys[]): Promise<string[]> {
		const { ring, session } = this.#group;
		return requireAll(await openHmacKeys(session.context.backend, ring, readHmacKeys(list)));
	}

	/** Opens sortable keys of this group. Errors as in {@link Group.decryptHmacKeys}. */
	async decryptSortableKeys(list: readonly GroupOutDataSortableKeys[]): Promise<string[]> {
		const { ring, session } = this.#group;
		return requireAll(await openSortableKeys(session.context.backend, ring, readSortableKeys(list)));
	}
}
