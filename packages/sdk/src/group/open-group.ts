import type { GroupSigner } from "@sentc-ts/core-crypto";
import type { RequestContext } from "@sentc-ts/transport";
import { groupRoutes } from "@sentc-ts/transport/contract";
import type { KeyPairOwner, KeyRing } from "../keys/key-ring.js";
import type { KeyRotation } from "../keys/rotation.js";
import type { Session } from "../session/session.js";
import type { GroupData, GroupKey } from "../types.js";
import { groupKeyRing, groupRequest } from "./keys.js";
import { groupKeyRotation } from "./rotation.js";
import { storeGroup } from "./stored.js";

/** A group as it is open on this device: what all functions of a `Group` share. */
export class OpenGroup {
	readonly session: Session;
	/** Whose key pairs open the keys: the user, the parent group, or the group through which the user reaches this one. */
	readonly owner: KeyPairOwner;
	readonly ring: KeyRing<GroupKey>;
	readonly rotation: KeyRotation<GroupKey>;
	readonly #data: GroupData;

	constructor(session: Session, data: GroupData, owner: KeyPairOwner) {
		this.session = session;
		this.#data = data;
		this.owner = owner;
		this.ring = groupKeyRing(session, data, owner);
		this.rotation = groupKeyRotation(this);
	}

	/** @throws SessionEnded after log out */
	get data(): GroupData {
		this.session.assertLoggedIn();
		return this.#data;
	}

	get id(): string {
		return this.data.group_id;
	}

	/** The id under which the API knows whoever acts here (protocol/http-api §5.2). */
	get memberId(): string {
		const { access_by_group_as_member, from_parent, parent_group_id } = this.data;
		return (from_parent ? parent_group_id : access_by_group_as_member) ?? this.session.data.user_id;
	}

	/** Who signs group keys. */
	get signer(): GroupSigner {
		return { userId: this.session.data.user_id, signKey: this.session.newestKey.sign_key };
	}

	/** Who asks, and through which group. */
	request(): Promise<RequestContext> {
		return groupRequest(this.session, this.data);
	}

	save(): Promise<void> {
		return storeGroup(this.session, this.data);
	}

	/** Of the key that the API has as the newest one. */
	async newestKeyId(): Promise<string> {
		const { client } = this.session.context;
		return (await client.call(groupRoutes.groupPublicKey, { params: { group_id: this.id } })).public_key_id;
	}

	/**
	 * Asks for the own rank, new keys, and whether a rotation is due. Nothing is stored. A rotation is finished once for all devices of a
	 * user, and for all members of a parent: who did not do that finds a newer key.
	 */
	async checkForUpdate(): Promise<void> {
		const { client } = this.session.context;
		const params = { group_id: this.id };
		const newest = this.newestKeyId();
		// Of a group that is gone both are refused: "no access" is what the caller is told.
		newest.catch(() => undefined);
		const answer = await client.call(groupRoutes.checkGroupUpdate, { ...(await this.request()), params });
		const newestKeyId = await newest;
		const checked: Partial<GroupData> = {
			rank: answer.rank,
			key_update: answer.key_update || !this.ring.findProven(newestKeyId),
			rotation_due: answer.rotation_due === true,
			last_check_time: Date.now(),
		};
		Object.assign(this.data, checked);
	}
}
