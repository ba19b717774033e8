import { userRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { deleteOwnUser } from "../domain/user/deletion.js";
import { readAvailability, updateIdentifier } from "../domain/user/identifier.js";
import { changePassword, resetPassword } from "../domain/user/password.js";
import { readUserPublicKey, readUserVerifyKey } from "../domain/user/public-keys.js";
import { register } from "../domain/user/register.js";
import type { Mount } from "../http/mount.js";

export function mountUserRoutes(mount: Mount, services: Services): void {
	mount(userRoutes.exists, ({ app, body }) => readAvailability(services, app.id, body.user_identifier));
	mount(userRoutes.register, ({ app, body }) => register(services, app.id, body));

	mount(userRoutes.updateIdentifier, ({ identity, body }) =>
		updateIdentifier(services, identity, body.user_identifier),
	);
	mount(userRoutes.deleteUser, ({ identity }) => deleteOwnUser(services, identity));
	mount(userRoutes.changePassword, ({ identity, body }) => changePassword(services, identity, body));
	mount(userRoutes.resetPassword, ({ identity, body }) => resetPassword(services, identity, body));

	mount(userRoutes.userPublicKey, ({ app, params }) => readUserPublicKey(services, app.id, params.user_id));
	mount(userRoutes.userPublicKeyById, ({ app, params }) =>
		readUserPublicKey(services, app.id, params.user_id, params.key_id),
	);
	mount(userRoutes.userVerifyKey, ({ app, params }) =>
		readUserVerifyKey(services, app.id, params.user_id, params.key_id),
	);
}
