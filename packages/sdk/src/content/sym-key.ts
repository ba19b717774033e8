import {
	createCrypto,
	type DecryptionKey,
	type EncryptInput,
	type EncryptionKey,
	type RawEncrypted,
	type SyncCrypto,
} from "@sentc-ts/core-crypto";
import { checkId, checkText, toBytes } from "../input.js";
import type { Session } from "../session/session.js";

/** The `key_id` of keys that the API does not know; the one inside `key`, which heads name, is another. */
const NON_REGISTERED = "non_register";

/**
 * A symmetric key for content, apart from the keys of users and groups (protocol/sdk-api §8.5). Its encrypted form is kept by the app, or by
 * the API (`registerKey`). All functions are synchronous. Those of a key that a user or group answered throw `SessionEnded` after
 * the user logged out.
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
	readonly #session: Session | undefined;
	readonly #signKey: string;
	readonly #crypto: SyncCrypto;

	/**
	 * A key whose parts the app kept. It belongs to no session: it outlives a log out, and takes unsigned content, as the reference does.
	 *
	 * @param sign_key what signs: a key string, or the user whose newest sign key it is
	 * @throws InvalidInput naming the parameter that is no text
	 */
	constructor(
		base_url: string,
		app_token: string,
		key: string,
		key_id: string,
		master_key_id: string,
		sign_key: string | Session,
	) {
		for (const [field, value] of Object.entries({ base_url, app_token, key, key_id, master_key_id })) {
			checkText(field, value);
		}
		if (typeof sign_key !== "object") checkText("sign_key", sign_key);
		this.base_url = base_url;
		this.app_token = app_token;
		this.key = key;
		this.key_id = key_id;
		this.master_key_id = master_key_id;
		[this.#session, this.#signKey] = typeof sign_key === "string" ? [undefined, sign_key] : [sign_key, ""];
		this.#crypto = this.#session?.context.crypto ?? createCrypto();
	}

	/** Key string of the key that signs: secret. */
	get sign_key(): string {
		return this.#session?.newestKey.sign_key ?? this.#signKey;
	}

	/**
	 * Encrypts bytes; head and ciphertext apart.
	 *
	 * @param sign sign with the user's newest sign key
	 * @throws InvalidInput when `data` is not bytes
	 * @throws CryptoError `SIGNED_CONTENT_LENGTH` for 4 bytes to sign, unless the option `sign_short_content` is on
	 */
	encryptRaw(data: Uint8Array | ArrayBuffer, sign = false): RawEncrypted {
		return this.#crypto.encryptRaw({ ...this.#encryption(sign), data: toBytes("data", data) });
	}

	/** Encrypts bytes; head and ciphertext in one array. */
	encrypt(data: Uint8Array | ArrayBuffer, sign = false): Uint8Array {
		return this.#crypto.encrypt({ ...this.#encryption(sign), data: toBytes("data", data) });
	}

	/** Encrypts text; base64 of head and ciphertext. */
	encryptString(text: string, sign = false): string {
		checkText("text", text);
		return this.#crypto.encryptString({ ...this.#encryption(sign), text });
	}

	/**
	 * Decrypts what `encryptRaw` made.
	 *
	 * @param verify_key exported verify key of the signer; checks the signature
	 * @throws CryptoError when key, ciphertext or signature are wrong
	 */
	decryptRaw(head: string, data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		checkText("head", head);
		return this.#crypto.decryptRaw({ ...this.#decryption(verify_key), head, data: toBytes("data", data) }).data;
	}

	/** Decrypts what `encrypt` made. Parameters and errors as in {@link SymKey.decryptRaw}. */
	decrypt(data: Uint8Array | ArrayBuffer, verify_key?: string): Uint8Array {
		return this.#crypto.decrypt({ ...this.#decryption(verify_key), data: toBytes("data", data) }).data;
	}

	/** Decrypts what `encryptString` made. Parameters and errors as in {@link SymKey.decryptRaw}. */
	decryptString(text: string, verify_key?: string): string {
		checkText("text", text);
		return this.#crypto.decryptString({ ...this.#decryption(verify_key), text }).text;
	}

	#encryption(sign: boolean): Omit<EncryptInput, "data"> {
		const refuseKeyLength = this.#session?.context.signShortContent === false;
		return { key: this.#symmetric, ...(sign && { signKey: this.sign_key, refuseKeyLength }) };
	}

	/** Who passes a verify key wants the signature checked. */
	#decryption(verifyKey: string | undefined): { key: DecryptionKey; verifyKey?: string; requireSignature?: boolean } {
		// Whatever id the head names: it was an empty one before the key was opened for the first time.
		if (verifyKey === undefined) return { key: this.#symmetric };
		checkId("verify_key", verifyKey);
		const requireSignature = this.#session?.context.requireSignatures ?? false;
		return { key: this.#symmetric, verifyKey, requireSignature };
	}

	get #symmetric(): { symmetric: string } {
		this.#session?.assertLoggedIn();
		return { symmetric: this.key };
	}
}

/** A new key, and its encrypted form for the app to keep (protocol/group-protocol §14.1). */
export async function generateSymKey(session: Session, masterKey: EncryptionKey): Promise<[SymKey, string]> {
	const { key, encryptedKey, masterKeyId } = await session.context.backend.generateContentKey({ masterKey });
	return [sessionSymKey(session, key, masterKeyId), encryptedKey];
}

/** A key of a file, whose encrypted form the API keeps. */
export function sessionSymKey(session: Session, key: string, master_key_id: string): SymKey {
	const { client } = session.context;
	return new SymKey(client.baseUrl, client.appToken, key, NON_REGISTERED, master_key_id, session);
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
	return new SymKey("", "", key, NON_REGISTERED, master_key_id, session);
}
