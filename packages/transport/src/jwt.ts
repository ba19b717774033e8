import { decodeBase64, decodeBase64Url, InvalidInput } from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { type JwtClaims, jwtClaimsSchema } from "./contract/session.js";
import { JwtError } from "./errors.js";

/**
 * Reads the claims of a compact JWS. The signature is **not** verified: a client has no use for it, the API and own backends verify.
 *
 * @throws JwtError `client_1100` when there are not three parts, `client_1101` when the payload is not the expected claims
 * (protocol/user-protocol §10.1.1).
 */
export function decodeJwt(jwt: string): JwtClaims {
	const parts = jwt.split(".");
	const payload = parts.at(-2);
	if (parts.length < 3 || payload === undefined) {
		throw new JwtError("JWT_UNREADABLE", "The JWT does not have three parts");
	}
	try {
		const json = new TextDecoder("utf-8", { fatal: true }).decode(decodeBase64Url(payload));
		return z.parse(jwtClaimsSchema, JSON.parse(json));
	} catch (cause) {
		throw new JwtError("JWT_PAYLOAD_INVALID", "The payload of the JWT is not readable", { cause });
	}
}

/** `true` for three non-empty base64url parts: what a compact JWS looks like (RFC 7515 §7.1). */
export function isCompactJws(text: string): boolean {
	return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

/** An uncompressed point: 4, and two coordinates of 48 bytes (SEC 1 §2.3.3). */
const POINT_BYTES = 97;

/**
 * Imports the key that verifies the JWTs of an app (protocol/http-api §4.1.1).
 *
 * @param verifyKey base64 of the 97 bytes of the uncompressed P-384 point; as copied from a file or a variable, its padding may be
 * missing and white space may surround it
 * @throws InvalidInput naming `verifyKey`
 */
export async function importJwtVerifyKey(verifyKey: string): Promise<CryptoKey> {
	const invalid = new InvalidInput("verifyKey", "must be base64 of an uncompressed P-384 point (97 bytes)");
	const text = String(verifyKey).trim();
	const point = decodeBase64(text.padEnd(Math.ceil(text.length / 4) * 4, "="));
	if (point?.length !== POINT_BYTES) throw invalid;
	const algorithm = { name: "ECDSA", namedCurve: "P-384" };
	const imported = crypto.subtle.importKey("raw", new Uint8Array(point), algorithm, false, ["verify"]);
	return imported.catch(() => Promise.reject(invalid));
}
