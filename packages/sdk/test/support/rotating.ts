import { addDevice, type Person, type ServedApi, signUp } from "@sentc-ts/test-world";
import type { User } from "../../src/index.js";
import { type Tampered, tamper } from "./between.js";

/** The requests of a rotation. */
export const START = "POST /user/user_keys/rotation";
export const OPEN = "GET /user/user_keys/rotation";
export const KEY = "GET /user/user_keys/key/";

/** A device on whose way to the API a test can stand. */
export type Device = Person & Pick<Tampered, "through">;

/** The first device of a new user. */
export async function firstDevice(api: ServedApi): Promise<Device> {
	const { fetch, through } = tamper();
	return { ...(await signUp(api, { fetch })), through };
}

/** One more device of the user. */
export async function nextDevice(api: ServedApi, user: User): Promise<Device> {
	const { fetch, through } = tamper();
	return { ...(await addDevice(api, user, { fetch })), through };
}

export const newest = ({ user_data }: User): string => user_data.newest_key_id;

/** Ids of the keys that are here, the oldest first. */
export const idsOf = ({ user_data }: User): string[] => user_data.user_keys.map((key) => key.group_key_id);
