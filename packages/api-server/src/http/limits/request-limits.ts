import { setTimeout as sleep } from "node:timers/promises";
import {
	type BodyOf,
	deviceRoutes,
	groupRoutes,
	lightRoutes,
	loginRoutes,
	type Route,
	SERVER_ERRORS,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { type Address, AddressBuckets } from "@sentc-ts/transport/limits";
import { hash } from "../../bytes.js";
import type { Identity } from "../../domain/jwt/tokens.js";
import { Failure } from "../../failure.js";
import { BUDGETS, type BudgetName, DEFAULT_RATE_LIMITS, type RateLimits } from "../../rate-limits.js";
import { SlowDown } from "./slow-down.js";
import { isTransfer, Transfers } from "./transfers.js";

/** The routes that anybody may call without a JWT, by what somebody gets who calls one of them again and again. */
const CLASSES: Readonly<Record<BudgetName, readonly Route[]>> = {
	login: [...Object.values(loginRoutes), lightRoutes.verifyLogin, userRoutes.changePassword, userRoutes.exists],
	register: [userRoutes.register, lightRoutes.register],
	device: [deviceRoutes.prepareRegisterDevice],
	read: [userRoutes.userPublicKey, userRoutes.userPublicKeyById, userRoutes.userVerifyKey, groupRoutes.groupPublicKey],
};

/** A route on which a secret is proved. */
interface Proof {
	/** Whose. */
	readonly subject: (body: never, identity: Identity | undefined) => string;
	/** A success proves everything that there is to prove. */
	readonly completes: boolean;
}

function prove<R extends Route>(
	route: R,
	subject: (body: BodyOf<R>, identity: Identity | undefined) => string,
	completes: boolean,
): [Route, Proof] {
	return [route, { subject, completes }];
}

const identifierOf = ({ device_identifier }: { device_identifier: string }): string => hash(device_identifier);

const PROOFS: ReadonlyMap<Route, Proof> = new Map<Route, Proof>([
	prove(loginRoutes.doneLogin, identifierOf, false),
	prove(loginRoutes.validateMfa, identifierOf, false),
	prove(loginRoutes.validateRecoveryKey, identifierOf, false),
	prove(loginRoutes.verifyLogin, identifierOf, true),
	prove(lightRoutes.verifyLogin, identifierOf, true),
	prove(userRoutes.changePassword, (_, identity) => identity?.deviceId ?? "", true),
]);

interface RequestLimitsOptions {
	/** `false` = none. */
	readonly limits: RateLimits | false;
	readonly now: () => number;
	readonly wait?: ((ms: number) => Promise<unknown>) | undefined;
}

/** What keeps others from guessing passwords and codes, and from filling the database. */
export interface RequestLimits {
	/**
	 * Counts a request against its address.
	 *
	 * @throws Failure 429
	 */
	count(route: Route, address: Address | undefined): void;
	/**
	 * Does the work of a route, later when it is one of many attempts to log in.
	 *
	 * @throws Failure 429 when too many others wait, or too many parts of files are under way
	 */
	attempt<R extends Route, Result>(
		route: R,
		given: { appId: string; body: BodyOf<R>; identity: Identity | undefined; address: Address | undefined },
		work: () => Promise<Result>,
	): Promise<Result>;
}

export function createRequestLimits({ limits, now, wait = sleep }: RequestLimitsOptions): RequestLimits {
	if (limits === false) return { count: () => undefined, attempt: (_route, _given, work) => work() };
	const { freeFailures, longestDelay, ...budgets } = { ...DEFAULT_RATE_LIMITS, ...limits };
	const bucketsOf = new Map<Route, AddressBuckets>();
	for (const name of BUDGETS) {
		const buckets = new AddressBuckets(budgets[name], now);
		for (const route of CLASSES[name]) bucketsOf.set(route, buckets);
	}
	const transfers = new Transfers();
	const subjects = new SlowDown({ freeFailures, longestDelay, now, wait: async (ms) => void (await wait(ms)) });
	return {
		count(route, address) {
			const seconds = (address && bucketsOf.get(route)?.take(address)) ?? 0;
			if (seconds > 0) throw new Failure(SERVER_ERRORS.TOO_MANY_REQUESTS, seconds);
		},
		attempt(route, { address, appId, body, identity }, work) {
			if (isTransfer(route)) return transfers.during(appId, address, work);
			const proof = PROOFS.get(route);
			if (proof === undefined) return work();
			const subject = `${appId} ${proof.subject(body as never, identity)}`;
			return subjects.attempt(subject, { address, completes: proof.completes }, work);
		},
	};
}
