import type { EncryptionKey, RawEncrypted } from "@sentc-ts/core-crypto";
import { groupRoutes } from "@sentc-ts/transport/contract";
import { Content, type DecryptionKeys } from "../content/content.js";
import { generateSymKey, openSymKey, type SymKey } from "../content/sym-key.js";
import type { ContentDecryption } from "../content/types.js";
import { AnswerForged, KeyNotFound, NoPermission } from "../errors.js";
import { checkId, checkVerify } from "../input.js";
import type { KeyPairOwner, KeyRing } from "../keys/key-ring.js";
import { requireAll } from "../keys/opened.js";
import type { Session } from "../session/session.js";
import type { SignedInUser } from "../signed-in-user.js";
import type { GroupData, GroupKey, GroupOutDataKeys, GroupVerify } from "../types.js";
import { groupKeyRing, groupRequest, openGroupKeys, readGroupKeys } from "./keys.js";
import { removeStoredGroup, storeGroup } from "./stored.js";

/** Members up to this rank manage the group. */
const ADMIN_RANK = 1;

/**
 * A group, seen by one of its members (protocol/sdk-api §7). Content is encrypted by the newest group key and decrypted by the
 * one it names; the asynchronous functions fetch a key that is not on this device, the synchronous ones throw
 * `KeyNotFound`. After the user logged out every function throws `SessionEnded`. Whatever else they throw is said at `User`.
 *
 * @example
 * ```ts
 * import type { Group, User } from "@sentc-ts/sdk";
 *
 * export async function note(user: User, text: string): Promise<{ groupId: string; encrypted: string }> {
 * 	const groupId = await user.createGroup();
 * 	const group: Group = await user.getGroup(groupId);
 * 	return { groupId, encrypted: await group.encryptString(text) };
 * }
 * ```
 */
export class Group implements ContentDecryption {
	/** Who sees the group. */
	readonly user: SignedInUser;
	readonly #session: Session;
	readonly #data: GroupData;
	readonly #owner: KeyPairOwner;
	readonly #ring: KeyRing<GroupKey>;
	readonly #keys: DecryptionKeys;
	readonly #content: Content;

