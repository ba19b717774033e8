import type { Budget } from "@sentc-ts/transport/limits";
import { ApiStartError } from "./errors.js";

/** Kinds of requests that are counted apart. */
export const BUDGETS = ["login", "register", "device", "read"] as const;
export type BudgetName = (typeof BUDGETS)[number];

/**
 * Limits on requests that need no JWT; absent = default. A budget is that of one address: an IPv4 address, or an IPv6 network of
 * 64 bits. A /56 has twice as much, a /48 and an IPv4 network of 24 bits eight times.
 */
export interface RateLimits {
	/** Login, second factor, change of the password, `exists`; a login takes three. Default 300 at once, 3 per second. */
	readonly login?: Budget;
	/** Registration. Default 150 at once, 0.5 per second. */
	readonly register?: Budget;
	/** Start of a device's registration. Default 150 at once, 0.5 per second. */
	readonly device?: Budget;
	/** Public keys; a page may need those of a whole group. Default 5000 at once, 50 per second. */
	readonly read?: Budget;
	/** Refused attempts for one identifier that delay nothing. Default 5. */
	readonly freeFailures?: number;
	/** Longest delay of an attempt after more of them, ms. It starts at 250 and doubles. Default 4000. */
	readonly longestDelay?: number;
}

export const DEFAULT_RATE_LIMITS: Readonly<Required<RateLimits>> = {
	login: { burst: 300, perSecond: 3 },
	register: { burst: 150, perSecond: 0.5 },
	device: { burst: 150, perSecond: 0.5 },
	read: { burst: 5000, perSecond: 50 },
	freeFailures: 5,
	longestDelay: 4000,
};

/** @throws ApiStartError `CONFIG_INVALID` */
export function requireValidLimits(limits: RateLimits | false = {}): void {
	const given = { ...DEFAULT_RATE_LIMITS, ...limits };
	for (const name of BUDGETS) {
		requireNumber(`${name}.burst`, given[name].burst, 1, Number.POSITIVE_INFINITY);
		requireNumber(`${name}.perSecond`, given[name].perSecond, 0.001, Number.POSITIVE_INFINITY);
	}
	requireNumber("freeFailures", given.freeFailures, 0, Number.POSITIVE_INFINITY);
	// Timers go no further.
	requireNumber("longestDelay", given.longestDelay, 0, 2 ** 31 - 1);
}

function requireNumber(name: string, value: unknown, least: number, most: number): void {
	if (typeof value === "number" && value >= least && value <= most) return;
	throw new ApiStartError("CONFIG_INVALID", `rateLimits.${name} must be a number from ${least} to ${most}.`);
}
