import { sessionRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { endSession, init, refresh } from "../domain/user/session.js";
import type { Mount } from "../http/mount.js";

export function mountSessionRoutes(mount: Mount, services: Services): void {
	mount(sessionRoutes.refresh, ({ identity, body }) => refresh(services, identity, body.refresh_token));
	mount(sessionRoutes.endSession, ({ identity, body }) => endSession(services, identity, body.refresh_token));
	mount(sessionRoutes.init, ({ identity, body }) => init(services, identity, body.refresh_token));
	mount(sessionRoutes.jwtOwner, ({ identity }) => ({ id: identity.userId, device_id: identity.deviceId }));
}
