import type { AccessBy, GroupServerData } from "@sentc-ts/transport/contract";
import { AnswerForged } from "../errors.js";
import type { GroupData } from "../types.js";

type Access = Pick<
	GroupData,
	"access_by_group_as_member" | "access_by_parent_group" | "from_parent" | "parent_group_id"
>;

/**
 * How the user reaches a group (protocol/group-protocol §4.1.3).
 *
 * @param group_as_member the group through which it was asked for
 * @throws AnswerForged when the API says it is through another group, or through a parent that it does not name
 */
export function readAccess(
	{ access_by, group_id, parent_group_id }: Pick<GroupServerData, "access_by" | "group_id" | "parent_group_id">,
	group_as_member: string | undefined,
): Access {
	const { through, parent } = accessOf(access_by);
	if (through !== group_as_member)
		throw new AnswerForged("group", "The group is reached through another group than was asked");
	const isOwnParent = !parent_group_id || parent_group_id === group_id;
	if (parent !== undefined && isOwnParent)
		throw new AnswerForged("group", "The group is reached through a parent that it has not");
	return {
		...(parent_group_id && { parent_group_id }),
		from_parent: parent !== undefined,
		...(parent !== undefined && { access_by_parent_group: parent }),
		...(through !== undefined && { access_by_group_as_member: through }),
	};
}

function accessOf(access_by: AccessBy): { through?: string; parent?: string } {
	if (access_by === "User") return {};
	if ("Parent" in access_by) return { parent: access_by.Parent };
	if ("GroupAsUser" in access_by) return { through: access_by.GroupAsUser };
	const { group_as_user: through, parent } = access_by.GroupAsUserAsParent;
	return { through, parent };
}
