import { TOTP } from "otpauth";
import type { Clock } from "./clock.js";

/** How long a code of a second factor is valid, ms (RFC 6238 §5.2). */
export const STEP = 30_000;

/** The code at a time, ms. */
export function codeAt(secret: string, timestamp: number): string {
	return new TOTP({ secret, algorithm: "SHA256", digits: 6, period: STEP / 1000 }).generate({ timestamp });
}

/** An authenticator app. Each code is good for one use, so the clock of the API goes on by one step with each. */
export function authenticator(clock: Pick<Clock, "advance" | "now">): (secret: string) => string {
	return (secret) => {
		clock.advance(STEP);
		return codeAt(secret, clock.now());
	};
}
