import type { EncryptionKey, RawEncrypted } from "@sentc-ts/core-crypto";
import type { RequestContext } from "@sentc-ts/transport";
import { groupRoutes } from "@sentc-ts/transport/contract";
import type { Account } from "../account/account.js";
import { MAX_PAGES, requireSameId } from "../answer.js";
import { Content, type DecryptionKeys } from "../content.js";
import { KeyNotFound, NoPermission } from "../errors.js";
import { checkId, checkVerify } from "../input.js";
import { generateSymKey, openSymKey, type SymKey } from "../sym-key.js";
import type { GroupData, GroupKey, GroupOutDataKeys, GroupVerify } from "../types.js";
import { addGroupKeys, KEYS_PER_PAGE, openGroupKey, openGroupKeys, readGroupKeys } from "./keys.js";
import { removeStoredGroup, storeGroup } from "./stored.js";

/** Members up to this rank manage the group. */
const ADMIN_RANK = 1;

/**
 * A group, seen by one of its members (protocol/sdk-api §7). Content is encrypted by the newest group key and decrypted by the
 * one it names; the asynchronous functions fetch a key that is not on this device, the synchronous ones throw
 * `KeyNotFound`. After the user logged out every function throws `SessionEnded`.
 */
export class Group {
	readonly #account: Account;
	readonly #data: GroupData;
	readonly #keys: DecryptionKeys;
	readonly #content: Content;

