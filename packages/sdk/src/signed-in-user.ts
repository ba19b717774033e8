import { deleteDevice, listDevices } from "./devices/devices.js";
import type { KeyFailure } from "./key-errors.js";
import { deleteUser, updateIdentifier } from "./session/identity.js";
import * as memberships from "./session/memberships.js";
import * as mfa from "./session/mfa.js";
import { changePassword, type PasswordChangeOptions, resetPassword } from "./session/password.js";
import type { Session } from "./session/session.js";
import { endOtherSessions, listSessions, type UserSession } from "./session/sessions.js";
import type { GroupInviteListItem, GroupList, OtpRegister, UserData, UserDeviceList } from "./types.js";

/**
 * What a logged-in user does without keys: session, second factor, password, identifier, devices (all that the protocol's light
 * users have, protocol/sdk-api §10). After `logOut` every function throws `SessionEnded`.
 */
export abstract class SignedInUser {
	/** Invitations that were open at `init`. */
	group_invites: GroupInviteListItem[];
	readonly #session: Session;

	constructor(session: Session, group_invites: GroupInviteListItem[] = []) {
		this.#session = session;
		this.group_invites = group_invites;
	}

	/** Origin of the API. */
	get base_url(): string {
		return this.#session.context.client.baseUrl;
	}

	/** Public token of the app. */
	get app_token(): string {
		return this.#session.context.client.appToken;
	}

	/** Keys, tokens and ids. */
	get user_data(): UserData {
		return this.#session.data;
	}

