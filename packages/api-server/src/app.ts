import { SERVER_ERRORS, type ServerError } from "@sentc-ts/transport/contract";
import { Hono } from "hono";
import { databaseFailure } from "./database/database.js";
import type { Services } from "./domain/services.js";
import { Failure } from "./failure.js";
import { preflight, refusal, toResponse } from "./http/answers.js";
import { type ServedCaller, send } from "./http/caller.js";
import { createMount, type Mount, type MountAids } from "./http/mount.js";
import { mountContentKeyRoutes } from "./routes/content-key.js";
import { mountDeviceRoutes } from "./routes/device.js";
import { mountFileRoutes } from "./routes/file.js";
import { mountForcedRoutes } from "./routes/forced.js";
import { mountForcedGroupRoutes } from "./routes/forced-group.js";
import { mountGroupRoutes } from "./routes/group.js";
import { mountGroupRotationRoutes } from "./routes/group-rotation.js";
import { mountInviteRoutes } from "./routes/invite.js";
import { mountJoinRequestRoutes } from "./routes/join-request.js";
import { mountLightRoutes } from "./routes/light.js";
import { mountLightGroupRoutes } from "./routes/light-group.js";
import { mountLoginRoutes } from "./routes/login.js";
import { mountMemberRoutes } from "./routes/member.js";
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
	mountFileRoutes,
	mountContentKeyRoutes,
	mountForcedRoutes,
	mountForcedGroupRoutes,
	mountLightRoutes,
	mountLightGroupRoutes,
	mountGroupRoutes,
	mountGroupRotationRoutes,
	mountMemberRoutes,
	mountInviteRoutes,
	mountJoinRequestRoutes,
];

/** Mounts all routes of the contract. */
export function mountRoutes(mount: Mount, services: Services): void {
	for (const mountNoun of routesOfNouns) mountNoun(mount, services);
}

interface AppAids extends MountAids {
	/** Hears of faults that no request should cause. */
	onError(error: unknown): void;
}

/**
 * The API as a function from request to answer. It always answers: with an envelope, and with CORS headers.
 *
 * @param mountAll the routes that it has
 */
export function createHttpApp(
	services: Services,
	{ onError, ...aids }: AppAids,
	mountAll: typeof mountRoutes = mountRoutes,
): (request: Request, caller?: ServedCaller) => Promise<Response> {
	const http = new Hono<{ Bindings: ServedCaller }>();
	mountAll(createMount(http, services, aids), services);
	http.notFound(({ env }) => send(env, refusal(SERVER_ERRORS.ROUTE_NOT_FOUND)));
	http.onError((error, { env }) => {
		if (error instanceof Failure) return send(env, refusal(error.error, error.retryAfterSeconds));
		onError(error);
		return send(env, refusal(toServerError(error)));
	});
	return async (request, caller = {}) => {
		if (request.method === "OPTIONS") return preflight();
		if (request.method === "HEAD") return toResponse(refusal(SERVER_ERRORS.ROUTE_NOT_FOUND));
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
