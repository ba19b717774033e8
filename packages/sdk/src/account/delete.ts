import { deviceRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { checkId } from "../input.js";
import type { Account } from "./account.js";
import { freshLogin, type Presence } from "./fresh-jwt.js";

/** The user with all devices and keys; then nothing stays here either (protocol/user-protocol §12.4). */
export async function deleteUser(account: Account, presence: Presence): Promise<void> {
	const { tokens } = await freshLogin(account, presence, "client_10000");
	await account.context.client.call(userRoutes.deleteUser, { jwt: tokens.jwt });
	await account.forget();
}

/** One device of the user; of this one nothing stays here either. */
export async function deleteDevice(account: Account, presence: Presence, device_id: string): Promise<void> {
	checkId("device_id", device_id);
	const { tokens } = await freshLogin(account, presence, "client_10000");
	const isThisDevice = device_id === account.data.device_id;
	await account.context.client.call(deviceRoutes.deleteDevice, { jwt: tokens.jwt, params: { device_id } });
	if (isThisDevice) await account.forget();
}
