import type { EncryptionKey, RawEncrypted } from "@sentc-ts/core-crypto";
import { Content, type DecryptionKeys } from "../content/content.js";
import { generateSymKey, openSymKey, type SymKey } from "../content/sym-key.js";
import { checkId } from "../input.js";
import type { Session } from "../session/session.js";
import type { UserPublicKeyData } from "../types.js";

/** What a user encrypts for others and decrypts, and the keys for it. */
export class UserContent {
	readonly #session: Session;
	readonly #keys: DecryptionKeys;
	readonly #content: Content;

	constructor(session: Session) {
		this.#session = session;
		this.#keys = {
			find: (id) => ({ privateKey: this.getPrivateKeySync(id) }),
			load: async (id) => ({ privateKey: await this.getPrivateKey(id) }),
		};
		this.#content = new Content(session, this.#keys);
	}

	/**
	 * Encrypts bytes for another user; head and ciphertext apart.
	 *
	 * @param reply_id user id of the receiver; the public key is fetched when needed and not verified
	 * @param sign sign with the own newest sign key
	 * @throws InvalidInput when `data` is not bytes
	 */
	async encryptRaw(data: Uint8Array | ArrayBuffer, reply_id: string, sign = false): Promise<RawEncrypted> {
		return this.#content.encryptRaw(await this.#receiver(reply_id), data, sign);
	}

	/** {@link UserContent.encryptRaw}, synchronous, with the exported public key of the receiver. */
	encryptRawSync(data: Uint8Array | ArrayBuffer, reply_public_key: string, sign = false): RawEncrypted {
		return this.#content.encryptRawSync(exportedKey(reply_public_key), data, sign);
	}

	/** Encrypts bytes for another user; head and ciphertext in one array. */
	async encrypt(data: Uint8Array | ArrayBuffer, reply_id: string, sign = false): Promise<Uint8Array> {
		return this.#content.encrypt(await this.#receiver(reply_id), data, sign);
	}

	/** {@link UserContent.encrypt}, synchronous, with the exported public key of the receiver. */
	encryptSync(data: Uint8Array | ArrayBuffer, reply_public_key: string, sign = false): Uint8Array {
		return this.#content.encryptSync(exportedKey(reply_public_key), data, sign);
	}

	/** Encrypts text for another user; base64 of head and ciphertext. */
	async encryptString(text: string, reply_id: string, sign = false): Promise<string> {
		return this.#content.encryptString(await this.#receiver(reply_id), text, sign);
	}

	/** {@link UserContent.encryptString}, synchronous, with the exported public key of the receiver. */
	encryptStringSync(text: string, reply_public_key: string, sign = false): string {
		return this.#content.encryptStringSync(exportedKey(reply_public_key), text, sign);
	}

	/**
	 * Decrypts what `encryptRaw` made for this user.
	 *
	 * @param verify_key exported verify key of the signer; checks the signature
	 * @throws CryptoError when key, ciphertext or signature are wrong
	 * @throws ApiError when the key is not on this device and the API does not give it
	 */
	async decryptRaw(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Promise<Uint8Array> {
		return this.#content.decryptRaw(head, data, verify_key);
	}

	/** {@link UserContent.decryptRaw}, synchronous. @throws KeyNotFound when the key is not on this device */
	decryptRawSync(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		return this.#content.decryptRawSync(head, data, verify_key);
	}

	/**
	 * Decrypts what `encrypt` made for this user.
	 *
	 * @param verify check the signature with the verify key of `user_id`, which is fetched when needed
	 */
	async decrypt(data: Uint8Array | ArrayBuffer, verify = false, user_id?: string): Promise<Uint8Array> {
		return this.#content.decrypt(data, verify, user_id);
	}

	/** {@link UserContent.decrypt}, synchronous, with the exported verify key of the signer. */
	decryptSync(data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		return this.#content.decryptSync(data, verify_key);
	}

	/** Decrypts what `encryptString` made for this user. */
	async decryptString(text: string, verify = false, user_id?: string): Promise<string> {
		return this.#content.decryptString(text, verify, user_id);
	}

	/** {@link UserContent.decryptString}, synchronous, with the exported verify key of the signer. */
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

	/**
	 * Opens a key that somebody made for this user by `generateNonRegisteredKey`. It does not say who.
	 *
	 * @param master_key_id of that key; fetched when it is not on this device
	 * @param wrapped the encrypted form
	 * @throws CryptoError when the master key or the encrypted form is wrong
	 * @throws ApiError when the master key is not on this device and the API does not give it
	 */
	async getNonRegisteredKey(master_key_id: string, wrapped: string): Promise<SymKey> {
		return openSymKey(this.#session, this.#keys.load, master_key_id, wrapped);
	}

	/** The private key with the id; fetched when it is not on this device. */
	async getPrivateKey(id: string): Promise<string> {
		return (await this.#session.keys.load(id)).private_key;
	}

	/** @throws KeyNotFound when the key is not on this device */
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
