import { TOTP } from "otpauth";
import type { TestApi } from "./support.js";

/** An authenticator app. Each code is good for one use, so the clock of the API goes on by one step with each. */
export function authenticator(api: TestApi): (secret: string) => string {
	let ahead = 0;
	return (secret) => {
		ahead += 30_000;
		api.shiftClock(ahead);
		const totp = new TOTP({ secret, algorithm: "SHA256", digits: 6, period: 30 });
		return totp.generate({ timestamp: Date.now() + ahead });
	};
}
