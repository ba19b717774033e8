import { groupRoutes } from "@sentc-ts/transport/contract";
import { pageAfter } from "../answers.js";
import { listDevices } from "../devices/devices.js";
import { prepareDeviceKeys, prepareDeviceKeysAsync, registerDevice } from "../devices/register-device.js";
import { KeyNotFound } from "../errors.js";
import { createGroup, prepareGroupCreate, prepareGroupCreateAsync } from "../group/create.js";
import type { Group } from "../group/group.js";
import { loadGroup } from "../group/load.js";
import type { KeyRotation } from "../keys/rotation.js";
import { deleteDevice, deleteUser } from "../session/delete.js";
import { updateIdentifier } from "../session/identity.js";
import * as mfa from "../session/mfa.js";
import { changePassword, resetPassword } from "../session/password.js";
import type { Session } from "../session/session.js";
import { openHmacKey, readHmacKeys, userKeyRotation } from "../session/user-keys.js";
import type {
	DeviceRegisterInput,
	GroupInviteListItem,
	GroupList,
	GroupOutDataHmacKeys,
	OtpRegister,
	UserData,
	UserDeviceList,
	UserKeyData,
} from "../types.js";
import { UserContent } from "./user-content.js";

/**
 * A logged-in user (protocol/sdk-api §6). Content is encrypted for one receiver by the receiver's newest public key; signatures
 * are made with the own newest sign key. After `logOut` every function throws `SessionEnded`.
 */
export class User extends UserContent {
	/** Invitations that were open at `init`. */
	group_invites: GroupInviteListItem[];
	readonly #session: Session;
	readonly #rotation: KeyRotation<UserKeyData>;

	constructor(session: Session, group_invites: GroupInviteListItem[] = []) {
		super(session);
		this.group_invites = group_invites;
		this.#session = session;
		this.#rotation = userKeyRotation(session);
	}

	/** Keys, tokens and ids. */
	get user_data(): UserData {
		return this.#session.data;
	}

	/**
	 * A JWT that is valid for at least 30 seconds; calls at the same time share one refresh.
	 *
	 * @throws SessionEnded after log out, or when the API refused to go on: the person has to log in again
	 * @throws RefreshFailed when no new JWT came: try again later
	 */
	getJwt(): Promise<string> {
		return this.#session.getJwt();
	}

	/**
	 * Ends the session: everything of the user leaves memory and storage; then the API is told, if it can be reached within
	 * 5 s and the refresh token is in `user_data`.
	 *
	 * @throws StorageFailed when something may be left in the storage: try again
	 */
	logOut(): Promise<void> {
		return this.#session.logOut();
	}

	/** Does a login need a second factor, as far as this device knows? */
	enabledMfa(): boolean {
		return this.#session.data.mfa;
	}

