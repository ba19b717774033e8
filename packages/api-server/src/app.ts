import { SERVER_ERRORS, type ServerError } from "@sentc-ts/transport/contract";
import { Hono } from "hono";
import { databaseFailure } from "./database/database.js";
import type { Services } from "./domain/services.js";
import { Failure } from "./failure.js";
import { preflight, refusal } from "./http/answers.js";
import type { AddressOf } from "./http/limits/client-address.js";
import type { RequestLimits } from "./http/limits/request-limits.js";
import { type Caller, createMount, type Mount } from "./http/mount.js";
import { mountDeviceRoutes } from "./routes/device.js";
import { mountForcedRoutes } from "./routes/forced.js";
import { mountGroupRoutes } from "./routes/group.js";
import { mountLightRoutes } from "./routes/light.js";
import { mountLoginRoutes } from "./routes/login.js";
import { mountOtpRoutes } from "./routes/otp.js";
import { mountSessionRoutes } from "./routes/session.js";
import { mountUserRoutes } from "./routes/user.js";
import { mountUserKeyRoutes } from "./routes/user-key.js";

const routesOfNouns = [
	mountUserRoutes,
	mountLoginRoutes,
	mountSessionRoutes,
	mountOtpRoutes,
	mountDeviceRoutes,
	mountUserKeyRoutes,
	mountGroupRoutes,
	mountLightRoutes,
	mountForcedRoutes,
];

/** Mounts all routes of the contract. */
export function mountRoutes(mount: Mount, services: Services): void {
	for (const mountNoun of routesOfNouns) mountNoun(mount, services);
}

/**
 * The API as a function from request to answer. It always answers: with an envelope, and with CORS headers.
 *
 * @param guards where a request comes from, and how many may
 * @param onError hears of faults that no request should cause
 * @param mountAll the routes that it has
 */
export function createHttpApp(
	services: Services,
	guards: { addressOf: AddressOf; limits: RequestLimits },
	onError: (error: unknown) => void,
	mountAll: typeof mountRoutes = mountRoutes,
): (request: Request, caller?: Caller) => Promise<Response> {
	const http = new Hono<{ Bindings: Caller }>();
	mountAll(createMount(http, services, guards), services);
	http.notFound(() => refusal(SERVER_ERRORS.ROUTE_NOT_FOUND));
	http.onError((error) => {
		if (error instanceof Failure) return refusal(error.error, error.retryAfterSeconds);
		onError(error);
		return refusal(toServerError(error));
	});
	return async (request, caller = {}) => {
		if (request.method === "OPTIONS") return preflight();
		if (request.method === "HEAD") return refusal(SERVER_ERRORS.ROUTE_NOT_FOUND);
		return http.fetch(request, caller);
	};
}

/** The contract's error for whatever was thrown; `INTERNAL` for what nobody expected. */
function toServerError(error: unknown): ServerError {
	switch (databaseFailure(error)) {
		case "unavailable":
			return SERVER_ERRORS.DATABASE_UNAVAILABLE;
		case "failed":
			return SERVER_ERRORS.DATABASE_FAILED;
		default:
			return SERVER_ERRORS.INTERNAL;
	}
}
