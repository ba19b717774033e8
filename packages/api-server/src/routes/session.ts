import { sessionRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { endSession } from "../domain/user/refresh-token.js";
import { init, refresh } from "../domain/user/session.js";
import { endOwnSessions, readSessions } from "../domain/user/session-list.js";
import type { Mount } from "../http/mount.js";

export function mountSessionRoutes(mount: Mount, services: Services): void {
	mount(sessionRoutes.refresh, ({ identity, body }) => refresh(services, identity, body));
	mount(sessionRoutes.endSession, ({ identity: { deviceId }, body }) =>
		endSession(services, { deviceId, token: body.refresh_token }),
	);
	mount(sessionRoutes.init, ({ identity, body }) => init(services, identity, body));
	mount(sessionRoutes.listSessions, ({ identity, cursor }) => readSessions(services, identity, cursor));
	mount(sessionRoutes.endSessions, ({ identity, body }) => endOwnSessions(services, identity, body.keep));
	mount(sessionRoutes.jwtOwner, ({ identity }) => ({ id: identity.userId, device_id: identity.deviceId }));
}
