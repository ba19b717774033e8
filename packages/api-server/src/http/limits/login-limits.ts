import { setTimeout as sleep } from "node:timers/promises";
import { type AnyRoute, accountRoutes, type BodyOf, lightRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { hash } from "../../bytes.js";
import type { AppAccess } from "../../domain/app/access.js";
import type { Identity } from "../../domain/jwt/tokens.js";
import { AddressLimit } from "./address-limit.js";
import { clientAddress, clientNetwork, parseProxies } from "./client-address.js";
import { SlowDown } from "./slow-down.js";

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

/** What a route has to do with a login. */
interface LoginStep {
	/** Whose secret is proved; absent where nothing is. */
	readonly subject?: (body: never, identity: Identity | undefined) => string;
	/** A success proves everything that there is to prove. */
	readonly completes: boolean;
}

function prove<R extends AnyRoute>(
	route: R,
	subject: (body: BodyOf<R>, identity: Identity | undefined) => string,
	completes: boolean,
): [AnyRoute, LoginStep] {
	return [route, { subject, completes }];
}

const identifierOf = ({ device_identifier }: { device_identifier: string }): string => hash(device_identifier);

const LOGIN_STEPS: ReadonlyMap<AnyRoute, LoginStep> = new Map<AnyRoute, LoginStep>([
	[userRoutes.prepareLogin, { completes: false }],
	prove(userRoutes.doneLogin, identifierOf, false),
	prove(userRoutes.validateMfa, identifierOf, false),
	prove(userRoutes.validateRecoveryKey, identifierOf, false),
	prove(userRoutes.verifyLogin, identifierOf, true),
	prove(lightRoutes.verifyLogin, identifierOf, true),
	prove(accountRoutes.changePassword, (_, identity) => identity?.deviceId ?? "", true),
]);

interface LoginLimitsOptions {
	/** `false` = none. */
	readonly limits: RateLimits | false;
	readonly trustedProxies: readonly string[];
	readonly now: () => number;
	readonly wait?: ((ms: number) => Promise<unknown>) | undefined;
}

/** What keeps others from guessing passwords and codes. */
export interface LoginLimits {
	/**
	 * Counts a request of a login against its address.
	 *
	 * @param peer the other end of the socket, if it is known
	 * @throws Failure 429
	 */
	count(route: AnyRoute, request: Request, peer: string | undefined, token: AppAccess["token"]): void;
	/** Does the work of a route, later when it is one of many attempts to log in. */
	attempt<R extends AnyRoute, Result>(
		route: R,
		given: { appId: string; body: BodyOf<R>; identity: Identity | undefined },
		work: () => Promise<Result>,
	): Promise<Result>;
}

/** @throws ApiStartError `CONFIG_INVALID` */
export function createLoginLimits({ limits, trustedProxies, now, wait = sleep }: LoginLimitsOptions): LoginLimits {
	const proxies = parseProxies(trustedProxies);
	if (limits === false) return { count: () => undefined, attempt: (_route, _given, work) => work() };
	const { addressBurst, addressPerSecond, freeFailures, longestDelay } = { ...DEFAULT_RATE_LIMITS, ...limits };
	const addresses = new AddressLimit({ burst: addressBurst, perSecond: addressPerSecond, now });
	const subjects = new SlowDown({ freeFailures, longestDelay, now, wait: async (ms) => void (await wait(ms)) });
	return {
		count(route, request, peer, token) {
			if (!LOGIN_STEPS.has(route) || token === "secret" || peer === undefined) return;
			const client = clientAddress(proxies, peer, request.headers.get("X-Forwarded-For"));
			if (client !== undefined) addresses.take(clientNetwork(client));
		},
		attempt(route, { appId, body, identity }, work) {
			const step = LOGIN_STEPS.get(route);
			if (step?.subject === undefined) return work();
			return subjects.attempt(`${appId} ${step.subject(body as never, identity)}`, step.completes, work);
		},
	};
}
