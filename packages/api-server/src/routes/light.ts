import { lightRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { doneRegisterLightDevice } from "../domain/user/devices.js";
import { verifyLightLogin } from "../domain/user/login.js";
import { resetLightPassword } from "../domain/user/password.js";
import { registerLight } from "../domain/user/register.js";
import type { Mount } from "../http/mount.js";

export function mountLightRoutes(mount: Mount, services: Services): void {
	mount(lightRoutes.register, ({ app, body }) => registerLight(services, app.id, body));
	mount(lightRoutes.verifyLogin, ({ app, body }) => verifyLightLogin(services, app.id, body));
	mount(lightRoutes.doneRegisterDevice, ({ identity, body }) => doneRegisterLightDevice(services, identity, body));
	mount(lightRoutes.resetPassword, ({ app, body }) => resetLightPassword(services, app.id, body));
}
