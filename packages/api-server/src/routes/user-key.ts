import { userKeyRoutes } from "@sentc-ts/transport/contract";
import { deviceHolder } from "../domain/key/holder.js";
import { listKeys, readKey } from "../domain/key/keys.js";
import { finishKeyRotation, listKeyRotations, startKeyRotation } from "../domain/key/rotation.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountUserKeyRoutes(mount: Mount, services: Services): void {
	mount(userKeyRoutes.userKey, ({ identity, params }) => readKey(services, deviceHolder(identity), params.key_id));
	mount(userKeyRoutes.listUserKeys, ({ identity, cursor }) => listKeys(services, deviceHolder(identity), cursor));
	mount(userKeyRoutes.startKeyRotation, ({ identity, body }) =>
		startKeyRotation(services, deviceHolder(identity), body, services.userRotationsPerMonth),
	);
	mount(userKeyRoutes.listKeyRotations, ({ identity }) => listKeyRotations(services, deviceHolder(identity)));
	mount(userKeyRoutes.finishKeyRotation, ({ identity, params, body }) =>
		finishKeyRotation(services, deviceHolder(identity), params.key_id, body),
	);
}
