import { ApiStartError } from "./errors.js";

/** Limits on the routes of login and second factor; absent = default. */
export interface RateLimits {
	/** Most requests that one address may send at once; a login takes three. Default 300. */
	readonly addressBurst?: number;
	/** How many of them an address regains each second. Default 3. */
	readonly addressPerSecond?: number;
	/** Refused attempts for one identifier that delay nothing. Default 5. */
	readonly freeFailures?: number;
	/** Longest delay of an attempt after more of them, ms. It starts at 250 and doubles. Default 4000. */
	readonly longestDelay?: number;
}

export const DEFAULT_RATE_LIMITS: Readonly<Required<RateLimits>> = {
	addressBurst: 300,
	addressPerSecond: 3,
	freeFailures: 5,
	longestDelay: 4000,
};

/** Least and most; timers go no further than that of the delay. */
const BOUNDS: Readonly<Record<keyof RateLimits, readonly [number, number]>> = {
	addressBurst: [1, Number.POSITIVE_INFINITY],
	addressPerSecond: [0.001, Number.POSITIVE_INFINITY],
	freeFailures: [0, Number.POSITIVE_INFINITY],
	longestDelay: [0, 2 ** 31 - 1],
};

/** @throws ApiStartError `CONFIG_INVALID` */
export function requireValidLimits(limits: RateLimits | false = {}): void {
	const given: Partial<Record<string, unknown>> = { ...DEFAULT_RATE_LIMITS, ...limits };
	for (const [name, [least, most]] of Object.entries(BOUNDS)) {
		const value = given[name];
		if (typeof value !== "number" || !(value >= least && value <= most)) {
			throw new ApiStartError("CONFIG_INVALID", `rateLimits.${name} must be a number from ${least} to ${most}.`);
		}
	}
}
