import { groupRotationRoutes } from "@sentc-ts/transport/contract";
import { groupHolder } from "../domain/group/access.js";
import { rotateGroupKeys } from "../domain/group/rotation.js";
import { finishKeyRotation, listKeyRotations } from "../domain/key/rotation.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountGroupRotationRoutes(mount: Mount, services: Services): void {
	mount(groupRotationRoutes.startKeyRotation, ({ access, app, body }) =>
		rotateGroupKeys(services, access, body, app.options),
	);
	mount(groupRotationRoutes.listKeyRotations, ({ access }) => listKeyRotations(services, groupHolder(access)));
	mount(groupRotationRoutes.finishKeyRotation, ({ access, params, body }) =>
		finishKeyRotation(services, groupHolder(access), params.key_id, body),
	);
}
