import { ApiStartError } from "./errors.js";

/** Limits on devices that wait to be added to an account; absent = default. */
export interface WaitingDeviceLimits {
	/** How long a device may wait, ms. Default 30 minutes. */
	readonly lifetime?: number;
	/** Most devices that wait from one address (IPv6: network of 64 bits); a further one is refused with code 429. Default 50. */
	readonly perAddress?: number;
	/** Most devices that wait in one app; for a further one the oldest of the busiest network has to go. Default 2000. */
	readonly perApp?: number;
}

export const DEFAULT_WAITING_LIMITS: Readonly<Required<WaitingDeviceLimits>> = {
	lifetime: 30 * 60_000,
	perAddress: 50,
	perApp: 2000,
};

/** @throws ApiStartError `CONFIG_INVALID` */
export function requireValidWaitingLimits(limits: WaitingDeviceLimits = {}): void {
	const given: Partial<Record<string, unknown>> = { ...DEFAULT_WAITING_LIMITS, ...limits };
	for (const name of Object.keys(DEFAULT_WAITING_LIMITS)) {
		const value = given[name];
		if (typeof value !== "number" || !(value >= 1)) {
			throw new ApiStartError("CONFIG_INVALID", `waitingDevices.${name} must be a number from 1.`);
		}
	}
}
