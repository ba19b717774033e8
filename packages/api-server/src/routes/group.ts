import { groupRoutes } from "@sentc-ts/transport/contract";
import { groupHolder } from "../domain/group/access.js";
import { createChildGroup, createConnectedGroup, createGroup } from "../domain/group/create.js";
import {
	changeInvites,
	checkUpdate,
	listChildGroups,
	listGroups,
	readGroup,
	readGroupLight,
	readGroupPublicKey,
	removeGroup,
} from "../domain/group/groups.js";
import { listKeys, readKey } from "../domain/key/keys.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountGroupRoutes(mount: Mount, services: Services): void {
	mount(groupRoutes.createGroup, ({ app, identity, body }) => createGroup(services, app.id, identity.userId, body));
	mount(groupRoutes.createChildGroup, ({ access, body }) => createChildGroup(services, access, body));
	mount(groupRoutes.createConnectedGroup, ({ access, body }) => createConnectedGroup(services, access, body));
	mount(groupRoutes.listGroups, ({ app, identity, cursor }) => listGroups(services, app.id, identity.userId, cursor));
	mount(groupRoutes.listGroupsOfGroup, ({ app, access, cursor }) =>
		listGroups(services, app.id, access.group.id, cursor),
	);
	mount(groupRoutes.listChildGroups, ({ access, cursor }) => listChildGroups(services, access, cursor));
	mount(groupRoutes.getGroup, ({ app, access }) => readGroup(services, app, access));
	mount(groupRoutes.getGroupLight, ({ access }) => readGroupLight(access));
	mount(groupRoutes.checkGroupUpdate, ({ app, access }) => checkUpdate(services, app, access));
	mount(groupRoutes.listGroupKeys, ({ access, cursor }) => listKeys(services, groupHolder(access), cursor));
	mount(groupRoutes.groupKey, ({ access, params }) => readKey(services, groupHolder(access), params.key_id));
	mount(groupRoutes.deleteGroup, ({ access }) => removeGroup(services, access));
	mount(groupRoutes.toggleInvites, ({ access }) => changeInvites(services, access));
	mount(groupRoutes.groupPublicKey, ({ app, params }) => readGroupPublicKey(services, app.id, params.group_id));
}
