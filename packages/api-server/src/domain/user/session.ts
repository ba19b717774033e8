import type {
	InitResult,
	LightSession,
	RefreshRequest,
	RefreshResult,
	VerifyLoginResult,
} from "@sentc-ts/transport/contract";
import type { AttachedDevice } from "../../database/repositories/devices.js";
import { listMemberKeys, listSearchKeys } from "../../database/repositories/keys.js";
import { listInvites } from "../group/pending.js";
import { type Identity, issueJwt } from "../jwt/tokens.js";
import { groupKeyView, hmacKeyView } from "../key/view.js";
import type { Services } from "../services.js";
import { type OpenSession, useRefreshToken } from "./refresh-token.js";

/** Whose device a session is of. */
type SessionDevice = Pick<AttachedDevice, "id" | "appId" | "userId" | "userGroupId">;

/** What a login yields: the session, and the first page of the keys of the user. */
export async function session(
	services: Services,
	device: SessionDevice,
	opened: OpenSession,
): Promise<VerifyLoginResult> {
	const db = services.database.reads;
	const keys = await listMemberKeys(db, device.userGroupId, device.id, undefined);
	const hmacKeys = await listSearchKeys(db, device.userGroupId, ["hmac"]);
	return {
		user_keys: keys.map(groupKeyView),
		hmac_keys: hmacKeys.map(hmacKeyView),
		...(await lightSession(services, device, opened)),
	};
}

/** {@link session} without keys. */
export async function lightSession(
	services: Services,
	{ appId, userId, id: deviceId }: SessionDevice,
	{ id: sessionId, refreshToken }: OpenSession,
): Promise<LightSession> {
	const jwt = await issueJwt(services, appId, { userId, deviceId, sessionId, fresh: true });
	return { jwt, refresh_token: refreshToken };
}

/** A new JWT for the device whose refresh token this is, and its successor if that is asked for (protocol/http-api §9). */
export async function refresh(
	services: Services,
	{ appId, userId, deviceId }: Identity,
	{ refresh_token: token, rotate }: RefreshRequest,
): Promise<RefreshResult> {
	const { id: sessionId, refreshToken } = await useRefreshToken(services, { deviceId, token }, rotate);
	const jwt = await issueJwt(services, appId, { userId, deviceId, sessionId, fresh: false });
	return { user_id: userId, jwt, device_id: deviceId, ...(rotate && { refresh_token: refreshToken }) };
}

/** Refresh together with the open invites of the user. */
export async function init(services: Services, identity: Identity, request: RefreshRequest): Promise<InitResult> {
	const { user_id: _, device_id: __, ...tokens } = await refresh(services, identity, request);
	return { ...tokens, invites: await listInvites(services, identity.appId, identity.userId, undefined) };
}
