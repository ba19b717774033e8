import { deviceRoutes, userKeyRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { readGroupKey } from "../domain/group/groups.js";
import type { Services } from "../domain/services.js";
import { doneRegisterDevice, prepareRegisterDevice, uploadDeviceKeys } from "../domain/user/devices.js";
import { doneLogin, prepareLogin, verifyLogin } from "../domain/user/login.js";
import { readUserPublicKey, readUserVerifyKey } from "../domain/user/public-keys.js";
import { checkIdentifier, register } from "../domain/user/register.js";
import { init, refresh } from "../domain/user/session.js";
import type { Mount } from "../http/mount.js";
import { SUCCESS } from "./success.js";

export function mountUserRoutes(mount: Mount, services: Services): void {
	mount(userRoutes.exists, ({ app, body }) => checkIdentifier(services, app.id, body.user_identifier));
	mount(userRoutes.register, ({ app, body }) => register(services, app.id, body));

	mount(userRoutes.prepareLogin, ({ app, body }) => prepareLogin(services, app.id, body.user_identifier));
	mount(userRoutes.doneLogin, ({ app, body }) => doneLogin(services, app.id, body));
	mount(userRoutes.verifyLogin, ({ app, body }) => verifyLogin(services, app.id, body));

	mount(userRoutes.refresh, ({ app, identity, body }) => refresh(services, app.id, identity, body.refresh_token));
	mount(userRoutes.init, ({ app, identity, body }) => init(services, app.id, identity, body.refresh_token));
	mount(userRoutes.jwtOwner, ({ identity }) => ({ id: identity.userId, device_id: identity.deviceId }));

	mount(deviceRoutes.prepareRegisterDevice, ({ app, body }) => prepareRegisterDevice(services, app.id, body));
	mount(deviceRoutes.doneRegisterDevice, ({ app, identity, body }) =>
		doneRegisterDevice(services, app.id, identity, body),
	);
	mount(deviceRoutes.uploadDeviceKeys, async ({ identity, params, body }) => {
		await uploadDeviceKeys(services, identity, params.session_id, body);
		return SUCCESS;
	});

	mount(userKeyRoutes.userKey, ({ identity, params }) =>
		readGroupKey(services, { groupId: identity.userGroupId, memberId: identity.deviceId, keyId: params.key_id }),
	);
	mount(userRoutes.userPublicKey, ({ app, params }) => readUserPublicKey(services, app.id, params.user_id));
	mount(userRoutes.userPublicKeyById, ({ app, params }) =>
		readUserPublicKey(services, app.id, params.user_id, params.key_id),
	);
	mount(userRoutes.userVerifyKey, ({ app, params }) =>
		readUserVerifyKey(services, app.id, params.user_id, params.key_id),
	);
}
