import { joinRequestRoutes } from "@sentc-ts/transport/contract";
import { groupHolder } from "../domain/group/access.js";
import {
	acceptJoinRequest,
	deleteJoinRequest,
	deleteJoinRequestOfGroup,
	rejectJoinRequest,
	sendJoinRequest,
	sendJoinRequestForGroup,
} from "../domain/group/join-requests.js";
import {
	listJoinRequests,
	listSentJoinRequests,
	listSentJoinRequestsOfGroup,
	RANK_INVITE,
} from "../domain/group/pending.js";
import { uploadKeys } from "../domain/key/upload.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountJoinRequestRoutes(mount: Mount, services: Services): void {
	mount(joinRequestRoutes.send, ({ identity, params }) => sendJoinRequest(services, identity, params.group_id));
	mount(joinRequestRoutes.sendForGroup, ({ access, params }) =>
		sendJoinRequestForGroup(services, access, params.group_id_to_join),
	);
	mount(joinRequestRoutes.listJoinRequests, ({ access, cursor }) => listJoinRequests(services, access, cursor));
	mount(joinRequestRoutes.accept, ({ access, params, body }) =>
		acceptJoinRequest(services, access, params.user_id, body),
	);
	mount(joinRequestRoutes.reject, ({ access, params }) => rejectJoinRequest(services, access, params.user_id));
	mount(joinRequestRoutes.uploadKeys, ({ access, params, body }) =>
		uploadKeys(services, groupHolder(access, RANK_INVITE), params.session_id, body),
	);
	mount(joinRequestRoutes.listSent, ({ app, identity, cursor }) =>
		listSentJoinRequests(services, app.id, identity.userId, cursor),
	);
	mount(joinRequestRoutes.deleteSent, ({ identity, params }) =>
		deleteJoinRequest(services, identity, params.group_id_to_join),
	);
	mount(joinRequestRoutes.listSentOfGroup, ({ access, cursor }) =>
		listSentJoinRequestsOfGroup(services, access, cursor),
	);
	mount(joinRequestRoutes.deleteSentOfGroup, ({ access, params }) =>
		deleteJoinRequestOfGroup(services, access, params.group_id_to_join),
	);
}
