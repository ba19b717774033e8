import { forcedRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import {
	forcedDelete,
	forcedDeleteById,
	forcedDisableOtp,
	forcedEndSessions,
	forcedLightLogin,
	forcedLogin,
	resetUser,
} from "../domain/user/forced.js";
import type { Mount } from "../http/mount.js";

export function mountForcedRoutes(mount: Mount, services: Services): void {
	mount(forcedRoutes.login, ({ app, body }) => forcedLogin(services, app.id, body.user_identifier));
	mount(forcedRoutes.lightLogin, ({ app, body }) => forcedLightLogin(services, app.id, body.user_identifier));
	mount(forcedRoutes.deleteUserByIdentifier, ({ app, body }) => forcedDelete(services, app.id, body.user_identifier));
	mount(forcedRoutes.deleteUser, ({ app, params }) => forcedDeleteById(services, app.id, params.user_id));
	mount(forcedRoutes.resetUser, ({ app, body }) => resetUser(services, app.id, body));
	for (const route of [forcedRoutes.disableOtp, forcedRoutes.disableOtpByDelete]) {
		mount(route, ({ app, body }) => forcedDisableOtp(services, app.id, body.user_identifier));
	}
	mount(forcedRoutes.endSessions, ({ app, body }) => forcedEndSessions(services, app.id, body.user_identifier));
}
