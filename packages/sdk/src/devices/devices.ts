import { deviceRoutes } from "@sentc-ts/transport/contract";
import { pageAfter } from "../paging.js";
import type { Account } from "../session/session.js";
import type { UserDeviceList } from "../types.js";

/** The devices of the user, the oldest first, at most 50. @param last the last item of the page before */
export async function listDevices(
	account: Account,
	last: UserDeviceList | null | undefined,
): Promise<UserDeviceList[]> {
	const params = pageAfter(last, "device_id");
	const jwt = await account.session.getJwt();
	return account.context.client.call(deviceRoutes.listDevices, { jwt, params });
}