	/** @param owner whose key pairs open the keys of the group */
	constructor(user: SignedInUser, session: Session, data: GroupData, owner: KeyPairOwner = session.keys) {
		this.user = user;
		this.#session = session;
		this.#data = data;
		this.#owner = owner;
		this.#ring = groupKeyRing(session, data, owner);
		this.#keys = {
			find: (id) => ({ symmetric: this.getSymKeyByIdSync(id) }),
			load: async (id) => ({ symmetric: await this.getSymKeyById(id) }),
		};
		this.#content = new Content(session, this.#keys);
	}

	/** Origin of the API. */
	get base_url(): string {
		return this.user.base_url;
	}

	/** Public token of the app. */
	get app_token(): string {
		return this.user.app_token;
	}

	/** Ids, rank, keys. */
	get data(): GroupData {
		this.#session.assertLoggedIn();
		return this.#data;
	}

	/**
	 * Encrypts bytes; head and ciphertext apart.
	 *
	 * @param sign sign with the user's newest sign key
	 * @throws InvalidInput when `data` is not bytes
	 * @throws CryptoError `SIGNED_CONTENT_LENGTH` for 4 bytes to sign, unless the option `sign_short_content` is on
	 */
	async encryptRaw(data: Uint8Array | ArrayBuffer, sign = false): Promise<RawEncrypted> {
		return this.#content.encryptRaw(this.#encryptionKey, data, sign);
	}

	/** {@link Group.encryptRaw}, synchronous. */
	encryptRawSync(data: Uint8Array | ArrayBuffer, sign = false): RawEncrypted {
		return this.#content.encryptRawSync(this.#encryptionKey, data, sign);
	}

	/** Encrypts bytes; head and ciphertext in one array. Parameters and errors as in {@link Group.encryptRaw}. */
	async encrypt(data: Uint8Array | ArrayBuffer, sign = false): Promise<Uint8Array> {
		return this.#content.encrypt(this.#encryptionKey, data, sign);
	}

	/** {@link Group.encrypt}, synchronous. */
	encryptSync(data: Uint8Array | ArrayBuffer, sign = false): Uint8Array {
		return this.#content.encryptSync(this.#encryptionKey, data, sign);
	}

	/** Encrypts text; base64 of head and ciphertext. Parameters and errors as in {@link Group.encryptRaw}. */
	async encryptString(text: string, sign = false): Promise<string> {
		return this.#content.encryptString(this.#encryptionKey, text, sign);
	}

	/** {@link Group.encryptString}, synchronous. */
	encryptStringSync(text: string, sign = false): string {
		return this.#content.encryptStringSync(this.#encryptionKey, text, sign);
	}

	async decryptRaw(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Promise<Uint8Array> {
		return this.#content.decryptRaw(head, data, verify_key);
	}

	decryptRawSync(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		return this.#content.decryptRawSync(head, data, verify_key);
	}

	async decrypt(data: Uint8Array | ArrayBuffer, verify = false, user_id?: string): Promise<Uint8Array> {
		return this.#content.decrypt(data, verify, user_id);
	}

	decryptSync(data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		return this.#content.decryptSync(data, verify_key);
	}

	async decryptString(text: string, verify = false, user_id?: string): Promise<string> {
		return this.#content.decryptString(text, verify, user_id);
	}

	decryptStringSync(text: string, verify_key?: string): string {
		return this.#content.decryptStringSync(text, verify_key);
	}

	/**
	 * A new symmetric key for content of this group.
	 *
	 * @returns the key, and its form encrypted by the newest group key: the API keeps neither
	 */
	async generateNonRegisteredKey(): Promise<[SymKey, string]> {
		return generateSymKey(this.#session, this.#encryptionKey);
	}

	async getNonRegisteredKey(master_key_id: string, wrapped: string): Promise<SymKey> {
		return openSymKey(this.#session, this.#keys.load, master_key_id, wrapped);
	}

	/** Asks for the own rank and open key rotations; changes `data`, not the storage. */
	async groupUpdateCheck(): Promise<void> {
		const { group_id } = this.data;
		const { client } = this.#session.context;
		const answer = await client.call(groupRoutes.checkGroupUpdate, {
			...(await groupRequest(this.#session, this.data)),
			params: { group_id },
		});
		Object.assign(this.data, { ...answer, last_check_time: Date.now() } satisfies Partial<GroupData>);
	}

	/**
	 * Fetches all keys that are not on this device; 50 are listed per request, the newest first, down to those that are here.
	 *
	 * @param jwt from `getJwt`
	 * @param verify how they are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @returns `data` with the keys
	 * @throws AnswerForged `what: "keys"` when the API's list has a gap. What it has is here; `getSymKeyById` fetches any other
	 */
	async fetchKeys(jwt: string, verify: number = 0): Promise<GroupData> {
		checkId("jwt", jwt);
		checkVerify(verify);
		const strictest = Math.max(verify, this.data.verify ?? 0) as GroupVerify;
		const ring = groupKeyRing(this.#session, this.data, this.#owner, { jwt, verify: strictest });
		const whole = await ring.loadAll();
		await storeGroup(this.#session, this.data);
		if (!whole) throw new AnswerForged("keys", "The API's list of group keys has a gap");
		return this.data;
	}

	/**
	 * Opens group keys of the API, in the same order, and keeps none.
	 *
	 * @param list each with the API's answer as JSON text
	 * @param verify how they are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @throws InvalidInput naming the member that is wrong · CryptoError when a key can't be opened · SignerUnknown
	 */
	async decryptKey(list: readonly GroupOutDataKeys[], verify: number = 0): Promise<GroupKey[]> {
		checkVerify(verify);
		const { group_id } = this.data;
		return requireAll(await openGroupKeys(this.#session, this.#owner, readGroupKeys(list), { group_id, verify }));
	}

	/** The newest group key (secret key string) and its id. */
	async getSymKeyToEncrypt(): Promise<[string, string]> {
		return this.getSymKeyToEncryptSync();
	}

	/** {@link Group.getSymKeyToEncrypt}, synchronous. */
	getSymKeyToEncryptSync(): [string, string] {
		const { newest_key_id } = this.data;
		return [this.getSymKeyByIdSync(newest_key_id), newest_key_id];
	}

	/**
	 * A group key (secret key string); fetched when it is not on this device.
	 *
	 * @throws ApiError `server_304` when the API does not have it for this user · AnswerForged when it answers another key
	 */
	async getSymKeyById(id: string): Promise<string> {
		return (await this.#ring.load(id)).group_key;
	}

	/** {@link Group.getSymKeyById}, synchronous. @throws KeyNotFound when the key is not on this device */
	getSymKeyByIdSync(id: string): string {
		return this.#ring.get(id).group_key;
	}

	/** A JWT of the user, valid for at least 30 seconds. */
	getJwt(): Promise<string> {
		return this.#session.getJwt();
	}

	/** The user's newest sign key: a secret key string. */
	async getSignKey(): Promise<string> {
		return this.getSignKeySync();
	}

	/** {@link Group.getSignKey}, synchronous. */
	getSignKeySync(): string {
		return this.#session.newestKey.sign_key;
	}

	/** The newest searchable key. @throws KeyNotFound when the group has none */
	getNewestHmacKey(): string {
		const [key] = this.data.hmac_keys;
		if (key === undefined) throw new KeyNotFound("The group has no searchable key");
		return key;
	}

	/** The newest sortable key. @throws KeyNotFound when the group has none */
	getNewestSortableKey(): string {
		const [key] = this.data.sortable_keys;
		if (key === undefined) throw new KeyNotFound("The group has no sortable key");
		return key;
	}

	/**
	 * Deletes the group for everybody.
	 *
	 * @throws NoPermission `client_201` when the own rank is larger than 1; nothing was sent
	 */
	async deleteGroup(): Promise<void> {
		const { group_id, rank } = this.data;
		if (rank > ADMIN_RANK) throw new NoPermission();
		const { client } = this.#session.context;
		await client.call(groupRoutes.deleteGroup, {
			...(await groupRequest(this.#session, this.data)),
			params: { group_id },
		});
		await removeStoredGroup(this.#session, this.data);
	}

	get #encryptionKey(): EncryptionKey {
		return { symmetric: this.getSymKeyToEncryptSync()[0] };
	}
}
