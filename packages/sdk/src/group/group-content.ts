import type { EncryptionKey, RawEncrypted } from "@sentc-ts/core-crypto";
import { Content, type DecryptionKeys } from "../content/content.js";
import {
	deleteSymKey,
	fetchSymKey,
	fetchSymKeys,
	type RegisteredSymKey,
	registerSymKey,
} from "../content/content-keys.js";
import { generateSymKey, openSymKey, type SymKey } from "../content/sym-key.js";
import type { ContentDecryption } from "../content/types.js";
import { KeyNotFound } from "../errors.js";
import type { SignedInUser } from "../signed-in-user.js";
import type { GroupData, GroupKey } from "../types.js";
import type { OpenGroup } from "./open-group.js";

/** What a member encrypts and decrypts in a group, and the keys for that. */
export abstract class GroupContent implements ContentDecryption {
	/** Who sees the group. */
	readonly user: SignedInUser;
	readonly #group: OpenGroup;
	readonly #keys: DecryptionKeys;
	readonly #content: Content;

	constructor(user: SignedInUser, group: OpenGroup) {
		this.user = user;
		this.#group = group;
		this.#keys = {
			find: (id) => ({ symmetric: this.getSymKeyByIdSync(id) }),
			load: async (id) => ({ symmetric: await this.getSymKeyById(id) }),
		};
		this.#content = new Content(group.session, this.#keys);
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
		return this.#group.data;
	}

	set groupKeys(keys: GroupKey[]) {
		this.data.keys = keys;
	}

	set groupKeyMap(map: Map<string, number>) {
		this.data.key_map = map;
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

	/** {@link GroupContent.encryptRaw}, synchronous. */
	encryptRawSync(data: Uint8Array | ArrayBuffer, sign = false): RawEncrypted {
		return this.#content.encryptRawSync(this.#encryptionKey, data, sign);
	}

	/** Encrypts bytes; head and ciphertext in one array. Parameters and errors as in {@link GroupContent.encryptRaw}. */
	async encrypt(data: Uint8Array | ArrayBuffer, sign = false): Promise<Uint8Array> {
		return this.#content.encrypt(this.#encryptionKey, data, sign);
	}

	/** {@link GroupContent.encrypt}, synchronous. */
	encryptSync(data: Uint8Array | ArrayBuffer, sign = false): Uint8Array {
		return this.#content.encryptSync(this.#encryptionKey, data, sign);
	}

	/** Encrypts text; base64 of head and ciphertext. Parameters and errors as in {@link GroupContent.encryptRaw}. */
	async encryptString(text: string, sign = false): Promise<string> {
		return this.#content.encryptString(this.#encryptionKey, text, sign);
	}

	/** {@link GroupContent.encryptString}, synchronous. */
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
		return generateSymKey(this.#group.session, this.#encryptionKey);
	}

	async getNonRegisteredKey(master_key_id: string, wrapped: string): Promise<SymKey> {
		return openSymKey(this.#group.session, this.#keys.load, master_key_id, wrapped);
	}

	/**
	 * A new symmetric key for content of this group, of which the API keeps the encrypted form.
	 *
	 * @throws ApiError `server_203` when the app does not let users register keys
	 */
	async registerKey(): Promise<SymKey> {
		return registerSymKey(this.#group.session, this.#encryptionKey);
	}

	async fetchKey(key_id: string): Promise<SymKey> {
		return fetchSymKey(this.#group.session, this.#keys.load, key_id);
	}

	async fetchKeysOfMaster(
		master_key_id: string,
		last?: Pick<RegisteredSymKey, "key_id" | "time">,
	): Promise<RegisteredSymKey[]> {
		return fetchSymKeys(this.#group.session, this.#keys.load, master_key_id, last);
	}

	async deleteKey(key_id: string): Promise<void> {
		return deleteSymKey(this.#group.session, key_id);
	}

	/** The newest group key (secret key string) and its id. */
	async getSymKeyToEncrypt(): Promise<[string, string]> {
		return this.getSymKeyToEncryptSync();
	}

	/** {@link GroupContent.getSymKeyToEncrypt}, synchronous. */
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
		return (await this.#group.ring.load(id)).group_key;
	}

	/** {@link GroupContent.getSymKeyById}, synchronous. @throws KeyNotFound when the key is not on this device */
	getSymKeyByIdSync(id: string): string {
		return this.#group.ring.get(id).group_key;
	}

	/** A JWT of the user, valid for at least 30 seconds. */
	getJwt(): Promise<string> {
		return this.#group.session.getJwt();
	}

	/** The user's newest sign key: a secret key string. */
	async getSignKey(): Promise<string> {
		return this.getSignKeySync();
	}

	/** {@link GroupContent.getSignKey}, synchronous. */
	getSignKeySync(): string {
		return this.#group.session.newestKey.sign_key;
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

	get #encryptionKey(): EncryptionKey {
		return { symmetric: this.getSymKeyToEncryptSync()[0] };
	}
}
