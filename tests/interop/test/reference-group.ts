import { newest, type ReferenceDevice, type RequestOptions, resultOf } from "./reference-device.js";

/** A key of a group, opened by the reference client. */
export interface ReferenceGroupKey {
	id: string;
	group_key: string;
	private_key: string;
	public_key: string;
	exported_public_key: string;
	/** ms */
	time: number;
}

interface LockedKey {
	key_data: string;
	private_key_id: string;
	signed_by_user_id?: string;
	signed_by_user_sign_key_id?: string;
}

/** Through what a group is reached, other than by being a member oneself. */
export interface Through {
	/** A member of the group, named in the access header. */
	member?: ReferenceGroup;
	/** The direct parent. */
	parent?: ReferenceGroup;
}

/** Who is invited, and how. */
export interface Invite {
	rank?: number;
	auto?: boolean;
	/** The target is a group. */
	group?: boolean;
	/** The target is a member already. */
	again?: boolean;
}

/** Keys in one request of the reference client. */
const PAGE = 50;

/**
 * A group that is open in the reference client. As {@link ReferenceDevice} it sends itself what the JavaScript layer of the
 * reference sends, by docs/protocol/group-protocol.md; its defects included (§7.2.3).
 */
export class ReferenceGroup {
	readonly id: string;
	readonly device: ReferenceDevice;
	/** The newest first. */
	keys: ReferenceGroupKey[] = [];
	rank = 4;
	keyUpdate = false;
	parentId: string | undefined;
	readonly #through: Through;

	constructor(device: ReferenceDevice, id: string, through: Through = {}) {
		this.device = device;
		this.id = id;
		this.#through = through;
	}

