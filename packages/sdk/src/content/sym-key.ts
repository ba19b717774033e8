import type { DecryptionKey, EncryptionKey, RawEncrypted } from "@sentc-ts/core-crypto";
import { checkId } from "../input.js";
import type { Session } from "../session/session.js";
import { Content } from "./content.js";

/** The `key_id` of keys that the API does not know; the one inside `key`, which heads name, is another. */
const NON_REGISTERED = "non_register";

type SymKeyFields = Pick<SymKey, "base_url" | "app_token" | "key" | "key_id" | "master_key_id">;

/**
 * A symmetric key for content, apart from the keys of users and groups (protocol/sdk-api §8.5). The API does not know it: the app keeps
 * its encrypted form. All functions are synchronous; after the user logged out they throw `SessionEnded`.
 *
 * @example
 * ```ts
 * import type { Group } from "@sentc-ts/sdk";
 *
 * export async function exchange(group: Group): Promise<string> {
 * 	const [key, encrypted] = await group.generateNonRegisteredKey();
 * 	const text = key.encryptString("hello");
 * 	const again = await group.getNonRegisteredKey(key.master_key_id, encrypted);
 * 	return again.decryptString(text);
 * }
 * ```
 */
export class SymKey {
	/** Origin of the API where the key was made; empty for a key that was opened. */
	readonly base_url: string;
	/** Token of the app where the key was made; empty for a key that was opened. */
	readonly app_token: string;
	/** Key string of protocol/crypto §4: secret. */
	readonly key: string;
	readonly key_id: string;
	/** Id of the group key, or of the user's key pair, that encrypts the key. */
	readonly master_key_id: string;
	readonly #session: Session;
	readonly #content: Content;

	constructor(session: Session, fields: SymKeyFields) {
		this.base_url = fields.base_url;
		this.app_token = fields.app_token;
		this.key = fields.key;
		this.key_id = fields.key_id;
		this.master_key_id = fields.master_key_id;
		this.#session = session;
		// Whatever id the head names: it was an empty one before the key was opened for the first time.
		this.#content = new Content(session, { find: () => this.#symmetric, load: async () => this.#symmetric });
	}

	/**
	 * Encrypts bytes; head and ciphertext apart.
	 *
	 * @param sign sign with the user's newest sign key
	 * @throws InvalidInput when `data` is not bytes
	 */
	encryptRaw(data: Uint8Array | ArrayBuffer, sign = false): RawEncrypted {
		return this.#content.encryptRawSync(this.#symmetric, data, sign);
	}

	/** Encrypts bytes; head and ciphertext in one array. */
	encrypt(data: Uint8Array | ArrayBuffer, sign = false): Uint8Array {
		return this.#content.encryptSync(this.#symmetric, data, sign);
	}

	/** Encrypts text; base64 of head and ciphertext. */
	encryptString(text: string, sign = false): string {
		return this.#content.encryptStringSync(this.#symmetric, text, sign);
	}

	/**
	 * Decrypts what `encryptRaw` made.
	 *
	 * @param verify_key exported verify key of the signer; checks the signature
	 * @throws CryptoError when key, ciphertext or signature are wrong
	 */
	decryptRaw(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		return this.#content.decryptRawSync(head, data, verify_key);
	}

	/** Decrypts what `encrypt` made. Parameters and errors as in {@link SymKey.decryptRaw}. */
	decrypt(data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		return this.#content.decryptSync(data, verify_key);
	}

	/** Decrypts what `encryptString` made. Parameters and errors as in {@link SymKey.decryptRaw}. */
	decryptString(text: string, verify_key?: string): string {
		return this.#content.decryptStringSync(text, verify_key);
	}

	get #symmetric(): { symmetric: string } {
		this.#session.assertLoggedIn();
		return { symmetric: this.key };
	}
}

/** A new key, and its encrypted form for the app to keep (protocol/group-protocol §14.1). */
export async function generateSymKey(session: Session, masterKey: EncryptionKey): Promise<[SymKey, string]> {
	const { backend, client } = session.context;
	const { key, encryptedKey, masterKeyId } = await backend.generateContentKey({ masterKey });
	const fields = { base_url: client.baseUrl, app_token: client.appToken, key, key_id: NON_REGISTERED };
	return [new SymKey(session, { ...fields, master_key_id: masterKeyId }), encryptedKey];
}

/** Reverse of {@link generateSymKey}. @param load the master key with the id */
export async function openSymKey(
	session: Session,
	load: (id: string) => Promise<DecryptionKey>,
	master_key_id: string,
	wrapped: string,
): Promise<SymKey> {
	checkId("master_key_id", master_key_id);
	checkId("wrapped", wrapped);
	const masterKey = await load(master_key_id);
	const key = await session.context.backend.openContentKey({ masterKey, encryptedKey: wrapped });
	return new SymKey(session, { base_url: "", app_token: "", key, key_id: NON_REGISTERED, master_key_id });
}
