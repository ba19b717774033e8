import type { webcrypto } from "node:crypto";
import { type JwtClaims, type JwtNeed, jwtClaimsSchema, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { compactVerify, decodeProtectedHeader, SignJWT } from "jose";
import { findUserGroupOfDevice } from "../../database/repositories/devices.js";
import { Failure } from "../../failure.js";
import { isId } from "../../ids.js";
import type { Services } from "../services.js";

/** Lifetime of a JWT, s (protocol/http-api §4.2). */
const LIFETIME = 300;
/** How long past `exp` a JWT still counts, s: clocks differ (protocol/http-api §4.3). */
const LEEWAY = 60;
const SCHEME = "Bearer ";

/** Whom a JWT names. */
export interface Identity {
	readonly appId: string;
	readonly userId: string;
	readonly deviceId: string;
	/** The group that holds the user's keys. */
	readonly userGroupId: string;
	/** Was the JWT issued by a login? */
	readonly fresh: boolean;
	/** Absent in the JWTs of earlier versions. */
	readonly sessionId: string | undefined;
}

/** What a JWT says. */
type Named = Pick<Identity, "userId" | "deviceId" | "fresh"> & { readonly sessionId: string };

/** Issues a JWT; `fresh` = for a login (protocol/http-api §4.2). */
export async function issueJwt(
	{ jwtKeys, now }: Services,
	appId: string,
	{ userId, deviceId, sessionId, fresh }: Named,
): Promise<string> {
	const { id, key } = await jwtKeys.signingKey(appId);
	const iat = Math.floor(now() / 1000);
	const claims = { aud: userId, sub: deviceId, sid: sessionId, iat, exp: iat + LIFETIME, fresh };
	const jwt = await new SignJWT(claims).setProtectedHeader({ typ: "JWT", alg: "ES384", kid: id }).sign(key);
	// Its first use need not verify it, unless the key was removed meanwhile.
	await jwtKeys.claims(appId, jwt, async () => (await jwtKeys.verifyKey(appId, id)) && claims);
	return jwt;
}

/**
 * Who sends the request (protocol/http-api §4.3); a device that was deleted is nobody.
 *
 * @param authorization the header of that name, `null` when it is absent
 */
export async function identify(
	services: Services,
	appId: string,
	authorization: string | null,
	need: Exclude<JwtNeed, "none" | "optional">,
): Promise<Identity> {
	if (!authorization?.startsWith(SCHEME)) throw new Failure(SERVER_ERRORS.JWT_MISSING);
	const claims = await verify(services, appId, authorization.slice(SCHEME.length));
	if (need !== "expired-allowed" && services.now() / 1000 > claims.exp + LEEWAY) {
		throw new Failure(SERVER_ERRORS.JWT_INVALID);
	}
	if (!isId(claims.aud) || !isId(claims.sub)) throw new Failure(SERVER_ERRORS.INVALID_ID);
	const owner = { appId, userId: claims.aud, deviceId: claims.sub };
	const userGroupId = await findUserGroupOfDevice(services.database.reads, owner);
	if (userGroupId === undefined) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	if (need === "fresh" && !claims.fresh) throw new Failure(SERVER_ERRORS.JWT_NOT_FRESH);
	return { ...owner, userGroupId, fresh: claims.fresh, sessionId: claims.sid };
}

async function verify({ jwtKeys }: Services, appId: string, jwt: string): Promise<JwtClaims> {
	const claims = await jwtKeys.claims(appId, jwt, async () => {
		const key = await jwtKeys.verifyKey(appId, keyId(jwt));
		return key && verifySignature(key, jwt);
	});
	if (claims === undefined) throw new Failure(SERVER_ERRORS.JWT_KEY_UNKNOWN);
	return claims;
}

async function verifySignature(key: webcrypto.CryptoKey, jwt: string): Promise<JwtClaims> {
	try {
		const { payload } = await compactVerify(jwt, key, { algorithms: ["ES384"] });
		return jwtClaimsSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
	} catch {
		throw new Failure(SERVER_ERRORS.JWT_INVALID);
	}
}

function keyId(jwt: string): string {
	try {
		const { kid } = decodeProtectedHeader(jwt);
		if (typeof kid === "string") return kid;
	} catch {
		// Falls through to the same answer as a header without a key id.
	}
	throw new Failure(SERVER_ERRORS.JWT_MALFORMED);
}
