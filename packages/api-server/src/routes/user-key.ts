import { userKeyRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { listUserKeys, readUserKey } from "../domain/user-key/keys.js";
import { finishKeyRotation, listKeyRotations, startKeyRotation } from "../domain/user-key/rotation.js";
import type { Mount } from "../http/mount.js";

export function mountUserKeyRoutes(mount: Mount, services: Services): void {
	mount(userKeyRoutes.userKey, ({ identity, params }) => readUserKey(services, identity, params.key_id));
	mount(userKeyRoutes.listUserKeys, ({ identity, cursor }) => listUserKeys(services, identity, cursor));
	mount(userKeyRoutes.startKeyRotation, ({ identity, body }) => startKeyRotation(services, identity, body));
	mount(userKeyRoutes.listKeyRotations, ({ identity }) => listKeyRotations(services, identity));
	mount(userKeyRoutes.finishKeyRotation, ({ identity, params, body }) =>
		finishKeyRotation(services, identity, params.key_id, body),
	);
}
