import { userRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { readAvailability } from "../domain/user/identifier.js";
import { doneLogin, prepareLogin, validateMfa, validateRecoveryKey, verifyLogin } from "../domain/user/login.js";
import { readUserPublicKey, readUserVerifyKey } from "../domain/user/public-keys.js";
import { register } from "../domain/user/register.js";
import { endSession, init, refresh } from "../domain/user/session.js";
import type { Mount } from "../http/mount.js";
import { succeeds } from "./success.js";

export function mountUserRoutes(mount: Mount, services: Services): void {
	mount(userRoutes.exists, ({ app, body }) => readAvailability(services, app.id, body.user_identifier));
	mount(userRoutes.register, ({ app, body }) => register(services, app.id, body));

	mount(userRoutes.prepareLogin, ({ app, body }) => prepareLogin(services, app.id, body.user_identifier));
	mount(userRoutes.doneLogin, ({ app, body }) => doneLogin(services, app.id, body));
	mount(userRoutes.validateMfa, ({ app, body }) => validateMfa(services, app.id, body));
	mount(userRoutes.validateRecoveryKey, ({ app, body }) => validateRecoveryKey(services, app.id, body));
	mount(userRoutes.verifyLogin, ({ app, body }) => verifyLogin(services, app.id, body));

	mount(userRoutes.refresh, ({ identity, body }) => refresh(services, identity, body.refresh_token));
	mount(userRoutes.endSession, ({ identity, body }) => succeeds(endSession(services, identity, body.refresh_token)));
	mount(userRoutes.init, ({ identity, body }) => init(services, identity, body.refresh_token));
	mount(userRoutes.jwtOwner, ({ identity }) => ({ id: identity.userId, device_id: identity.deviceId }));

	mount(userRoutes.userPublicKey, ({ app, params }) => readUserPublicKey(services, app.id, params.user_id));
	mount(userRoutes.userPublicKeyById, ({ app, params }) =>
		readUserPublicKey(services, app.id, params.user_id, params.key_id),
	);
	mount(userRoutes.userVerifyKey, ({ app, params }) =>
		readUserVerifyKey(services, app.id, params.user_id, params.key_id),
	);
}
