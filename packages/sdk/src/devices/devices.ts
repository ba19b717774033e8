import { deviceRoutes } from "@sentc-ts/transport/contract";
import { pageAfter } from "../answers.js";
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