	/**
	 * Keys of this user and of groups that were skipped since the log in, or since the page was loaded, because they can't be used. Option
	 * `on_unusable_key` tells of each at once.
	 */
	get unusable_keys(): readonly KeyFailure[] {
		return this.#session.unusableKeys;
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
	 * 5 s and the refresh token is in `user_data`. That the session goes on there is no error: option `on_session_left`.
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
	 * {@link SignedInUser.registerRawOtp} for a QR code.
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

	/** The recovery keys that were not used yet. Parameters and errors as in {@link SignedInUser.registerRawOtp}. */
	getOtpRecoverKeys(password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<string[]> {
		return mfa.recoveryKeys(this.#session, { password, mfa_token, mfa_recovery });
	}

	/** Another secret and other recovery keys, the old ones end. Parameters and errors as in {@link SignedInUser.registerRawOtp}. */
	resetRawOtp(password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<OtpRegister> {
		return mfa.resetOtp(this.#session, { password, mfa_token, mfa_recovery });
	}

	/** {@link SignedInUser.resetRawOtp} for a QR code; issuer and audience as in {@link SignedInUser.registerOtp}. */
	resetOtp(
		issuer: string,
		audience: string,
		password: string,
		mfa_token?: string,
		mfa_recovery?: boolean,
	): Promise<[string, string[]]> {
		return mfa.otpUrl(issuer, audience, () => this.resetRawOtp(password, mfa_token, mfa_recovery));
	}

	/** Logins need no second factor any more. Parameters and errors as in {@link SignedInUser.registerRawOtp}. */
	disableOtp(password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<void> {
		return mfa.disableOtp(this.#session, { password, mfa_token, mfa_recovery });
	}

	/**
	 * A new password for this device. The other sessions of the user end: whoever stole one is out within 5 minutes, when its JWT
	 * ends. This user object goes on with a new session (`user_data.refresh_token` is a new one), which a developer who keeps the
	 * refresh token gets by `refresh.on_new_refresh_token`.
	 *
	 * @throws InvalidInput `refresh.on_new_refresh_token` when it is missing and `end_sessions` is `device` or `all`
	 * @throws MfaRequired `client_10000` when MFA is on and there is no token
	 * @throws RefreshTokenNotTaken when the function of the developer failed: the password is not changed
	 * @throws ApiError `server_112` when the old password is wrong: everything stays as it was
	 */
	changePassword(
		old_password: string,
		new_password: string,
		mfa_token?: string,
		mfa_recovery?: boolean,
		options: PasswordChangeOptions = {},
	): Promise<void> {
		return changePassword(this.#session, old_password, new_password, { mfa_token, mfa_recovery }, options);
	}

	/**
	 * A new password for this device when the old one was forgotten. The API ends all sessions of the device; a login with the
	 * new password starts another one (`user_data.refresh_token` is a new one; `refresh.on_new_refresh_token` gets it, too, and
	 * what that throws goes to `reportError`). When that fails, or with MFA on and without a token, this session lasts until
	 * its JWT ends, at most 5 minutes: then log in again.
	 *
	 * @throws InvalidInput `new_password` when it is empty
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

	/**
	 * The devices of the user, the oldest first, 50 at a time.
	 *
	 * @param last the last item of the page before
	 * @throws InvalidInput naming the member of `last` that is wrong
	 */
	getDevices(last?: UserDeviceList | null): Promise<UserDeviceList[]> {
		return listDevices(this.#session, last);
	}

	/**
	 * The sessions of the user on all devices, the newest first, 50 at a time.
	 *
	 * @param last the last item of the page before
	 * @throws InvalidInput naming the member of `last` that is wrong
	 * @throws SessionsUnsupported when the API, as the reference's, has no such list
	 */
	getSessions(last?: UserSession | null): Promise<UserSession[]> {
		return listSessions(this.#session, last);
	}

	/**
	 * Ends all sessions of the user but this one. Their JWTs stay valid until they expire, at most 5 minutes.
	 *
	 * @throws SessionsUnsupported when the API, as the reference's, can't do this
	 * @throws MfaRequired `client_10000` when MFA is on and there is no token
	 * @throws ApiError `server_112` for a wrong password
	 */
	endOtherSessions(password: string, mfa_token?: string, mfa_recovery?: boolean): Promise<void> {
		return endOtherSessions(this.#session, { password, mfa_token, mfa_recovery });
	}

	/**
	 * Groups in which the user is a direct member, the oldest first, 50 at a time.
	 *
	 * @param last the last item of the page before
	 * @throws InvalidInput naming the member of `last` that is wrong
	 * @example
	 * ```ts
	 * import type { GroupList, User } from "@sentc-ts/sdk";
	 *
	 * export async function allGroups(user: User): Promise<GroupList[]> {
	 * 	const all: GroupList[] = [];
	 * 	for (let page = await user.getGroups(); page.length > 0; page = await user.getGroups(page.at(-1))) all.push(...page);
	 * 	return all;
	 * }
	 * ```
	 */
	getGroups(last?: GroupList | null): Promise<GroupList[]> {
		return memberships.listGroups(this.#session, last);
	}

	/**
	 * Open invites of the user, the newest first, 50 at a time; those at the time of `init` are in `group_invites`.
	 *
	 * @param last the last item of the page before
	 */
	getGroupInvites(last?: GroupInviteListItem | null): Promise<GroupInviteListItem[]> {
		return memberships.listInvites(this.#session, last);
	}

	/** Becomes a member of the group. @throws ApiError `server_307` when there is no invite */
	acceptGroupInvite(group_id: string): Promise<void> {
		return memberships.answerInvite(this.#session, group_id, true);
	}

	/** Declines an invite. @throws ApiError `server_307` when there is none */
	rejectGroupInvite(group_id: string): Promise<void> {
		return memberships.answerInvite(this.#session, group_id, false);
	}

	/**
	 * Asks to become a member; asking again changes nothing.
	 *
	 * @throws ApiError `server_302` for a member, `server_310` when there is no such group, `server_317` when it takes no requests
	 */
	groupJoinRequest(group_id: string): Promise<void> {
		return memberships.sendJoinRequest(this.#session, group_id);
	}

	/** Own join requests that nobody answered, the newest first, 50 at a time. @param last the last item of the page before */
	sentJoinReq(last?: GroupInviteListItem | null): Promise<GroupInviteListItem[]> {
		return memberships.listSentJoinRequests(this.#session, last);
	}

	/** Takes a join request back. @throws ApiError `server_310` when there is no such group */
	deleteJoinReq(group_id: string): Promise<void> {
		return memberships.deleteJoinRequest(this.#session, group_id);
	}
}
