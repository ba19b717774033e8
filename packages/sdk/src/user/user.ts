import { prepareDeviceKeys, prepareDeviceKeysAsync, registerDevice } from "../devices/register-device.js";
import { KeyNotFound } from "../errors.js";
import { requireAll } from "../keys/opened.js";
import type { KeyRotation } from "../keys/rotation.js";
import { openHmacKeys, readHmacKeys } from "../keys/search-keys.js";
import type { Session } from "../session/session.js";
import { userKeyRotation } from "../session/user-keys.js";
import type { DeviceRegisterInput, GroupInviteListItem, GroupOutDataHmacKeys, UserKeyData } from "../types.js";
import { UserFiles } from "./user-files.js";

/**
 * A logged-in user (protocol/sdk-api §6). Content is encrypted for one receiver by the receiver's newest public key; signatures
 * are made with the own newest sign key.
 *
 * Whatever else a function throws: `SessionEnded` after `logOut`, and when it asks the API also `RequestError` (no answer),
 * `EnvelopeError` (something else answered), `ApiError` (it refused), `RefreshFailed` (no new JWT), `StorageFailed`.
 */
export class User extends UserFiles {
	readonly #session: Session;
	readonly #rotation: KeyRotation<UserKeyData>;

	constructor(session: Session, group_invites: GroupInviteListItem[] = []) {
		super(session, group_invites);
		this.#session = session;
		this.#rotation = userKeyRotation(session);
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
}
