import { userKeyRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { listUserKeys, readUserKey } from "../domain/user-key/keys.js";
import { finishKeyRotation, listKeyRotations, startKeyRotation } from "../domain/user-key/rotation.js";
import { toCursor } from "../http/cursor.js";
import type { Mount } from "../http/mount.js";
import { SUCCESS } from "./success.js";

export function mountUserKeyRoutes(mount: Mount, services: Services): void {
	mount(userKeyRoutes.userKey, ({ identity, params }) => readUserKey(services, identity, params.key_id));
	mount(userKeyRoutes.listUserKeys, ({ identity, params }) => listUserKeys(services, identity, toCursor(params)));
	mount(userKeyRoutes.startKeyRotation, ({ identity, body }) => startKeyRotation(services, identity, body));
	mount(userKeyRoutes.listKeyRotations, ({ identity }) => listKeyRotations(services, identity));
	mount(userKeyRoutes.finishKeyRotation, async ({ identity, params, body }) => {
		await finishKeyRotation(services, identity, params.key_id, body);
		return SUCCESS;
	});
}
