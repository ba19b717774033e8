import { type DecryptionKey, type EncryptionKey, InvalidInput } from "@sentc-ts/core-crypto";
import type { RequestContext } from "@sentc-ts/transport";
import type { Session } from "../session/session.js";

/** Whose files they are, as far as the API is asked. */
export interface FileRequests {
	readonly session: Session;
	/** `undefined` = those of the user. */
	readonly groupId: string | undefined;
	/** Who asks, and through which group. */
	request(): Promise<RequestContext>;
}

/** Whose files they are: all that differs between those of a user and of a group. */
export interface FileAccess extends FileRequests {
	/**
	 * Encrypts the key of a new file.
	 *
	 * @param reply_id user id of the receiver, empty for the user alone; a group has none
	 */
	masterKey(reply_id: string): Promise<EncryptionKey>;
	/** Opens the key of a file. */
	loadMasterKey(id: string): Promise<DecryptionKey>;
}

const sessions: WeakMap<object, Session> = new WeakMap();

/** Lets {@link sessionOf} find the session of an object that apps pass around. */
export function registerSession(user: object, session: Session): void {
	sessions.set(user, session);
}

/** @throws InvalidInput `user` for what is no user of this SDK */
export function sessionOf(user: unknown): Session {
	const session = typeof user === "object" && user !== null ? sessions.get(user) : undefined;
	if (!session) throw new InvalidInput("user", "must be a logged-in user");
	return session;
}