	/** Fetches the group anew, with all its keys. @param verify is a wrong signature an error? */
	async load(verify = false): Promise<this> {
		const { reference } = this.device.connection;
		const group = reference.group_extract_group_data(await this.send("GET", ""));
		this.rank = group.get_rank();
		this.keyUpdate = group.get_key_update();
		this.parentId = group.get_parent_group_id();
		this.keys = [];
		let page: LockedKey[] = group.get_keys();
		while (page.length > 0) {
			for (const key of page) this.keys.push(await this.#open(key, verify));
			if (page.length < PAGE) break;
			const last = newest(this.keys.slice(-1));
			page = reference.group_extract_group_keys(await this.send("GET", `/keys/${last.time}/${last.id}`));
		}
		return this;
	}

	/** Sends a request below the group, as who has access to it. @returns the answer as text */
	send(method: string, path: string, options: RequestOptions = {}): Promise<string> {
		return this.device.request(method, `/group/${this.id}${path}`, { via: this.via, ...options });
	}

	/** {@link send} of something that has nothing to answer. */
	async act(method: string, path: string, body?: string): Promise<void> {
		resultOf(await this.send(method, path, body === undefined ? {} : { body }));
	}

	/** The access header. */
	get via(): string | undefined {
		return this.#through.member?.id ?? this.#through.parent?.via;
	}

	encrypt(text: string, sign = false): string {
		const { connection, keys } = this.device;
		const signKey = sign ? newest(keys).sign_key : undefined;
		return connection.reference.encrypt_string_symmetric(newest(this.keys).group_key, text, signKey);
	}

	/** With the key that is named in it; fetched if it is not here. */
	async decrypt(ciphertext: string, verifyKey?: string): Promise<string> {
		const { reference } = this.device.connection;
		const { id } = reference.split_head_and_encrypted_string(ciphertext) as { id: string };
		return reference.decrypt_string_symmetric((await this.keyFor(id)).group_key, ciphertext, verifyKey);
	}

	async keyFor(id: string): Promise<ReferenceGroupKey> {
		return this.keys.find((key) => key.id === id) ?? this.#fetchKey(id, false);
	}

	async createChild(sign = false): Promise<ReferenceGroup> {
		const { reference, url, token } = this.device.connection;
		const { jwt, id: userId } = this.device;
		const { public_key } = newest(this.keys);
		const signKey = sign ? newest(this.device.keys).sign_key : undefined;
		const { id, rank, via } = this;
		const made = await reference.group_create_child_group(
			...([url, token, jwt, public_key, id, rank, via, signKey, userId] as const),
		);
		return new ReferenceGroup(this.device, made, { parent: this }).load();
	}

	async createConnected(): Promise<ReferenceGroup> {
		const { reference, url, token } = this.device.connection;
		const { jwt, id: userId } = this.device;
		const { public_key } = newest(this.keys);
		const { id, rank, via } = this;
		const made = await reference.group_create_connected_group(
			...([url, token, jwt, id, rank, public_key, via, undefined, userId] as const),
		);
		return new ReferenceGroup(this.device, made, { member: this }).load();
	}

	/** Hands over every key in pages of 50 as the JavaScript layer does. @returns whether there was a session for the later pages */
	async invite(target: string, { rank, auto = false, group = false, again = false }: Invite = {}): Promise<boolean> {
		const { reference, url, token } = this.device.connection;
		const publicKey = await this.#publicKeyOf(target, group);
		const session = await reference.group_invite_user(
			...([url, token, this.device.jwt, this.id, target, this.keys.length, rank, this.rank] as const),
			...([auto, group, again, publicKey, this.#page(0), this.via] as const),
		);
		return this.#upload(session, (keys) =>
			reference.group_invite_user_session(
				...([url, token, this.device.jwt, this.id, auto, session, publicKey, keys, this.via] as const),
			),
		);
	}

	async acceptJoinRequest(target: string, { rank, group = false }: Invite = {}): Promise<boolean> {
		const { reference, url, token } = this.device.connection;
		const publicKey = await this.#publicKeyOf(target, group);
		const session = await reference.group_accept_join_req(
			...([url, token, this.device.jwt, this.id, target, this.keys.length, rank, this.rank] as const),
			...([publicKey, this.#page(0), this.via] as const),
		);
		return this.#upload(session, (keys) =>
			reference.group_join_user_session(
				...([url, token, this.device.jwt, this.id, session, publicKey, keys, this.via] as const),
			),
		);
	}

	/** Starts a rotation. @returns the id of the new key, which is the newest now */
	async rotate(sign = false): Promise<string> {
		const key_id = await this.startRotation(sign);
		this.keys.unshift(await this.#fetchKey(key_id, false));
		return key_id;
	}

	/** {@link rotate} without a look at the new key. */
	async startRotation(sign = false): Promise<string> {
		const { connection, keys, id: userId } = this.device;
		const signKey = sign ? newest(keys).sign_key : undefined;
		const body = connection.reference.group_prepare_key_rotation(
			...([newest(this.keys).group_key, this.#own().public_key, signKey, userId] as const),
		);
		return resultOf<{ key_id: string }>(await this.send("POST", "/key_rotation", { body })).key_id;
	}

	/** @returns how many rotations were finished */
	async finishRotations(verify = false): Promise<number> {
		const { reference, url, token } = this.device.connection;
		const { jwt } = this.device;
		const pending: string[] = resultOf<unknown[]>(await this.send("GET", "/key_rotation")).map((entry) =>
			JSON.stringify(entry),
		);
		for (const entry of pending) {
			const input = reference.group_get_done_key_rotation_server_input(entry);
			const previous = await this.keyFor(input.get_previous_group_key_id());
			const privateKey = this.#privateKey(input.get_encrypted_eph_key_key_id());
			await reference.group_finish_key_rotation(
				...([url, token, jwt, this.id, entry, previous.group_key] as const),
				...([this.#own().public_key, privateKey, this.via] as const),
			);
			this.keys.unshift(await this.#fetchKey(input.get_new_group_key_id(), verify));
		}
		return pending.length;
	}

	async updateRank(target: string, rank: number): Promise<void> {
		const body = this.device.connection.reference.group_prepare_update_rank(target, rank, this.rank);
		await this.act("PUT", "/change_rank", body);
	}

	/** The newest pair that opens the group's keys: of the user, or of the group through which it is reached. */
	#own(): { public_key: string } {
		const { member, parent } = this.#through;
		return newest<{ public_key: string }>((parent ?? member)?.keys ?? this.device.keys);
	}

	#privateKey(id: string): string {
		const { member, parent } = this.#through;
		const all = (parent ?? member)?.keys ?? this.device.keys.map((key) => ({ ...key, id: key.group_key_id }));
		return newest(all.filter((key) => key.id === id)).private_key;
	}

	async #fetchKey(id: string, verify: boolean): Promise<ReferenceGroupKey> {
		const answer = this.device.connection.reference.group_extract_group_key(await this.send("GET", `/key/${id}`));
		const signer = answer.get_signed_by_user_id();
		const signKey = answer.get_signed_by_user_sign_key_id();
		return this.#open(
			{
				...{ key_data: answer.get_key_data(), private_key_id: answer.get_private_key_id() },
				...(signer && signKey && { signed_by_user_id: signer, signed_by_user_sign_key_id: signKey }),
			},
			verify,
		);
	}

	async #open(key: LockedKey, verify: boolean): Promise<ReferenceGroupKey> {
		const { reference } = this.device.connection;
		const verifyKey = verify ? await this.#verifyKeyOf(key) : undefined;
		const opened = reference.group_decrypt_key(this.#privateKey(key.private_key_id), key.key_data, verifyKey);
		return {
			id: opened.get_group_key_id(),
			group_key: opened.get_group_key(),
			private_key: opened.get_private_group_key(),
			public_key: opened.get_public_group_key(),
			exported_public_key: opened.get_exported_public_group_key(),
			time: Number(opened.get_time()),
		};
	}

	async #verifyKeyOf({ signed_by_user_id, signed_by_user_sign_key_id }: LockedKey): Promise<string | undefined> {
		if (!signed_by_user_id || !signed_by_user_sign_key_id) return undefined;
		const path = `/user/${signed_by_user_id}/verify_key/${signed_by_user_sign_key_id}`;
		return this.device.connection.reference.user_extract_verify_key_data(await this.device.request("GET", path));
	}

	async #publicKeyOf(target: string, group: boolean): Promise<string> {
		const { reference } = this.device.connection;
		if (group) {
			const answer = await this.device.request("GET", `/group/${target}/public_key`);
			return reference.group_extract_public_key_data(answer).get_public_key();
		}
		const answer = await this.device.request("GET", `/user/${target}/public_key`);
		return reference.user_extract_public_key_data(answer).get_public_key();
	}

	/** Of the JavaScript layer: the right number of keys, always from the start of the list (§7.2.3, rule 1). */
	#page(page: number): string {
		const keys = this.keys.slice(0, Math.min(PAGE, this.keys.length - page * PAGE));
		return `[${keys.map(({ group_key }) => group_key).join(",")}]`;
	}

	async #upload(session: string, send: (keys: string) => Promise<void>): Promise<boolean> {
		if (session === "") return false;
		for (let page = 1; page * PAGE < this.keys.length; page++) await send(this.#page(page));
		return true;
	}
}

/** A group of the device's user, open. */
export const openReferenceGroup = (device: ReferenceDevice, id: string, through?: Through): Promise<ReferenceGroup> =>
	new ReferenceGroup(device, id, through).load();

/** A new group of the device's user. */
export async function createReferenceGroup(device: ReferenceDevice, sign = false): Promise<ReferenceGroup> {
	const { reference, url, token } = device.connection;
	const { public_key, sign_key } = newest(device.keys);
	const signKey = sign ? sign_key : undefined;
	const id = await reference.group_create_group(
		...([url, token, device.jwt, public_key, undefined, signKey, device.id] as const),
	);
	return openReferenceGroup(device, id);
}