	constructor(account: Account, data: GroupData) {
		this.#account = account;
		this.#data = data;
		this.#keys = {
			find: (id) => ({ symmetric: this.getSymKeyByIdSync(id) }),
			load: async (id) => ({ symmetric: await this.getSymKeyById(id) }),
		};
		this.#content = new Content(account, this.#keys);
	}

	/** Ids, rank, keys. */
	get data(): GroupData {
		this.#account.assertLoggedIn();
		return this.#data;
	}

	/**
	 * Encrypts bytes; head and ciphertext apart.
	 *
	 * @param sign sign with the user's newest sign key
	 * @throws InvalidInput when `data` is not bytes
	 */
	async encryptRaw(data: Uint8Array | ArrayBuffer, sign = false): Promise<RawEncrypted> {
		return this.#content.encryptRaw(this.#encryptionKey, data, sign);
	}

	/** {@link Group.encryptRaw}, synchronous. */
	encryptRawSync(data: Uint8Array | ArrayBuffer, sign = false): RawEncrypted {
		return this.#content.encryptRawSync(this.#encryptionKey, data, sign);
	}

	/** Encrypts bytes; head and ciphertext in one array. */
	async encrypt(data: Uint8Array | ArrayBuffer, sign = false): Promise<Uint8Array> {
		return this.#content.encrypt(this.#encryptionKey, data, sign);
	}

	/** {@link Group.encrypt}, synchronous. */
	encryptSync(data: Uint8Array | ArrayBuffer, sign = false): Uint8Array {
		return this.#content.encryptSync(this.#encryptionKey, data, sign);
	}

	/** Encrypts text; base64 of head and ciphertext. */
	async encryptString(text: string, sign = false): Promise<string> {
		return this.#content.encryptString(this.#encryptionKey, text, sign);
	}

	/** {@link Group.encryptString}, synchronous. */
	encryptStringSync(text: string, sign = false): string {
		return this.#content.encryptStringSync(this.#encryptionKey, text, sign);
	}

	/**
	 * Decrypts what `encryptRaw` made.
	 *
	 * @param verify_key exported verify key of the signer; checks the signature
	 * @throws CryptoError when key, ciphertext or signature are wrong
	 * @throws ApiError when the key is not on this device and the API does not give it
	 */
	async decryptRaw(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Promise<Uint8Array> {
		return this.#content.decryptRaw(head, data, verify_key);
	}

	/** {@link Group.decryptRaw}, synchronous. */
	decryptRawSync(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		return this.#content.decryptRawSync(head, data, verify_key);
	}

	/**
	 * Decrypts what `encrypt` made.
	 *
	 * @param verify check the signature with the verify key of `user_id`, which is fetched when needed
	 */
	async decrypt(data: Uint8Array | ArrayBuffer, verify = false, user_id?: string): Promise<Uint8Array> {
		return this.#content.decrypt(data, verify, user_id);
	}

	/** {@link Group.decrypt}, synchronous, with the exported verify key of the signer. */
	decryptSync(data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		return this.#content.decryptSync(data, verify_key);
	}

	/** Decrypts what `encryptString` made. */
	async decryptString(text: string, verify = false, user_id?: string): Promise<string> {
		return this.#content.decryptString(text, verify, user_id);
	}

	/** {@link Group.decryptString}, synchronous, with the exported verify key of the signer. */
	decryptStringSync(text: string, verify_key?: string): string {
		return this.#content.decryptStringSync(text, verify_key);
	}

	/**
	 * A new symmetric key for content of this group.
	 *
	 * @returns the key, and its form encrypted by the newest group key: the API keeps neither
	 */
	async generateNonRegisteredKey(): Promise<[SymKey, string]> {
		return generateSymKey(this.#account, this.#encryptionKey);
	}

	/**
	 * Opens a key that `generateNonRegisteredKey` made in this group.
	 *
	 * @param master_key_id of that key; fetched when it is not on this device
	 * @param wrapped the encrypted form
	 * @throws CryptoError when the master key or the encrypted form is wrong
	 * @throws ApiError when the master key is not on this device and the API does not give it
	 */
	async getNonRegisteredKey(master_key_id: string, wrapped: string): Promise<SymKey> {
		return openSymKey(this.#account, this.#keys.load, master_key_id, wrapped);
	}

	/** Asks for the own rank and open key rotations; changes `data`, not the storage. */
	async groupUpdateCheck(): Promise<void> {
		const { group_id } = this.data;
		const { client } = this.#account.context;
		const answer = await client.call(groupRoutes.checkGroupUpdate, {
			...(await this.#requestContext()),
			params: { group_id },
		});
		Object.assign(this.data, { ...answer, last_check_time: Date.now() } satisfies Partial<GroupData>);
	}

	/**
	 * Fetches all keys that are older than the ones on this device, 50 per request.
	 *
	 * @param jwt from `getJwt`
	 * @param verify how they are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @returns `data` with the keys
	 */
	async fetchKeys(jwt: string, verify: number = 0): Promise<GroupData> {
		checkId("jwt", jwt);
		checkVerify(verify);
		const { group_id } = this.data;
		const { client } = this.#account.context;
		let cursor = oldestKey(this.data.keys);
		for (let pages = 0; pages < MAX_PAGES; pages++) {
			const page = await client.call(groupRoutes.listGroupKeys, {
				jwt,
				groupAccessId: this.data.access_by_group_as_member,
				params: { group_id, last_time: cursor?.time ?? "0", last_id: cursor?.group_key_id ?? "none" },
			});
			const before = this.data.keys.length;
			const keys = await openGroupKeys(this.#account, page, strictest(verify, this.data.verify));
			addGroupKeys(this.data, keys);
			cursor = keys.at(-1);
			// A full page with nothing new has the API go round in circles.
			if (page.length < KEYS_PER_PAGE || this.data.keys.length === before) break;
		}
		await storeGroup(this.#account, this.data);
		return this.data;
	}

	/**
	 * Opens group keys of the API, in the same order.
	 *
	 * @param list each with the API's answer as JSON text
	 * @param verify how they are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @throws InvalidInput naming the member that is wrong · CryptoError when a key can't be opened
	 */
	async decryptKey(list: readonly GroupOutDataKeys[], verify: number = 0): Promise<GroupKey[]> {
		checkVerify(verify);
		return openGroupKeys(this.#account, readGroupKeys(list), verify);
	}

	/** The newest group key and its id. */
	async getSymKeyToEncrypt(): Promise<[string, string]> {
		return this.getSymKeyToEncryptSync();
	}

	/** {@link Group.getSymKeyToEncrypt}, synchronous. */
	getSymKeyToEncryptSync(): [string, string] {
		const { newest_key_id } = this.data;
		return [this.getSymKeyByIdSync(newest_key_id), newest_key_id];
	}

	/** A group key; fetched when it is not on this device. */
	async getSymKeyById(id: string): Promise<string> {
		return (await this.#loadKey(id)).group_key;
	}

	/** @throws KeyNotFound when the key is not on this device */
	getSymKeyByIdSync(id: string): string {
		const key = this.#findKey(id);
		if (!key) throw new KeyNotFound();
		return key.group_key;
	}

	/** A JWT of the user, valid for at least 30 seconds. */
	getJwt(): Promise<string> {
		return this.#account.session.getJwt();
	}

	/** The user's newest sign key. */
	async getSignKey(): Promise<string> {
		return this.getSignKeySync();
	}

	/** {@link Group.getSignKey}, synchronous. */
	getSignKeySync(): string {
		return this.#account.newestKey.sign_key;
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
		const { client } = this.#account.context;
		await client.call(groupRoutes.deleteGroup, { ...(await this.#requestContext()), params: { group_id } });
		await removeStoredGroup(this.#account, this.data);
	}

	get #encryptionKey(): EncryptionKey {
		return { symmetric: this.getSymKeyToEncryptSync()[0] };
	}

	#findKey(id: string): GroupKey | undefined {
		const { key_map, keys } = this.data;
		const index = key_map.get(id);
		return index === undefined ? undefined : keys[index];
	}

	async #loadKey(key_id: string): Promise<GroupKey> {
		checkId("key_id", key_id);
		return this.#findKey(key_id) ?? this.#fetchKey(key_id);
	}

	/** A key that is fetched later is checked as strictly as those the group was loaded with. */
	async #fetchKey(key_id: string): Promise<GroupKey> {
		const { group_id, verify = 0 } = this.data;
		const answer = await this.#account.context.client.call(groupRoutes.groupKey, {
			...(await this.#requestContext()),
			params: { group_id, key_id },
		});
		requireSameId(key_id, answer.group_key_id);
		const key = await openGroupKey(this.#account, answer, verify);
		addGroupKeys(this.data, [key]);
		await storeGroup(this.#account, this.data);
		return key;
	}

	async #requestContext(): Promise<RequestContext> {
		return { jwt: await this.getJwt(), groupAccessId: this.data.access_by_group_as_member };
	}
}

/** The last one in the order of the API: time descending, then id ascending. */
function oldestKey(keys: readonly GroupKey[]): GroupKey | undefined {
	const order = (a: GroupKey, b: GroupKey): number =>
		Number(b.time) - Number(a.time) || (a.group_key_id < b.group_key_id ? -1 : 1);
	return keys.toSorted(order).at(-1);
}

const strictest = (a: GroupVerify, b: GroupVerify = 0): GroupVerify => (a > b ? a : b);
