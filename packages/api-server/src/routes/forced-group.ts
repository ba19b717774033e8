import { forcedGroupRoutes } from "@sentc-ts/transport/contract";
import { createChildGroup, createConnectedGroup, createGroup } from "../domain/group/create.js";
import { forcedRemoveGroup } from "../domain/group/groups.js";
import { forcedGroup, inviteAuto, invitedUser } from "../domain/group/invites.js";
import { kickMember, readMember } from "../domain/group/members.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountForcedGroupRoutes(mount: Mount, services: Services): void {
	mount(forcedGroupRoutes.createGroup, ({ app, params, body }) => createGroup(services, app.id, params.user_id, body));
	mount(forcedGroupRoutes.createLightGroup, ({ app, params }) => createGroup(services, app.id, params.user_id));
	mount(forcedGroupRoutes.createChildGroup, ({ access, body }) => createChildGroup(services, access, body));
	mount(forcedGroupRoutes.createLightChildGroup, ({ access }) => createChildGroup(services, access));
	mount(forcedGroupRoutes.createConnectedGroup, ({ access, body }) => createConnectedGroup(services, access, body));
	mount(forcedGroupRoutes.createLightConnectedGroup, ({ access }) => createConnectedGroup(services, access));

	mount(forcedGroupRoutes.deleteGroup, ({ app, params }) => forcedRemoveGroup(services, app.id, params.group_id));
	mount(forcedGroupRoutes.member, ({ app, params }) => readMember(services, app.id, params.group_id, params.user_id));
	mount(forcedGroupRoutes.kickMember, ({ access, params }) => kickMember(services, access, params.user_to_kick));

	mount(forcedGroupRoutes.inviteUserAuto, ({ access, params, body }) =>
		inviteAuto(services, access, invitedUser(params.to_invite), body),
	);
	mount(forcedGroupRoutes.inviteLightUserAuto, async ({ access, params, body }) => {
		await inviteAuto(services, access, invitedUser(params.to_invite), body);
	});
	mount(forcedGroupRoutes.inviteGroupAuto, ({ access, params, body }) =>
		inviteAuto(services, access, forcedGroup(params.to_invite), body),
	);
	mount(forcedGroupRoutes.inviteLightGroupAuto, async ({ access, params, body }) => {
		await inviteAuto(services, access, forcedGroup(params.to_invite), body);
	});
}
