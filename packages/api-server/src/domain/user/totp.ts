import { Secret, TOTP } from "otpauth";

// Time-based one-time passwords of RFC 6238: HMAC-SHA-256, 6 digits, steps of 30 s (protocol/http-api §13.4).

const SECRET_BYTES = 32;
/** s */
const PERIOD = 30;
const CODE = /^[0-9]{6}$/;
/** Steps before and after the current one whose codes count, too: clocks differ. */
const WINDOW = 1;

/** 32 random bytes as base32 without padding (RFC 4648 §6). */
export function randomSecret(): string {
	return new Secret({ size: SECRET_BYTES }).base32;
}

/**
 * The time step that a code belongs to; `undefined` for a wrong one.
 *
 * @param secret base32
 * @param time ms
 */
export function stepOf(secret: string, code: string, time: number): number | undefined {
	// Other characters than digits are more bytes than the comparison takes.
	if (!CODE.test(code)) return undefined;
	const totp = new TOTP({ secret, algorithm: "SHA256", digits: 6, period: PERIOD });
	const delta = totp.validate({ token: code, timestamp: time, window: WINDOW });
	return delta === null ? undefined : totp.counter({ timestamp: time }) + delta;
}
