import { loginRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { doneLogin, prepareLogin, validateMfa, validateRecoveryKey, verifyLogin } from "../domain/user/login.js";
import type { Mount } from "../http/mount.js";

export function mountLoginRoutes(mount: Mount, services: Services): void {
	mount(loginRoutes.prepareLogin, ({ app, body }) => prepareLogin(services, app.id, body.user_identifier));
	mount(loginRoutes.doneLogin, ({ app, body }) => doneLogin(services, app.id, body));
	mount(loginRoutes.validateMfa, ({ app, body }) => validateMfa(services, app, body));
	mount(loginRoutes.validateRecoveryKey, ({ app, body }) => validateRecoveryKey(services, app.id, body));
	mount(loginRoutes.verifyLogin, ({ app, body }) => verifyLogin(services, app.id, body));
}
