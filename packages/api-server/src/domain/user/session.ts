import { type InitResult, type RefreshResult, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { hash } from "../../bytes.js";
import { listInvites } from "../../database/repositories/groups.js";
import { refreshTokenExists } from "../../database/repositories/sessions.js";
import { Failure } from "../failure.js";
import { type Identity, issueJwt } from "../jwt/tokens.js";
import type { Services } from "../services.js";

/** A new JWT for the device whose refresh token this is (spec http-api §9). */
export async function refresh(
	services: Services,
	appId: string,
	{ userId, deviceId }: Identity,
	refreshToken: string,
): Promise<RefreshResult> {
	const tokenHash = hash(refreshToken);
	if (!(await refreshTokenExists(services.database.reads, { appId, deviceId, tokenHash }))) {
		throw new Failure(SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
	}
	const jwt = await issueJwt(services, appId, { userId, deviceId, fresh: false });
	return { user_id: userId, jwt, device_id: deviceId };
}

/** Refresh together with the open invites of the user. */
export async function init(
	services: Services,
	appId: string,
	identity: Identity,
	refreshToken: string,
): Promise<InitResult> {
	const { jwt } = await refresh(services, appId, identity, refreshToken);
	const invites = await listInvites(services.database.reads, appId, identity.userId);
	return { jwt, invites: invites.map(({ groupId, createdAt }) => ({ group_id: groupId, time: createdAt })) };
}
