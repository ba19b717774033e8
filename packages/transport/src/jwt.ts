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
	if (parts.length < 3 || payload === undefined)
		throw new JwtError("JWT_UNREADABLE", "The JWT does not have three parts");
	try {
		return z.parse(jwtClaimsSchema, JSON.parse(decodeBase64UrlText(payload)));
	} catch (cause) {
		throw new JwtError("JWT_PAYLOAD_INVALID", "The payload of the JWT is not readable", { cause });
	}
}

/** `true` for three non-empty base64url parts: what a compact JWS looks like (RFC 7515 §7.1). */
export function isCompactJws(text: string): boolean {
	return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

function decodeBase64UrlText(text: string): string {
	if (!/^[\w-]+$/.test(text)) throw new Error("not base64url without padding");
	const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
	return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}
