import { lightRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { doneRegisterLightDevice } from "../domain/user/devices.js";
import { forcedLightLogin } from "../domain/user/forced.js";
import { verifyLightLogin } from "../domain/user/login.js";
import { resetLightPassword } from "../domain/user/password.js";
import { registerLight } from "../domain/user/register.js";
import type { Mount } from "../http/mount.js";
import { succeeds } from "./success.js";

export function mountLightRoutes(mount: Mount, services: Services): void {
	mount(lightRoutes.register, ({ app, body }) => registerLight(services, app.id, body));
	mount(lightRoutes.verifyLogin, ({ app, body }) => verifyLightLogin(services, app.id, body));
	mount(lightRoutes.doneRegisterDevice, ({ identity, body }) =>
		succeeds(doneRegisterLightDevice(services, identity, body)),
	);
	mount(lightRoutes.resetPassword, ({ app, body }) => succeeds(resetLightPassword(services, app.id, body)));
	mount(lightRoutes.forcedLogin, ({ app, body }) => forcedLightLogin(services, app.id, body.user_identifier));
}
