import { fromBase64 } from "./bytes.js";
import { ApiStartError } from "./errors.js";
import type { PartStorage } from "./files/storage.js";
import { type RateLimits, requireValidLimits } from "./rate-limits.js";
import { requireValidWaitingLimits, type WaitingDeviceLimits } from "./waiting-limits.js";

/** Default of {@link ApiConfig.refreshTokenLifetime}: 90 days. */
export const REFRESH_TOKEN_LIFETIME: number = 90 * 24 * 60 * 60 * 1000;

/** Default of {@link ApiConfig.sessionMaxAge}: 365 days. */
export const SESSION_MAX_AGE: number = 365 * 24 * 60 * 60 * 1000;

/** Default and least of {@link ApiConfig.userRotationsPerMonth}: what the reference allows a group. */
export const USER_ROTATIONS_PER_MONTH: number = 100;

/** How the development app is opened. */
export interface DevelopmentAppConfig {
	/** Its public token may call everything and a one-time password counts again, whatever its options say. Default `false`. */
	lax?: boolean | undefined;
	/** Base64. */
	publicToken?: string | undefined;
	/** Base64. */
	secretToken?: string | undefined;
}

export interface ApiConfig {
	/** Path of the database file, or `:memory:`. */
	readonly database: string;
	/** 32 random bytes; everything that is encrypted at rest depends on them. Keep a copy. */
	readonly rootKey: Uint8Array;
	/**
	 * Opens an app whose public token is widely known, for a first start. Never where others can reach the API: its tokens don't
	 * work through a proxy, under another host name than `localhost`, or from a page of another site.
	 * Default `false`: no such app, and the tokens of an earlier one don't work.
	 */
	readonly developmentApp?: boolean | DevelopmentAppConfig;
	/**
	 * Where parts of files are kept, for apps whose files are at this API: {@link folderStorage}, {@link s3Storage}, or your own.
	 * Default: nowhere, so that nobody can upload one.
	 */
	readonly fileStorage?: PartStorage;
	/** How long after its last use a refresh token works, ms; `Infinity` = for ever. Default 90 days. */
	readonly refreshTokenLifetime?: number;
	/** How long after its login a session ends, ms, however often it is used; `Infinity` = never. Default 365 days. */
	readonly sessionMaxAge?: number;
	/**
	 * How many rotations of the keys of one user may begin in a calendar month (UTC); further ones are refused with code 321.
	 * Default 100, and not less. Groups have the limit of their app.
	 */
	readonly userRotationsPerMonth?: number;
	/** How long new devices may wait to be added to an account, and how many. */
	readonly waitingDevices?: WaitingDeviceLimits;
	/**
	 * Works on jobs: what goes on after an answer, such as the server's part of a key rotation. Default `true`. Several
	 * processes on one database share the work; one of them must do it.
	 */
	readonly runJobs?: boolean;
	/** Limits on the requests that need no JWT, such as a login. `false` = none. Default: on, see {@link RateLimits}. */
	readonly rateLimits?: RateLimits | false;
	/**
	 * Proxies in front of the API, as addresses or networks (`10.0.0.0/8`): what they say in `X-Forwarded-For` counts as
	 * the address of a request. Default: none; the header is ignored, with one warning when a neighbour sends it.
	 */
	readonly trustedProxies?: readonly string[];
	/** The clock, ms. Default `Date.now`. */
	readonly now?: () => number;
	/** Waits, ms, before it answers an attempt to log in after many failed ones. Default: timers. */
	readonly wait?: (ms: number) => Promise<unknown>;
	/** Hears, in one sentence each, what an operator should mend. Default `console.warn`. */
	readonly onWarning?: (message: string) => void;
	/** Hears of faults that no request should cause, such as a full disk. Default `console.error`. */
	readonly onError?: (error: unknown) => void;
}

/** @throws ApiStartError `CONFIG_INVALID`, `ROOT_KEY_INVALID` */
export function requireValidConfig(config: ApiConfig): void {
	const { database, rootKey, developmentApp } = config;
	const { refreshTokenLifetime = REFRESH_TOKEN_LIFETIME, sessionMaxAge = SESSION_MAX_AGE } = config;
	if (typeof database !== "string" || database === "") {
		throw new ApiStartError("CONFIG_INVALID", "database must be the path of a file, or :memory:.");
	}
	if (!(rootKey instanceof Uint8Array) || rootKey.length !== 32) {
		throw new ApiStartError("ROOT_KEY_INVALID", "rootKey must be 32 bytes.");
	}
	for (const [name, time] of Object.entries({ refreshTokenLifetime, sessionMaxAge })) {
		if (!(time > 0)) throw new ApiStartError("CONFIG_INVALID", `${name} must be a positive number of milliseconds.`);
	}
	const { userRotationsPerMonth = USER_ROTATIONS_PER_MONTH } = config;
	if (!(userRotationsPerMonth >= USER_ROTATIONS_PER_MONTH)) {
		throw new ApiStartError("CONFIG_INVALID", `userRotationsPerMonth must be ${USER_ROTATIONS_PER_MONTH} or more.`);
	}
	requireValidWaitingLimits(config.waitingDevices);
	requireValidLimits(config.rateLimits);
	const { publicToken, secretToken } = typeof developmentApp === "object" ? developmentApp : {};
	for (const [name, token] of Object.entries({ public: publicToken, secret: secretToken })) {
		if (token !== undefined && !fromBase64(token)?.length) {
			throw new ApiStartError("CONFIG_INVALID", `The ${name} token of the development app must be base64.`);
		}
	}
}
