import { accountRoutes, deviceRoutes } from "@sentc-ts/transport/contract";
import { checkId } from "../input.js";
import { freshLogin, type Presence } from "./fresh-jwt.js";
import type { Session } from "./session.js";

/** The user with all devices and keys; then nothing stays here either (protocol/user-protocol §12.4). */
export async function deleteUser(session: Session, presence: Presence): Promise<void> {
	const { tokens } = await freshLogin(session, presence, "client_10000");
	await session.context.client.call(accountRoutes.deleteUser, { jwt: tokens.jwt });
	await session.forget();
}

/** One device of the user; of this one nothing stays here either. */
export async function deleteDevice(session: Session, presence: Presence, device_id: string): Promise<void> {
	checkId("device_id", device_id);
	const { tokens } = await freshLogin(session, presence, "client_10000");
	const isThisDevice = device_id === session.data.device_id;
	await session.context.client.call(deviceRoutes.deleteDevice, { jwt: tokens.jwt, params: { device_id } });
	if (isThisDevice) await session.forget();
}
