import { type LightMember, lightGroupRoutes } from "@sentc-ts/transport/contract";
import type { GroupAccess } from "../domain/group/access.js";
import { createChildGroup, createConnectedGroup, createGroup } from "../domain/group/create.js";
import { forcedGroup, type Invitee, invite, inviteAuto, invitedGroup, invitedUser } from "../domain/group/invites.js";
import { acceptJoinRequest } from "../domain/group/join-requests.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountLightGroupRoutes(mount: Mount, services: Services): void {
	mount(lightGroupRoutes.createGroup, ({ app, identity }) => createGroup(services, app.id, identity.userId));
	mount(lightGroupRoutes.createChildGroup, ({ access }) => createChildGroup(services, access));
	mount(lightGroupRoutes.createConnectedGroup, ({ access }) => createConnectedGroup(services, access));
	mount(lightGroupRoutes.checkGroupUpdate, ({ access }) => ({ rank: access.rank }));

	// Without keys there is no session to tell of.
	const send = async (access: GroupAccess, invitee: Invitee, given: LightMember) => {
		await invite(services, access, invitee, given);
	};
	const sendAuto = async (access: GroupAccess, invitee: Invitee, given: LightMember) => {
		await inviteAuto(services, access, invitee, given);
	};
	mount(lightGroupRoutes.inviteUser, ({ access, params, body }) => send(access, invitedUser(params.user_id), body));
	mount(lightGroupRoutes.inviteGroup, ({ access, params, body }) =>
		send(access, invitedGroup(params.invited_group_id), body),
	);
	mount(lightGroupRoutes.inviteUserAuto, ({ access, params, body }) =>
		sendAuto(access, invitedUser(params.user_id), body),
	);
	mount(lightGroupRoutes.inviteGroupAuto, ({ access, params, body }) =>
		sendAuto(access, invitedGroup(params.invited_group_id), body),
	);
	mount(lightGroupRoutes.inviteGroupAutoForce, ({ access, params, body }) =>
		sendAuto(access, forcedGroup(params.invited_group_id), body),
	);
	mount(lightGroupRoutes.acceptJoinRequest, async ({ access, params, body }) => {
		await acceptJoinRequest(services, access, params.user_id, body);
	});
}
