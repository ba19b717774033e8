import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { DeviceRow } from "../../database/repositories/devices.js";
import { Failure, orFail } from "../failure.js";
import type { Services } from "../services.js";

/**
 * Does the caller know the password of the device (protocol/http-api §13.2)?
 *
 * @throws Failure 111 for a malformed auth key, 112 for another one
 */
export function requireAuthKey({ crypto }: Services, device: DeviceRow, authKey: string): void {
	const { hashedAuthenticationKey } = device;
	const fits = orFail(SERVER_ERRORS.AUTH_KEY_MALFORMED, () =>
		crypto.verifyAuthKey({ authKey, hashedAuthenticationKey }),
	);
	if (!fits) throw new Failure(SERVER_ERRORS.LOGIN_REFUSED);
}
