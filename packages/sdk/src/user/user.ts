import type { EncryptionKey, RawEncrypted } from "@sentc-ts/core-crypto";
import { Content, type DecryptionKeys } from "../content/content.js";
import { generateSymKey, openSymKey, type SymKey } from "../content/sym-key.js";
import type { ContentDecryption, UserEncryption } from "../content/types.js";
import { prepareDeviceKeys, prepareDeviceKeysAsync, registerDevice } from "../devices/register-device.js";
import { KeyNotFound } from "../errors.js";
import { UserWithGroups } from "../group/user-groups.js";
import { checkId } from "../input.js";
import { requireAll } from "../keys/opened.js";
import type { KeyRotation } from "../keys/rotation.js";
import { openHmacKeys, readHmacKeys } from "../keys/search-keys.js";
import type { Session } from "../session/session.js";
import { userKeyRotation } from "../session/user-keys.js";
import type {
	DeviceRegisterInput,
	GroupInviteListItem,
	GroupOutDataHmacKeys,
	UserKeyData,
	UserPublicKeyData,
} from "../types.js";

/**
 * A logged-in user (protocol/sdk-api §6). Content is encrypted for one receiver by the receiver's newest public key; signatures
 * are made with the own newest sign key.
 *
 * Whatever else a function throws: `SessionEnded` after `logOut`, and when it asks the API also `RequestError` (no answer),
 * `EnvelopeError` (something else answered), `ApiError` (it refused), `RefreshFailed` (no new JWT), `StorageFailed`.
 */
export class User extends UserWithGroups implements UserEncryption, ContentDecryption {
	readonly #session: Session;
	readonly #keys: DecryptionKeys;
	readonly #content: Content;
	readonly #rotation: KeyRotation<UserKeyData>;

	constructor(session: Session, group_invites: GroupInviteListItem[] = []) {
		super(session, group_invites);
		this.#session = session;
		this.#keys = {
			find: (id) => ({ privateKey: this.getPrivateKeySync(id) }),
			load: async (id) => ({ privateKey: await this.getPrivateKey(id) }),
		};
		this.#content = new Content(session, this.#keys);
		this.#rotation = userKeyRotation(session);
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