	/**
	 * A second factor for all devices of the user; with MFA on already, another secret and six more recovery keys. Like all
	 * functions that take a password it logs in once more for a fresh JWT.
	 *
	 * @param mfa_token with MFA on: the code of the app, or a recovery key
	 * @param mfa_recovery `true` = `mfa_token` is a recovery key
	 * @throws MfaRequired `client_100` when the API asks for a token and none was given
	 * @throws ApiError `server_112` for a wrong password, `server_902` for a wrong code, `server_901` for an unknown recovery key
	 */
	registerRawOtp(password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<OtpRegister> {
		return mfa.registerOtp(this.#session, { password, mfa_token, mfa_recovery });
	}

	/**
	 * {@link User.registerRawOtp} for a QR code.
	 *
	 * @param issuer name of the app, `audience` of the user: they go into the URL as they are, not encoded
	 * @returns `otpauth://` URL and recovery keys
	 */
	registerOtp(
		issuer: string,
		audience: string,
		password: string,
		mfa_token?: string,
		mfa_recovery?: boolean,
	): Promise<[string, string[]]> {
		return mfa.otpUrl(issuer, audience, () => this.registerRawOtp(password, mfa_token, mfa_recovery));
	}

	/** The recovery keys that were not used yet. Parameters and errors as in {@link User.registerRawOtp}. */
	getOtpRecoverKeys(password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<string[]> {
		return mfa.recoveryKeys(this.#session, { password, mfa_token, mfa_recovery });
	}

	/** Another secret and other recovery keys, the old ones end. Parameters and errors as in {@link User.registerRawOtp}. */
	resetRawOtp(password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<OtpRegister> {
		return mfa.resetOtp(this.#session, { password, mfa_token, mfa_recovery });
	}

	/** {@link User.resetRawOtp} for a QR code; issuer and audience as in {@link User.registerOtp}. */
	resetOtp(
		issuer: string,
		audience: string,
		password: string,
		mfa_token?: string,
		mfa_recovery?: boolean,
	): Promise<[string, string[]]> {
		return mfa.otpUrl(issuer, audience, () => this.resetRawOtp(password, mfa_token, mfa_recovery));
	}

	/** Logins need no second factor any more. Parameters and errors as in {@link User.registerRawOtp}. */
	disableOtp(password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<void> {
		return mfa.disableOtp(this.#session, { password, mfa_token, mfa_recovery });
	}

	/**
	 * A new password for this device. Its session goes on.
	 *
	 * @throws MfaRequired `client_10000` when MFA is on and there is no token
	 * @throws ApiError `server_112` when the old password is wrong: everything stays as it was
	 */
	changePassword(
		old_password: string,
		new_password: string,
		mfa_token?: string,
		mfa_recovery?: boolean,
	): Promise<void> {
		return changePassword(this.#session, old_password, new_password, { mfa_token, mfa_recovery });
	}

	/**
	 * A new password for this device when the old one was forgotten. The API ends all sessions of the device; a login with the
	 * new password starts another one (`user_data.refresh_token` is a new one). When that fails, or with MFA on and without a
	 * token, this session lasts until its JWT ends, at most 5 minutes: then log in again.
	 */
	resetPassword(new_password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<void> {
		return resetPassword(this.#session, new_password, { mfa_token, mfa_recovery });
	}

	/**
	 * Another identifier for this device: logins take the new one from now on. In the storage of this device, and for
	 * `getUser`, the user keeps the one of this login until the next.
	 *
	 * @param newIdentifier at most 1024 bytes of UTF-8
	 * @throws ApiError `server_101` when it is taken
	 */
	updateUser(newIdentifier: string): Promise<void> {
		return updateIdentifier(this.#session, newIdentifier);
	}

	/**
	 * Deletes the user with all devices and keys, and what is stored here. By default only the own backend may do this.
	 *
	 * @throws MfaRequired `client_10000` when MFA is on and there is no token
	 * @throws ApiError `server_203` when the app does not allow it, `server_112` for a wrong password
	 */
	deleteUser(password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<void> {
		return deleteUser(this.#session, { password, mfa_token, mfa_recovery });
	}

	/**
	 * Deletes a device of the user; of this one also what is stored here.
	 *
	 * @param password of this device, whichever is deleted
	 * @throws MfaRequired `client_10000` when MFA is on and there is no token
	 * @throws ApiError `server_115` for the last device, `server_100` for an unknown one, `server_112` for a wrong password
	 */
	deleteDevice(password: string, device_id: string, mfa_token?: string, mfa_recovery?: boolean): Promise<void> {
		return deleteDevice(this.#session, { password, mfa_token, mfa_recovery }, device_id);
	}

	/** The devices of the user, the oldest first, 50 at a time. @param last the last item of the page before */
	getDevices(last?: UserDeviceList | null): Promise<UserDeviceList[]> {
		return listDevices(this.#session, last);
	}

	/** The symmetric user key with the id; fetched when it is not on this device. */
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

	getNewestSignKey(): string {
		return this.#session.newestKey.sign_key;
	}

	/** The own newest sign key. */
	async getSignKey(): Promise<string> {
		return this.getSignKeySync();
	}

	/** {@link User.getSignKey}, synchronous. */
	getSignKeySync(): string {
		return this.#session.newestKey.sign_key;
	}

	/** The own newest searchable key. @throws KeyNotFound when this device has none */
	getNewestHmacKey(): string {
		const [key] = this.#session.data.hmac_keys;
		if (key === undefined) throw new KeyNotFound("This device has no searchable key of the user");
		return key;
	}

	/**
	 * Fetches an own key from the API and keeps it.
	 *
	 * @param first encrypt and sign with it from now on
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
		return Promise.all(readHmacKeys(list).map((key) => openHmacKey(this.#session, key)));
	}

	/**
	 * New keys for this user: content for others to encrypt and signatures are made with them from now on. The other devices get
	 * them by {@link User.finishKeyRotation}; the old keys stay to decrypt. Calls at the same time share one rotation.
	 *
	 * @throws AnswerForged when the API answers other keys than were sent: they are not used
	 */
	async keyRotation(): Promise<void> {
		return this.#rotation.start();
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
	 */
	async createSafetyNumber(other?: { user_id: string; verify_key_id: string }): Promise<string> {
		const { context, data, newestKey } = this.#session;
		const own = { verifyKey1: newestKey.exported_verify_key, userId1: data.user_id };
		if (other === undefined) return context.backend.createSafetyNumber(own);
		const verifyKey2 = await context.publicKeys.verifyKey(other.user_id, other.verify_key_id, this.#session, false);
		return context.backend.createSafetyNumber({ ...own, verifyKey2, userId2: other.user_id });
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

	/** {@link User.prepareRegisterDevice} without blocking; with page 0 it first loads the keys that are not on this device. */
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
	 */
	async registerDevice(server_output: string): Promise<PromiseSettledResult<string>[] | undefined> {
		return registerDevice(this.#session, this.#rotation, server_output);
	}

	/** Groups in which the user is a direct member. @param last the last item of the page before */
	async getGroups(last?: GroupList | null): Promise<GroupList[]> {
		const groups = await this.#session.context.client.call(groupRoutes.listGroups, {
			jwt: await this.getJwt(),
			params: pageAfter(last, "group_id"),
		});
		return groups.map(({ parent, ...group }) => ({ ...group, ...(parent && { parent }) }));
	}

	/** Body of `POST /group`, for an own backend. Synchronous. @param sign sign the group key */
	prepareGroupCreate(sign = false): string {
		return prepareGroupCreate(this.#session, sign);
	}

	/** {@link User.prepareGroupCreate} without blocking. */
	prepareGroupCreateAsync(sign = false): Promise<string> {
		return prepareGroupCreateAsync(this.#session, sign);
	}

	/** @param sign sign the group key @returns the id of the new group */
	createGroup(sign = false): Promise<string> {
		return createGroup(this.#session, sign);
	}

	/**
	 * A group with its keys, from the storage or the API.
	 *
	 * @param group_as_member id of the group through which the user reaches it
	 * @param verify how the keys are checked: 0, 1 or 2, as {@link GroupVerify} says
	 * @throws UnsupportedAccess when the user is not a direct member
	 * @throws ApiError `server_310` when the user is not a member at all
	 */
	getGroup(group_id: string, group_as_member?: string, verify: number = 0): Promise<Group> {
		return loadGroup(this.#session, group_id, group_as_member, verify);
	}
}
