import type { UserData, UserKeyData } from "../types.js";

/** A key of another user is not the one that this device knows (option `on_key_change`). */
export interface KeyChange {
	/** Whose key it is. */
	user_id: string;
	/** The key that was known. */
	old_public_key_id: string;
	/** The key that the API answers now. */
	new_public_key_id: string;
	/** Was the old key verified by `verifyUserPublicKey`? */
	verified: boolean;
	/** `true` = with `key_change: "block"` it is not used until `user.acceptKeyChange`. */
	blocked: boolean;
}

/** What happens when the key of another user changed: the app is told, or the key is refused as well. */
export type KeyChangePolicy = "warn" | "block";

/** The user who asks for keys: whose pins decide, and whose own keys don't come from the API. */
export interface OwnUser {
	readonly identifier: string;
	readonly data: Pick<UserData, "user_id">;
	readonly newestKey: UserKeyData;
	/** The own exported verify key with the id. */
	loadVerifyKey(id: string): Promise<string>;
}
