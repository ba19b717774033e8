import type { RawEncrypted } from "@sentc-ts/core-crypto";
import type { RegisteredSymKey } from "./content-keys.js";
import type { SymKey } from "./sym-key.js";

/**
 * What a user encrypts for another one.
 *
 * @example
 * ```ts
 * import type { User } from "@sentc-ts/sdk";
 *
 * export async function write(ada: User, bobId: string): Promise<string> {
 * 	return ada.encryptString("See you at noon", bobId, true);
 * }
 *
 * export async function read(bob: User, adaId: string, text: string): Promise<string> {
 * 	return bob.decryptString(text, true, adaId);
 * }
 * ```
 */
export interface UserEncryption {
	/**
	 * Encrypts bytes for another user; head and ciphertext apart.
	 *
	 * @param reply_id user id of the receiver; the public key is fetched when needed and not verified
	 * @param sign sign with the own newest sign key
	 * @throws InvalidInput when `data` is not bytes
	 * @throws ApiError `server_100` when there is no such user
	 * @throws KeyChanged when the receiver's key is not the known one, and the option `key_change` is `block`
	 */
	encryptRaw(data: Uint8Array | ArrayBuffer, reply_id: string, sign?: boolean): Promise<RawEncrypted>;

	/**
	 * `encryptRaw`, synchronous, with the exported public key of the receiver.
	 *
	 * @throws InvalidInput when `data` is not bytes
	 * @throws CryptoError when the public key can't be read
	 */
	encryptRawSync(data: Uint8Array | ArrayBuffer, reply_public_key: string, sign?: boolean): RawEncrypted;

	/** Encrypts bytes for another user; head and ciphertext in one array. Parameters and errors as those of `encryptRaw`. */
	encrypt(data: Uint8Array | ArrayBuffer, reply_id: string, sign?: boolean): Promise<Uint8Array>;

	/** `encrypt`, synchronous. Parameters and errors as those of `encryptRawSync`. */
	encryptSync(data: Uint8Array | ArrayBuffer, reply_public_key: string, sign?: boolean): Uint8Array;

	/** Encrypts text for another user; base64 of head and ciphertext. Parameters and errors as those of `encryptRaw`. */
	encryptString(text: string, reply_id: string, sign?: boolean): Promise<string>;

	/** `encryptString`, synchronous. Parameters and errors as those of `encryptRawSync`. */
	encryptStringSync(text: string, reply_public_key: string, sign?: boolean): string;
}

/** What users and groups decrypt, documented once for both. */
export interface ContentDecryption {
	/**
	 * Decrypts what `encryptRaw` made.
	 *
	 * @param verify_key exported verify key of the signer; checks the signature
	 * @throws CryptoError when key, ciphertext or signature are wrong
	 * @throws ApiError when the key is not on this device and the API does not give it
	 */
	decryptRaw(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Promise<Uint8Array>;

	/**
	 * `decryptRaw`, synchronous.
	 *
	 * @throws KeyNotFound when the key is not on this device
	 * @throws CryptoError when key, ciphertext or signature are wrong
	 */
	decryptRawSync(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array;

	/**
	 * Decrypts what `encrypt` made.
	 *
	 * @param verify check the signature with the verify key of `user_id`, which is fetched when needed. What nobody signed
	 * passes unless the option `require_signatures` is on
	 * @throws CryptoError when key, ciphertext or signature are wrong
	 * @throws ApiError when a key is not on this device and the API does not give it
	 * @throws KeyChanged when the signer's key is not the known one, and the option `key_change` is `block`
	 */
	decrypt(data: Uint8Array | ArrayBuffer, verify?: boolean, user_id?: string): Promise<Uint8Array>;

	/** `decrypt`, synchronous, with the exported verify key of the signer. Throws as `decryptRawSync`. */
	decryptSync(data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array;

	/** Decrypts what `encryptString` made. Parameters and errors as those of `decrypt`. */
	decryptString(text: string, verify?: boolean, user_id?: string): Promise<string>;

	/** `decryptString`, synchronous, with the exported verify key of the signer. Throws as `decryptRawSync`. */
	decryptStringSync(text: string, verify_key?: string): string;

	/**
	 * Opens a key that `generateNonRegisteredKey` made. It does not say who made it.
	 *
	 * @param master_key_id of that key; fetched when it is not on this device
	 * @param wrapped the encrypted form
	 * @throws CryptoError when the master key or the encrypted form is wrong
	 * @throws ApiError when the master key is not on this device and the API does not give it
	 */
	getNonRegisteredKey(master_key_id: string, wrapped: string): Promise<SymKey>;

	/**
	 * Fetches a key that was registered. It does not say who registered it, and an API that lies can answer another one that the same
	 * master key encrypts.
	 *
	 * @throws ApiError `server_400` when there is no such key, or the master key is not to be had
	 * @throws CryptoError when it is not encrypted by the master key that the API names
	 * @throws AnswerForged when the API answers a key with another id
	 */
	fetchKey(key_id: string): Promise<SymKey>;

	/**
	 * The registered keys that a master key encrypts, the newest first, 50 at a time. Those that don't open are left out and
	 * reported as unusable.
	 *
	 * @param master_key_id of a group key, or of a user's key pair; fetched when it is not on this device
	 * @param last the last item of the page before
	 */
	fetchKeysOfMaster(
		master_key_id: string,
		last?: Pick<RegisteredSymKey, "key_id" | "time">,
	): Promise<RegisteredSymKey[]>;

	/** Deletes a key that this user registered. Nothing happens when it is somebody else's, or gone. */
	deleteKey(key_id: string): Promise<void>;
}
