import type { Client } from "@sentc-ts/transport";
import { type ForcedLightLogin, type ForcedLogin, forcedRoutes } from "@sentc-ts/transport/contract";
import { done, named, prepared } from "./input.js";

/** What the own backend does to an account, with the secret token alone (protocol/http-api §8.2). */
export interface ForcedUsers {
	/**
	 * Deletes a user with all devices, sessions and keys, for good.
	 *
	 * @throws ApiError `USER_NOT_FOUND`
	 */
	deleteUser(userId: string): Promise<void>;
	/**
	 * {@link Backend.deleteUser} by the identifier of any device of the user.
	 *
	 * @throws ApiError `USER_NOT_FOUND`
	 */
	deleteUserByIdentifier(identifier: string): Promise<void>;
	/**
	 * Switches the second factor off, for somebody who lost it and every recovery key. Make sure that it is that person: until
	 * a new factor is registered the password alone opens the account.
	 *
	 * @param identifier of any device of the user
	 * @throws ApiError `USER_NOT_FOUND`
	 */
	disableMfa(identifier: string): Promise<void>;
	/**
	 * Ends every session of every device of the user. JWTs that were issued stay valid until they expire, at most five minutes.
	 *
	 * @param identifier of any device of the user
	 * @throws ApiError `USER_NOT_FOUND`
	 */
	endSessions(identifier: string): Promise<void>;
	/**
	 * Gives an account to somebody who lost every device and password. **Data is lost for good:** all devices with their
	 * sessions, and all keys of the user. What was encrypted for the user can't be opened any more. User id, second factor and
	 * group memberships stay, but without keys: in each group a member has to call `reInviteUser` before the user can read
	 * anything there.
	 *
	 * @param input what `Sentc.prepareRegister` returned, for an identifier that the user has; it is the only device afterwards
	 */
	forceResetUser(input: string): Promise<string>;
	/**
	 * Opens a session without password and second factor. **Whoever gets the result is that user** for the API: it has a fresh
	 * JWT, which deletes the account or switches the second factor off, and a refresh token. The keys in it stay encrypted
	 * under the password, so it reads nothing. Hand it to nobody but the proven owner of the account, and don't log it.
	 *
	 * @param identifier of one device; the session is that device's
	 * @throws ApiError `LOGIN_REFUSED` when nobody has the identifier
	 */
	forceLogin(identifier: string): Promise<ForcedLogin>;
	/**
	 * {@link Backend.forceLogin} for a user without keys (protocol/user-protocol, light users). All that is said there holds.
	 *
	 * @param identifier of one device; the session is that device's
	 * @throws ApiError `LOGIN_REFUSED` when nobody has the identifier
	 */
	forceLightLogin(identifier: string): Promise<ForcedLightLogin>;
}

export function forcedUsers(client: Client): ForcedUsers {
	return {
		deleteUser: (user_id) => done(client.call(forcedRoutes.deleteUser, { params: { user_id } })),
		deleteUserByIdentifier: (name) => done(client.call(forcedRoutes.deleteUserByIdentifier, { body: named(name) })),
		disableMfa: (name) => done(client.call(forcedRoutes.disableOtp, { body: named(name) })),
		endSessions: (name) => done(client.call(forcedRoutes.endSessions, { body: named(name) })),
		forceResetUser: (input) => client.forward(forcedRoutes.resetUser, { body: prepared(input) }),
		forceLogin: (name) => client.call(forcedRoutes.login, { body: named(name) }),
		forceLightLogin: (name) => client.call(forcedRoutes.lightLogin, { body: named(name) }),
	};
}
