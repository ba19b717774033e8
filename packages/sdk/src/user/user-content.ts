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
import type { ContentDecryption, UserEncryption } from "../content/types.js";
import { UserWithGroups } from "../group/user-groups.js";
import { checkId } from "../input.js";
import type { Session } from "../session/session.js";
import type { GroupInviteListItem, UserPublicKeyData } from "../types.js";

/** What a user encrypts for others and decrypts, and the keys for that. */
export abstract class UserContent extends UserWithGroups implements UserEncryption, ContentDecryption {
	readonly #session: Session;
	readonly #keys: DecryptionKeys;
	readonly #content: Content;

	constructor(session: Session, group_invites: GroupInviteListItem[] = []) {
		super(session, group_invites);
		this.#session = session;
		this.#keys = {
			find: (id) => ({ privateKey: this.getPrivateKeySync(id) }),
			load: async (id) => ({ privateKey: await this.getPrivateKey(id) }),
		};
		this.#content = new Content(session, this.#keys);
	}

	async encryptRaw(data: Uint8Array | ArrayBuffer, reply_id: string, sign = false): Promise<RawEncrypted> {
		return this.#content.encryptRaw(await this.#receiver(reply_id), data, sign);
	}

	encryptRawSync(data: Uint8Array | ArrayBuffer, reply_public_key: string, sign = false): RawEncrypted {
		return this.#content.encryptRawSync(exportedKey(reply_public_key), data, sign);
	}

	async encrypt(data: Uint8Array | ArrayBuffer, reply_id: string, sign = false): Promise<Uint8Array> {
		return this.#content.encrypt(await this.#receiver(reply_id), data, sign);
	}

	encryptSync(data: Uint8Array | ArrayBuffer, reply_public_key: string, sign = false): Uint8Array {
		return this.#content.encryptSync(exportedKey(reply_public_key), data, sign);
	}

	async encryptString(text: string, reply_id: string, sign = false): Promise<string> {
		return this.#content.encryptString(await this.#receiver(reply_id), text, sign);
	}

	encryptStringSync(text: string, reply_public_key: string, sign = false): string {
		return this.#content.encryptStringSync(exportedKey(reply_public_key), text, sign);
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
	 * A new symmetric key for content that the user and another one share.
	 *
	 * @param reply_id user id of the receiver; the public key is fetched when needed and not verified
	 * @returns the key, and its encrypted form, which only the receiver can open: the API keeps neither
	 * @throws KeyChanged
	 */
	async generateNonRegisteredKey(reply_id: string): Promise<[SymKey, string]> {
		return generateSymKey(this.#session, await this.#receiver(reply_id));
	}

	async getNonRegisteredKey(master_key_id: string, wrapped: string): Promise<SymKey> {
		return openSymKey(this.#session, this.#keys.load, master_key_id, wrapped);
	}

	/**
	 * A new symmetric key for content that the user and another one share, of which the API keeps the encrypted form.
	 *
	 * @param reply_id user id of the receiver, who alone can open the encrypted form
	 * @throws KeyChanged · ApiError `server_203` when the app does not let users register keys
	 */
	async registerKey(reply_id: string): Promise<SymKey> {
		return registerSymKey(this.#session, await this.#receiver(reply_id));
	}

	/**
	 * A key that was registered for this user. Who registered it nobody can tell: public keys are public, and the API could have
	 * made it. So use it to decrypt, and to encrypt only where the sender is known otherwise.
	 */
	async fetchKey(key_id: string): Promise<SymKey> {
		return fetchSymKey(this.#session, this.#keys.load, key_id);
	}

	async fetchKeysOfMaster(
		master_key_id: string,
		last?: Pick<RegisteredSymKey, "key_id" | "time">,
	): Promise<RegisteredSymKey[]> {
		return fetchSymKeys(this.#session, this.#keys.load, master_key_id, last);
	}

	async deleteKey(key_id: string): Promise<void> {
		return deleteSymKey(this.#session, key_id);
	}

	/** The private key with the id (secret key string); fetched when it is not on this device. */
	async getPrivateKey(id: string): Promise<string> {
		return (await this.#session.keys.load(id)).private_key;
	}

	/** {@link UserContent.getPrivateKey}, synchronous. @throws KeyNotFound when the key is not on this device */
	getPrivateKeySync(id: string): string {
		return this.#session.keys.get(id).private_key;
	}

	/** The newest public key of another user; `verified` is `false` until `Sentc.verifyUserPublicKey`. @throws KeyChanged */
	async getPublicKey(user_id: string): Promise<UserPublicKeyData> {
		this.#session.assertLoggedIn();
		return this.#session.context.publicKeys.user(user_id, this.#session);
	}

	async #receiver(user_id: string): Promise<EncryptionKey> {
		checkId("reply_id", user_id);
		return { publicKey: (await this.getPublicKey(user_id)).public_key };
	}
}

function exportedKey(reply_public_key: string): EncryptionKey {
	checkId("reply_public_key", reply_public_key);
	return { publicKey: reply_public_key };
}
