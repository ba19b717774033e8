import type { SymKey } from "./sym-key.js";

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
}
