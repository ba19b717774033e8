import { answeredList, idText, rankNumber, timeSchema } from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { envelope, json, object, route, success } from "./route.js";

/** Who a member is: 0 = user, 1 = parent group, 2 = group (protocol/http-api §12.1). */
export const memberTypeNumber: z.ZodMiniType<number> = z.int().check(z.minimum(0), z.maximum(2));

/** A member of a group, in lists and for own backends. */
export const groupMemberSchema = object({
	/** Id of a user or a group. */
	user_id: idText,
	rank: rankNumber,
	/** ms */
	joined_time: timeSchema,
	user_type: memberTypeNumber,
});
export type GroupMember = z.infer<typeof groupMemberSchema>;

export const rankChangeSchema = object({
	/** Id of a user or a group. */
	changed_user_id: idText,
	/** 1 to 4. */
	new_rank: rankNumber,
});
export type RankChange = z.infer<typeof rankChangeSchema>;

export const memberRoutes = {
	/** All direct members but the caller. */
	listMembers: route({
		method: "GET",
		path: "/group/:group_id/member/:last_time/:last_id",
		option: "open",
		jwt: "valid",
		groupAccess: true,
		result: envelope(answeredList(groupMemberSchema)),
	}),

	changeRank: route({
		method: "PUT",
		path: "/group/:group_id/change_rank",
		option: "group_change_rank",
		jwt: "valid",
		groupAccess: true,
		body: json(rankChangeSchema),
		result: success,
	}),

	kickMember: route({
		method: "DELETE",
		path: "/group/:group_id/kick/:user_id",
		option: "group_user_delete",
		jwt: "valid",
		groupAccess: true,
		result: success,
	}),

	leaveGroup: route({
		method: "DELETE",
		path: "/group/:group_id/leave",
		option: "group_leave",
		jwt: "valid",
		groupAccess: true,
		result: success,
	}),
};
