import { setTimeout as sleep } from "node:timers/promises";
import { type BodyOf, lightRoutes, loginRoutes, type Route, userRoutes } from "@sentc-ts/transport/contract";
import { hash } from "../../bytes.js";
import type { AppAccess } from "../../domain/app/access.js";
import type { Identity } from "../../domain/jwt/tokens.js";
import type { Origin } from "../../domain/user/waiting-devices.js";
import { DEFAULT_RATE_LIMITS, type RateLimits } from "../../rate-limits.js";
import { AddressLimit } from "./address-limit.js";
import { clientAddress, clientNetwork, originOf, parseProxies } from "./client-address.js";
import { SlowDown } from "./slow-down.js";

/** What a route has to do with a login. */
interface LoginStep {
	/** Whose secret is proved; absent where nothing is. */
	readonly subject?: (body: never, identity: Identity | undefined) => string;
	/** A success proves everything that there is to prove. */
	readonly completes: boolean;
}

function prove<R extends Route>(
	route: R,
	subject: (body: BodyOf<R>, identity: Identity | undefined) => string,
	completes: boolean,
): [Route, LoginStep] {
	return [route, { subject, completes }];
}

const identifierOf = ({ device_identifier }: { device_identifier: string }): string => hash(device_identifier);

const LOGIN_STEPS: ReadonlyMap<Route, LoginStep> = new Map<Route, LoginStep>([
	[loginRoutes.prepareLogin, { completes: false }],
	prove(loginRoutes.doneLogin, identifierOf, false),
	prove(loginRoutes.validateMfa, identifierOf, false),
	prove(loginRoutes.validateRecoveryKey, identifierOf, false),
	prove(loginRoutes.verifyLogin, identifierOf, true),
	prove(lightRoutes.verifyLogin, identifierOf, true),
	prove(userRoutes.changePassword, (_, identity) => identity?.deviceId ?? "", true),
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
	count(route: Route, request: Request, peer: string | undefined, token: AppAccess["token"]): void;
	/**
	 * Where a request comes from.
	 *
	 * @param peer the other end of the socket, if it is known
	 */
	origin(request: Request, peer: string | undefined): Origin | undefined;
	/** Does the work of a route, later when it is one of many attempts to log in. */
	attempt<R extends Route, Result>(
		route: R,
		given: { appId: string; body: BodyOf<R>; identity: Identity | undefined },
		work: () => Promise<Result>,
	): Promise<Result>;
}

/** @throws ApiStartError `CONFIG_INVALID` */
export function createLoginLimits({ limits, trustedProxies, now, wait = sleep }: LoginLimitsOptions): LoginLimits {
	const proxies = parseProxies(trustedProxies);
	const clientOf = (request: Request, peer: string | undefined) =>
		peer === undefined ? undefined : clientAddress(proxies, peer, request.headers.get("X-Forwarded-For"));
	const origin: LoginLimits["origin"] = (request, peer) => {
		const client = clientOf(request, peer);
		return client && originOf(client);
	};
	if (limits === false) return { count: () => undefined, origin, attempt: (_route, _given, work) => work() };
	const { addressBurst, addressPerSecond, freeFailures, longestDelay } = { ...DEFAULT_RATE_LIMITS, ...limits };
	const addresses = new AddressLimit({ burst: addressBurst, perSecond: addressPerSecond, now });
	const subjects = new SlowDown({ freeFailures, longestDelay, now, wait: async (ms) => void (await wait(ms)) });
	return {
		count(route, request, peer, token) {
			if (!LOGIN_STEPS.has(route) || token === "secret") return;
			const client = clientOf(request, peer);
			if (client !== undefined) addresses.take(clientNetwork(client));
		},
		origin,
		attempt(route, { appId, body, identity }, work) {
			const step = LOGIN_STEPS.get(route);
			if (step?.subject === undefined) return work();
			return subjects.attempt(`${appId} ${step.subject(body as never, identity)}`, step.completes, work);
		},
	};
}
