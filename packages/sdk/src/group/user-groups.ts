import type { Session } from "../session/session.js";
import { SignedInUser } from "../signed-in-user.js";
import type { GroupInviteListItem } from "../types.js";
import { createGroup, doneGroupCreate, prepareGroupCreate, prepareGroupCreateAsync } from "./create.js";
import { Group } from "./group.js";
import { loadGroup } from "./load.js";

/** What a user does with the keys of groups: making and opening them (protocol/sdk-api §6.6). */
export abstract class UserWithGroups extends SignedInUser {
	readonly #session: Session;

	constructor(session: Session, group_invites: GroupInviteListItem[] = []) {
		super(session, group_invites);
		this.#session = session;
	}

	/** Body of `POST /group`, for an own backend. Synchronous. @param sign sign the group key */
	prepareGroupCreate(sign = false): string {
		return prepareGroupCreate(this.#session, sign);
	}

	/** {@link User.prepareGroupCreate} without blocking. */
	prepareGroupCreateAsync(sign = false): Promise<string> {
		return prepareGroupCreateAsync(this.#session, sign);
	}

	/**
	 * Reads the API's answer to what {@link User.prepareGroupCreate} made. The first `getGroup` then requires the key that was made.
	 *
	 * @param server_output the answer of the API, as text
	 * @param prepared_input what `prepareGroupCreate` answered
	 * @returns the id of the new group
	 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API · InvalidInput `prepared_input`
	 */
	doneGroupCreate(server_output: string, prepared_input: string): string {
		return doneGroupCreate(this.#session, server_output, prepared_input);
	}

	/** A new group with this user as its creator. @param sign sign the group key @returns the id of the new group */
	createGroup(sign = false): Promise<string> {
		return createGroup(this.#session, sign);
	}

	/**
	 * A group with its keys, from the storage or the API. The user is a member of it or of a group above it, which is then loaded, too. A
	 * stored group opens also when the API can't be reached, with the keys and the rank of the last time: to encrypt for those who are members
	 * now, call `groupUpdateCheck` first, which throws then.
	 *
	 * @param group_as_member id of the group through which the user reaches it
	 * @param verify how the keys are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @throws CryptoError when a key can't be opened, or its signature is wrong · SignerUnknown when it is not of a user whom the option
	 * `signers` lets sign
	 * @throws AnswerForged `what: "group"` when the API answers another group, or another key than the one that was made here
	 * @throws ApiError `server_310` when the user is not a member at all
	 */
	async getGroup(group_id: string, group_as_member?: string, verify: number = 0): Promise<Group> {
		return new Group(this, await loadGroup(this.#session, { group_id, group_as_member, verify }));
	}
}