	/** The private key with the id (secret key string); fetched when it is not on this device. */
	async getPrivateKey(id: string): Promise<string> {
		return (await this.#session.keys.load(id)).private_key;
	}

	/** {@link User.getPrivateKey}, synchronous. @throws KeyNotFound when the key is not on this device */
	getPrivateKeySync(id: string): string {
		return this.#session.keys.get(id).private_key;
	}

	/** The newest public key of another user; `verified` is `false` until `Sentc.verifyUserPublicKey`. @throws KeyChanged */
	async getPublicKey(user_id: string): Promise<UserPublicKeyData> {
		this.#session.assertLoggedIn();
		return this.#session.context.publicKeys.user(user_id, this.#session);
	}

	/** The symmetric user key with the id (secret key string); fetched when it is not on this device. */
	async getUserSymKey(id: string): Promise<string> {
		return (await this.#session.keys.load(id)).group_key;
	}

	/**
	 * Trusts a changed key of another user, which `KeyChanged` or `on_key_change` reported. Compare `createSafetyNumber` with
	 * that person before: it also works with a key that is not accepted.
	 *
	 * @throws InvalidInput when no changed key has the id
	 */
	async acceptKeyChange(user_id: string, public_key_id: string): Promise<void> {
		this.#session.assertLoggedIn();
		await this.#session.context.publicKeys.accept(user_id, public_key_id, this.#session);
	}

	/** The own newest keys. */
	getNewestKey(): UserKeyData {
		return this.#session.newestKey;
	}

	/** The own newest public key, in the form that creating a group takes. */
	getNewestPublicKey(): string {
		return this.#session.newestKey.public_key;
	}

	/** The own newest sign key: a secret key string. */
	getNewestSignKey(): string {
		return this.#session.newestKey.sign_key;
	}

	/** {@link User.getNewestSignKey} as a promise. */
	async getSignKey(): Promise<string> {
		return this.getSignKeySync();
	}

	/** {@link User.getNewestSignKey}. */
	getSignKeySync(): string {
		return this.#session.newestKey.sign_key;
	}

	/** The own newest searchable key: a secret key string. @throws KeyNotFound when this device has none */
	getNewestHmacKey(): string {
		const [key] = this.#session.data.hmac_keys;
		if (key === undefined) throw new KeyNotFound("This device has no searchable key of the user");
		return key;
	}

	/**
	 * Fetches an own key from the API and keeps it.
	 *
	 * @param first encrypt and sign with it from now on
	 * @throws AnswerForged when the API answers another key, or public keys that don't belong to the private ones
	 * @throws ApiError `server_304` when the API does not have it for this device
	 */
	fetchUserKey(key_id: string, first = false): Promise<UserKeyData> {
		return this.#session.fetchUserKey(key_id, first);
	}

	/**
	 * Opens searchable keys of this user, in the same order; user keys that are not on this device are fetched.
	 *
	 * @throws InvalidInput naming the member that is wrong · CryptoError when a key can't be opened
	 */
	async decryptHmacKeys(list: readonly GroupOutDataHmacKeys[]): Promise<string[]> {
		const { context, keys } = this.#session;
		return requireAll(await openHmacKeys(context.backend, keys, readHmacKeys(list)));
	}

	/**
	 * New keys for this user: content for others to encrypt and signatures are made with them from now on. The other devices get
	 * them by {@link User.finishKeyRotation}; the old keys stay to decrypt. Calls at the same time share one rotation.
	 *
	 * @throws AnswerForged when the API answers other keys than were sent: they are not used
	 */
	async keyRotation(): Promise<void> {
		await this.#rotation.start();
	}

	/**
	 * Takes the keys that other devices made by {@link User.keyRotation}. The API does not tell when there are some: call it
	 * after `init` and from time to time.
	 *
	 * @throws KeyRotationUnfinished when some could not be taken, with the reason of each; the others are here
	 */
	async finishKeyRotation(): Promise<void> {
		return this.#rotation.finish();
	}

	/**
	 * 43 characters for two people to compare, or for one user alone (protocol/crypto §6.7).
	 *
	 * @param other the other user and the id of that user's verify key
	 * @throws KeyChanged `KEY_REPLACED` when the API shows other bytes than before for that id
	 */
	async createSafetyNumber(other?: { user_id: string; verify_key_id: string }): Promise<string> {
		this.#session.assertLoggedIn();
		return this.#session.context.publicKeys.safetyNumber(this.#session, other);
	}

	/**
	 * What this device sends to the API to add a new device, for an own backend, with the keys that are on this device: the
	 * asynchronous function loads the others. Synchronous.
	 *
	 * @param server_output the answer to `registerDeviceStart` on the new device, as text, or what `createDeviceHandover` made of it
	 * @param page 0: body of `PUT /user/done_register_device`; later ones: bodies of the key session, 100 keys each
	 * @throws DeviceHandoverInvalid when a hand-over was misread · InvalidInput `page` when there are no more keys
	 */
	prepareRegisterDevice(server_output: string, page = 0): DeviceRegisterInput {
		return prepareDeviceKeys(this.#session, server_output, page);
	}

	/**
	 * {@link User.prepareRegisterDevice} without blocking; with page 0 it first loads the keys that are not on this device.
	 *
	 * @throws AnswerForged `what: "keys"` when the API's list of keys leaves some out
	 */
	prepareRegisterDeviceAsync(server_output: string, page = 0): Promise<DeviceRegisterInput> {
		return prepareDeviceKeysAsync(this.#session, this.#rotation, server_output, page);
	}

	/**
	 * Adds the device that sent `server_output` to this account, with every key of it.
	 *
	 * @param server_output the answer to `registerDeviceStart` on the new device, as text, or what `createDeviceHandover` made of it
	 * @returns `undefined`, or with more than 100 keys what became of each further upload
	 * @throws DeviceHandoverInvalid when a hand-over was misread
	 * @throws EnvelopeError `ENVELOPE_INCOMPLETE` when the API takes no more than the 100 newest keys: those were handed over
	 * @throws AnswerForged `what: "keys"` when the API's list of keys leaves some out: nothing was handed over
	 */
	async registerDevice(server_output: string): Promise<PromiseSettledResult<string>[] | undefined> {
		return registerDevice(this.#session, this.#rotation, server_output);
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
