import { groupRotationRoutes } from "@sentc-ts/transport/contract";
import { groupHolder } from "../domain/group/access.js";
import { listDueGroups } from "../domain/group/groups.js";
import { kickAndRotate } from "../domain/group/members.js";
import { finishKeyRotation, listKeyRotations, startKeyRotation } from "../domain/key/rotation.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountGroupRotationRoutes(mount: Mount, services: Services): void {
	mount(groupRotationRoutes.startKeyRotation, ({ app, access, body }) => {
		const { min_rank_key_rotation, max_key_rotation_month } = app.options;
		return startKeyRotation(services, groupHolder(access, min_rank_key_rotation), body, max_key_rotation_month);
	});
	mount(groupRotationRoutes.listKeyRotations, ({ access }) => listKeyRotations(services, groupHolder(access)));
	mount(groupRotationRoutes.finishKeyRotation, ({ access, params, body }) =>
		finishKeyRotation(services, groupHolder(access), params.key_id, body),
	);
	mount(groupRotationRoutes.listDueGroups, ({ app, access, cursor }) => listDueGroups(services, app, access, cursor));
	mount(groupRotationRoutes.kickAndRotate, ({ app, token, access, params, body }) =>
		kickAndRotate(services, { app, token }, access, params.user_id, body),
	);
}
