import {
	type InitResult,
	type LightSession,
	type RefreshResult,
	SERVER_ERRORS,
	type VerifyLoginResult,
} from "@sentc-ts/transport/contract";
import { hash, randomToken } from "../../bytes.js";
import type { Writes } from "../../database/database.js";
import type { AttachedDevice } from "../../database/repositories/devices.js";
import { listMemberKeys, listSearchKeys } from "../../database/repositories/keys.js";
import {
	deleteRefreshToken,
	deleteRefreshTokensBefore,
	findRefreshTokenUse,
	insertRefreshToken,
	recordRefreshTokenUse,
} from "../../database/repositories/sessions.js";
import { Failure } from "../../failure.js";
import { listInvites } from "../group/pending.js";
import { type Identity, issueJwt } from "../jwt/tokens.js";
import { groupKeyView, hmacKeyView } from "../key/view.js";
import type { Services } from "../services.js";

/** How exactly the last use of a refresh token is remembered, ms: not every refresh has to write. */
const USE_PRECISION = 24 * 60 * 60 * 1000;

/** Begins a session of a device and removes those that have expired; returns the refresh token. */
export async function openSession(services: Services, db: Writes, deviceId: string): Promise<string> {
	const refreshToken = randomToken();
	await deleteRefreshTokensBefore(db, expiredBefore(services));
	await insertRefreshToken(db, { deviceId, tokenHash: hash(refreshToken), usedAt: services.now() });
	return refreshToken;
}

/** What a login yields: the session, and the first page of the keys of the user. */
export async function session(
	services: Services,
	device: AttachedDevice,
	refreshToken: string,
): Promise<VerifyLoginResult> {
	const db = services.database.reads;
	const keys = await listMemberKeys(db, device.userGroupId, device.id, undefined);
	const hmacKeys = await listSearchKeys(db, device.userGroupId, "hmac");
	return {
		user_keys: keys.map(groupKeyView),
		hmac_keys: hmacKeys.map(hmacKeyView),
		...(await lightSession(services, device, refreshToken)),
	};
}

/** {@link session} without keys. */
export async function lightSession(
	services: Services,
	{ appId, userId, id: deviceId }: AttachedDevice,
	refreshToken: string,
): Promise<LightSession> {
	return { jwt: await issueJwt(services, appId, { userId, deviceId, fresh: true }), refresh_token: refreshToken };
}

/** A new JWT for the device whose refresh token this is (protocol/http-api §9). */
export async function refresh(
	services: Services,
	{ appId, userId, deviceId }: Identity,
	refreshToken: string,
): Promise<RefreshResult> {
	await useRefreshToken(services, deviceId, hash(refreshToken));
	const jwt = await issueJwt(services, appId, { userId, deviceId, fresh: false });
	return { user_id: userId, jwt, device_id: deviceId };
}

/** Refresh together with the open invites of the user. */
export async function init(services: Services, identity: Identity, refreshToken: string): Promise<InitResult> {
	const { jwt } = await refresh(services, identity, refreshToken);
	return { jwt, invites: await listInvites(services, identity.appId, identity.userId, undefined) };
}

/** Ends the session of a refresh token; one that has ended already stays so. */
export async function endSession({ database }: Services, { deviceId }: Identity, refreshToken: string): Promise<void> {
	await database.transaction((db) => deleteRefreshToken(db, deviceId, hash(refreshToken)));
}

async function useRefreshToken(services: Services, deviceId: string, tokenHash: string): Promise<void> {
	const { database, now, refreshTokenLifetime } = services;
	const lastUse = await findRefreshTokenUse(database.reads, deviceId, tokenHash);
	if (lastUse === undefined || lastUse < expiredBefore(services)) {
		throw new Failure(SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
	}
	const usedAt = now();
	if (usedAt - lastUse < Math.min(USE_PRECISION, refreshTokenLifetime / 10)) return;
	await database.transaction((db) => recordRefreshTokenUse(db, { deviceId, tokenHash, usedAt }));
}

/** A refresh token that was last used before this time (ms) has expired. */
function expiredBefore({ now, refreshTokenLifetime }: Services): number {
	return Math.max(0, now() - refreshTokenLifetime);
}
