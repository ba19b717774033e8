import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { Hono } from "hono";
import type { Services } from "../domain/services.js";
import { Failure } from "../failure.js";
import { mountAccountRoutes } from "../routes/account.js";
import { mountDeviceRoutes } from "../routes/device.js";
import { mountForcedRoutes } from "../routes/forced.js";
import { mountGroupRoutes } from "../routes/group.js";
import { mountLightRoutes } from "../routes/light.js";
import { mountUserRoutes } from "../routes/user.js";
import { mountUserKeyRoutes } from "../routes/user-key.js";
import { preflight, refusal, toServerError } from "./answers.js";
import type { Caller } from "./caller.js";
import type { LoginLimits } from "./limits/login-limits.js";
import { createMount } from "./mount.js";

/**
 * The API as a function from request to answer. It always answers: with an envelope, and with CORS headers.
 *
 * @param onError hears of faults that no request should cause
 */
export function createHttpApp(
	services: Services,
	limits: LoginLimits,
	onError: (error: unknown) => void,
): (request: Request, caller?: Caller) => Promise<Response> {
	const http = new Hono<{ Bindings: Caller }>();
	const mount = createMount(http, services, limits);
	mountUserRoutes(mount, services);
	mountLightRoutes(mount, services);
	mountAccountRoutes(mount, services);
	mountDeviceRoutes(mount, services);
	mountForcedRoutes(mount, services);
	mountUserKeyRoutes(mount, services);
	mountGroupRoutes(mount, services);
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
