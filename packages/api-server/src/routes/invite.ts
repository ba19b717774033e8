import { inviteRoutes } from "@sentc-ts/transport/contract";
import { groupHolder } from "../domain/group/access.js";
import { acceptInvite, acceptInviteForGroup, rejectInvite, rejectInviteForGroup } from "../domain/group/inbox.js";
import { forcedGroup, invite, inviteAuto, invitedGroup, invitedUser, reInvite } from "../domain/group/invites.js";
import { listInvites, listInvitesOfGroup, RANK_INVITE } from "../domain/group/pending.js";
import { uploadKeys } from "../domain/key/upload.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountInviteRoutes(mount: Mount, services: Services): void {
	mount(inviteRoutes.inviteUser, ({ access, params, body }) =>
		invite(services, access, invitedUser(params.user_id), body),
	);
	mount(inviteRoutes.inviteGroup, ({ access, params, body }) =>
		invite(services, access, invitedGroup(params.invited_group_id), body),
	);
	mount(inviteRoutes.inviteUserAuto, ({ access, params, body }) =>
		inviteAuto(services, access, invitedUser(params.user_id), body),
	);
	mount(inviteRoutes.inviteGroupAuto, ({ access, params, body }) =>
		inviteAuto(services, access, invitedGroup(params.invited_group_id), body),
	);
	mount(inviteRoutes.inviteGroupAutoForce, ({ access, params, body }) =>
		inviteAuto(services, access, forcedGroup(params.invited_group_id), body),
	);
	mount(inviteRoutes.reInviteUser, ({ access, params, body }) =>
		reInvite(services, access, invitedUser(params.user_id), body),
	);
	mount(inviteRoutes.reInviteGroup, ({ access, params, body }) =>
		reInvite(services, access, invitedGroup(params.invited_group_id), body),
	);
	mount(inviteRoutes.reInviteGroupForce, ({ access, params, body }) =>
		reInvite(services, access, forcedGroup(params.invited_group_id), body),
	);
	mount(inviteRoutes.uploadKeys, ({ access, params, body }) =>
		uploadKeys(services, groupHolder(access, RANK_INVITE), params.session_id, body),
	);

	mount(inviteRoutes.listInvites, ({ app, identity, cursor }) =>
		listInvites(services, app.id, identity.userId, cursor),
	);
	mount(inviteRoutes.listInvitesOfGroup, ({ access, cursor }) => listInvitesOfGroup(services, access, cursor));
	mount(inviteRoutes.accept, ({ identity, params }) => acceptInvite(services, identity, params.group_id));
	mount(inviteRoutes.reject, ({ identity, params }) => rejectInvite(services, identity, params.group_id));
	for (const route of [inviteRoutes.acceptForGroup, inviteRoutes.acceptForGroupSwapped]) {
		mount(route, ({ access, params }) => acceptInviteForGroup(services, access, params.inviting_group_id));
	}
	for (const route of [inviteRoutes.rejectForGroup, inviteRoutes.rejectForGroupSwapped]) {
		mount(route, ({ access, params }) => rejectInviteForGroup(services, access, params.inviting_group_id));
	}
}
