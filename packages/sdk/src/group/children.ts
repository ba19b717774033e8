import type { PrepareGroupInput } from "@sentc-ts/core-crypto";
import { groupRoutes } from "@sentc-ts/transport/contract";
import { pageAfter, requirePage } from "../answers.js";
import { AnswerForged } from "../errors.js";
import type { GroupChildrenListItem } from "../types.js";
import { changeGroup, requireAllowed } from "./changes.js";
import { doneGroupCreate } from "./create.js";
import type { OpenGroup } from "./open-group.js";

/**
 * Body of `POST /group/:id/child` or `/connected`, for an own backend.
 *
 * @returns the body, and the id of the group key whose pair it is encrypted for
 */
export function prepareChild(group: OpenGroup, sign: boolean): [string, string] {
	requireAllowed(group, { kind: "child" });
	const { newest } = group.ring;
	const input = childInput(group, newest.public_group_key, sign);
	return [JSON.stringify(group.session.context.crypto.prepareGroup(input)), newest.group_key_id];
}

/** {@link prepareChild} in the worker. @throws AnswerForged when the public key of the group does not belong to the private one */
export async function prepareChildAsync(group: OpenGroup, sign: boolean): Promise<[string, string]> {
	requireAllowed(group, { kind: "child" });
	const input = childInput(group, await group.ring.loadPublicKey(), sign);
	const body = await group.session.context.backend.prepareGroup(input);
	return [JSON.stringify(body), body.creator_public_key_id];
}

/** A group whose keys the newest pair of this one opens. @returns its id */
export async function createBelow(group: OpenGroup, kind: "child" | "connected", sign: boolean): Promise<string> {
	return changeGroup(group, { kind }, async () => {
		const [body] = await prepareChildAsync(group, sign);
		const route = kind === "child" ? groupRoutes.createChildGroup : groupRoutes.createConnectedGroup;
		const request = { ...(await group.request()), params: { group_id: group.id }, body };
		return doneGroupCreate(group.session, await group.session.context.client.forward(route, request), body);
	});
}

function childInput(group: OpenGroup, creatorPublicKey: string, sign: boolean): PrepareGroupInput {
	return { creatorPublicKey, ...(sign && { signer: group.signer }) };
}

/** The children, the oldest first. */
export async function listChildren(
	group: OpenGroup,
	last?: GroupChildrenListItem | null,
): Promise<GroupChildrenListItem[]> {
	const { client } = group.session.context;
	const params = { group_id: group.id, ...pageAfter(last, "group_id") };
	const children = await client.call(groupRoutes.listChildGroups, { ...(await group.request()), params });
	requirePage(children);
	if (children.some(({ parent }) => parent && parent !== group.id)) {
		throw new AnswerForged("group", "The API answered the children of another group");
	}
	return children.map(({ parent, ...child }) => ({ ...child, ...(parent && { parent }) }));
}
