import { memberRoutes } from "@sentc-ts/transport/contract";
import { changeRank, kickMember, leaveGroup, readMembers } from "../domain/group/members.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountMemberRoutes(mount: Mount, services: Services): void {
	mount(memberRoutes.listMembers, ({ access, cursor }) => readMembers(services, access, cursor));
	mount(memberRoutes.changeRank, ({ access, body }) => changeRank(services, access, body));
	mount(memberRoutes.kickMember, ({ access, params }) => kickMember(services, access, params.user_id));
	mount(memberRoutes.leaveGroup, ({ access }) => leaveGroup(services, access));
}
