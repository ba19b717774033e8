import { SentcError } from "@sentc-ts/core-crypto/wire";
import { importJwtVerifyKey } from "@sentc-ts/transport";
import { type JwtClaims, jwtClaimsSchema } from "@sentc-ts/transport/contract";
import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";

/** What a verified JWT says. */
export interface VerifiedJwt {
	user_id: string;
	device_id: string;
	/** Missing in the JWTs of an API that lists no sessions, as the reference's. */
	session_id?: string;
	/** `true` = issued by a login, `false` = by a refresh. */
	fresh: boolean;
	/** End of validity, seconds since the epoch. */
	exp: number;
	/** Time of issue, seconds since the epoch. */
	iat: number;
}

/** One verify key of the app (base64 of the 97-byte uncompressed P-384 point), or several by key id (`kid`). */
export type JwtVerifyKeys = string | Readonly<Record<string, string>>;

/** The JWT is not one to trust. */
export class JwtRefused extends SentcError {
	declare readonly code: "JWT_EXPIRED" | "JWT_KEY_UNKNOWN" | "JWT_INVALID";

	constructor(code: JwtRefused["code"], errorMessage: string, cause?: unknown) {
		super({ status: "client_jwt_refused", code, errorMessage, cause });
		this.name = "JwtRefused";
	}
}

/** The JWT of `Authorization: Bearer <jwt>`; `undefined` when the request has none. */
export function bearerOf(request: Request): string | undefined {
	return /^Bearer (\S+)$/.exec(request.headers.get("Authorization") ?? "")?.[1];
}

/**
 * Verifies a user's JWT without asking the API: ES384 only, signature and `exp` always checked (protocol/http-api §4.1.1).
 * It can't know that a session was ended meanwhile; a JWT lives five minutes.
 *
 * @param jwt the compact JWS, without `Bearer `
 * @throws JwtRefused when it is expired, signed by another key, or not a JWT of the API
 * @throws InvalidInput naming `verifyKey` when that is not a verify key
 * @example
 * ```ts
 * import { bearerOf, verifyJwt } from "@sentc-ts/server-helpers";
 *
 * export async function whoIsCalling(request: Request): Promise<string> {
 * 	const { user_id } = await verifyJwt(bearerOf(request) ?? "", "<your JWT verify key>");
 * 	return user_id;
 * }
 * ```
 */
export async function verifyJwt(jwt: string, verifyKey: JwtVerifyKeys): Promise<VerifiedJwt> {
	const { aud, exp, fresh, iat, sid, sub } = await claimsOf(jwt, verifyKey, 0);
	return { user_id: aud, device_id: sub, ...(sid !== undefined && { session_id: sid }), fresh, exp, iat };
}

/** An upload takes as long as its session lives, s, and its JWT is not renewed (protocol/files §6.2). */
const UPLOAD_LIFETIME = 24 * 60 * 60;

/** @internal Id of the user whose JWT it is, which may have expired while an upload goes on. @throws JwtRefused */
export async function uploaderOf(jwt: string, verifyKey: JwtVerifyKeys): Promise<string> {
	return (await claimsOf(jwt, verifyKey, UPLOAD_LIFETIME)).aud;
}

/** @param clockTolerance how long the JWT may have been expired, s */
async function claimsOf(jwt: string, verifyKey: JwtVerifyKeys, clockTolerance: number): Promise<JwtClaims> {
	const findKey: JWTVerifyGetKey = ({ kid }) => importJwtVerifyKey(keyTextOf(verifyKey, kid));
	try {
		const { payload } = await jwtVerify(jwt, findKey, {
			algorithms: ["ES384"],
			requiredClaims: ["exp"],
			clockTolerance,
		});
		return jwtClaimsSchema.parse(payload);
	} catch (cause) {
		if (cause instanceof SentcError) throw cause;
		if (cause instanceof errors.JWTExpired) throw new JwtRefused("JWT_EXPIRED", "The JWT is expired", cause);
		throw new JwtRefused("JWT_INVALID", "The JWT is not one of this app", cause);
	}
}

function keyTextOf(verifyKey: JwtVerifyKeys, kid: string | undefined): string {
	if (typeof verifyKey === "string") return verifyKey;
	const text = kid !== undefined && Object.hasOwn(verifyKey, kid) ? verifyKey[kid] : undefined;
	if (text === undefined) {
		throw new JwtRefused("JWT_KEY_UNKNOWN", "The JWT was signed with a key that is not in the list");
	}
	return text;
}
