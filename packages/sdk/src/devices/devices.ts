import { deviceRoutes } from "@sentc-ts/transport/contract";
import { pageAfter } from "../answers.js";
import { checkId } from "../input.js";
import { freshLogin, type Reauthentication } from "../session/fresh-jwt.js";
import type { Session } from "../session/session.js";
import type { UserDeviceList } from "../types.js";

/** The devices of the user, the oldest first, at most 50. @param last the last item of the page before */
export async function listDevices(
	session: Session,
	last: UserDeviceList | null | undefined,
): Promise<UserDeviceList[]> {
	const params = pageAfter(last, "device_id");
	const jwt = await session.getJwt();
	return session.context.client.call(deviceRoutes.listDevices, { jwt, params });
}

/** One device of the user; of this one nothing stays here either. */
export async function deleteDevice(
	session: Session,
	reauthentication: Reauthentication,
	device_id: string,
): Promise<void> {
	checkId("device_id", device_id);
	const { tokens } = await freshLogin(session, reauthentication, "client_10000");
	const isThisDevice = device_id === session.data.device_id;
	await session.context.client.call(deviceRoutes.deleteDevice, { jwt: tokens.jwt, params: { device_id } });
	if (isThisDevice) await session.forget();
}
