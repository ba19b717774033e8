import { type GroupSigner, isSentcError } from "@sentc-ts/core-crypto";
import { ApiError, isMissingRoute } from "@sentc-ts/transport";
import { groupRotationRoutes, memberRoutes, type RemovedAndRotated } from "@sentc-ts/transport/contract";
import { PAGE_SIZE } from "../answers.js";
import { AnswerForged } from "../errors.js";
import { checkId } from "../input.js";
import { type GroupFailure, RotationPending } from "../key-errors.js";
import { finishAsFarAsPossible } from "../keys/hand-over.js";
import type { SendRotation } from "../keys/rotation.js";
import type { GroupChildrenListItem, GroupList } from "../types.js";
import { listGroupsOf } from "./as-member.js";
import { changeGroup } from "./changes.js";
import { listChildren } from "./children.js";
import { type GroupRequest, loadGroup } from "./load.js";
import type { OpenGroup } from "./open-group.js";
import { requireSameGroup, startRotation } from "./rotation.js";

/** Most groups whose keys are looked at in one call: an API could go on for ever. */
const MAX_GROUPS = 1000;

/**
 * Takes a member out of the group, and with the option `rotate_on_removal` has the keys rotated that the member knows: those of the group,
 * and of the groups that were reached through it.
 *
 * @param member a user or a group
 * @throws RotationPending when the member is out, but not all keys were rotated
 */
export async function removeMember(group: OpenGroup, member: string): Promise<void> {
	checkId("user_id", member);
	const { rotateOnRemoval } = group.session.context;
	const remove = rotateOnRemoval ? removeAndRotate : kick;
	await changeGroup(group, { kind: "remove", member }, () => remove(group, member));
}

/**
 * Rotates the keys of the group and of those below it, from top to bottom, where the API says that it is due.
 *
 * @throws RotationPending when not all could be rotated
 */
export async function rotateDueKeys(group: OpenGroup): Promise<void> {
	requireNonePending(await rotateIn(group, new Set([group.id])));
}

async function kick(group: OpenGroup, user_id: string): Promise<void> {
	const params = { group_id: group.id, user_id };
	await group.session.context.client.call(memberRoutes.kickMember, { ...(await group.request()), params });
}

/** What became of a removal: a rotation that fails must not keep the member in the group, nor hide that the removal failed. */
interface Removal {
	asked: boolean;
	removed: boolean;
	/** Does the API mark the groups below whose keys the member knows? */
	marks: boolean;
}

async function removeAndRotate(group: OpenGroup, member: string): Promise<void> {
	await finishAsFarAsPossible(group.rotation);
	const removal: Removal = { asked: false, removed: false, marks: false };
	const [failure] = await attempt(group.id, () =>
		group.rotation.startBy(removing(group, member, removal), signerOf(group)),
	);
	if (failure && removal.asked && !removal.removed) throw failure.error;
	if (failure && !removal.asked) await kick(group, member);
	if (failure) throw new RotationPending([failure]);
	group.data.rotation_due = false;
	await group.save();
	if (removal.marks) requireNonePending(await rotateBelow(group, new Set([group.id])));
}

/** Removal and rotation are one step at an API that can do that, and else one after the other. */
function removing(group: OpenGroup, user_id: string, removal: Removal): SendRotation {
	return async (body) => {
		removal.asked = true;
		const { client } = group.session.context;
		const input = { ...(await group.request()), params: { group_id: group.id, user_id }, body };
		const answer = await client.call(groupRotationRoutes.kickAndRotate, input).catch(undefinedWhenMissing);
		if (!answer) {
			await kick(group, user_id);
			removal.removed = true;
			return startRotation(group, body);
		}
		requireSameGroup(group.data, answer.group_id);
		removal.removed = true;
		removal.marks = true;
		return { key_id: keyIdOf(answer) };
	};
}

function undefinedWhenMissing(error: unknown): undefined {
	if (!isMissingRoute(error)) throw error;
}

function keyIdOf({ key_id, refused }: RemovedAndRotated): string {
	if (key_id) return key_id;
	if (refused) throw new ApiError(refused.err_code, refused.err_msg);
	throw new AnswerForged("rotation", "The API answers neither a new key nor why there is none");
}

/** Who signs a rotation that nobody asked for: members who check signatures could not go on with a key that has none. */
function signerOf(group: OpenGroup): GroupSigner | undefined {
	const { requireSignatures } = group.session.context;
	return requireSignatures || group.ring.newest.signature !== "none" ? group.signer : undefined;
}

/** The group and those below. When its own keys could not be rotated, those below would be encrypted for a key that is known. */
async function rotateIn(group: OpenGroup, seen: Set<string>): Promise<GroupFailure[]> {
	const failures = await attempt(group.id, async () => {
		await group.checkForUpdate();
		if (!group.data.rotation_due) return;
		await finishAsFarAsPossible(group.rotation);
		await group.rotation.start(signerOf(group));
		group.data.rotation_due = false;
		await group.save();
	});
	return failures.length > 0 ? failures : rotateBelow(group, seen);
}

async function rotateBelow(group: OpenGroup, seen: Set<string>): Promise<GroupFailure[]> {
	const failures: GroupFailure[] = [];
	for (const asked of await groupsBelow(group)) {
		if (seen.has(asked.group_id)) continue;
		if (seen.size >= MAX_GROUPS)
			throw new AnswerForged("group", "The API answered groups below one another without end");
		seen.add(asked.group_id);
		const found: OpenGroup[] = [];
		failures.push(...(await attempt(asked.group_id, async () => found.push(await loadGroup(group.session, asked)))));
		for (const below of found) failures.push(...(await rotateIn(below, seen)));
	}
	return failures;
}

/** Children, and groups of which this one is a member: it may be the way to one, unless it is reached that way itself. */
async function groupsBelow(group: OpenGroup): Promise<GroupRequest[]> {
	const { access_by_group_as_member: through, group_id, is_connected_group, verify = 0 } = group.data;
	const children = await everyItem<GroupChildrenListItem>((last) => listChildren(group, last));
	const isWay = !is_connected_group && through === undefined;
	const connected = isWay ? await everyItem<GroupList>((last) => listGroupsOf(group, last)) : [];
	return [
		...children.map((child) => ({ group_id: child.group_id, group_as_member: through, verify })),
		...connected.map((other) => ({ group_id: other.group_id, group_as_member: group_id, verify })),
	];
}

async function everyItem<Item>(list: (last: Item | undefined) => Promise<Item[]>): Promise<Item[]> {
	const items: Item[] = [];
	for (let page = await list(undefined); ; page = await list(page.at(-1))) {
		items.push(...page);
		if (page.length < PAGE_SIZE || items.length >= MAX_GROUPS) return items;
	}
}

/** Passes on what is wrong with one group. */
async function attempt(group_id: string, run: () => Promise<unknown>): Promise<GroupFailure[]> {
	try {
		await run();
		return [];
	} catch (error) {
		if (!isSentcError(error)) throw error;
		return [{ group_id, error }];
	}
}

function requireNonePending(failures: readonly GroupFailure[]): void {
	if (failures.length > 0) throw new RotationPending(failures);
}
