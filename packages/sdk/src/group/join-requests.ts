import { joinRequestRoutes } from "@sentc-ts/transport/contract";
import { pageAfter, requirePage } from "../answers.js";
import { checkId } from "../input.js";
import type { GroupJoinReqListItem } from "../types.js";
import { requireRank } from "./changes.js";
import type { OpenGroup } from "./open-group.js";

/** Who may look at join requests and answer them (protocol/group-protocol §9.1). */
const ANSWERING_RANK = 2;

/** Those who asked to join, the first first. */
export async function listJoinRequests(
	group: OpenGroup,
	last?: GroupJoinReqListItem | null,
): Promise<GroupJoinReqListItem[]> {
	requireRank(group.data, ANSWERING_RANK);
	const requests = await group.session.context.client.call(joinRequestRoutes.listJoinRequests, {
		...(await group.request()),
		params: { group_id: group.id, ...pageAfter(last, "user_id") },
	});
	requirePage(requests);
	return requests;
}

/** @param user_id of a user or a group */
export async function rejectJoinRequest(group: OpenGroup, user_id: string): Promise<void> {
	checkId("user_id", user_id);
	requireRank(group.data, ANSWERING_RANK);
	const params = { group_id: group.id, user_id };
	await group.session.context.client.call(joinRequestRoutes.reject, { ...(await group.request()), params });
}
