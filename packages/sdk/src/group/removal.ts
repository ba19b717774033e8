import { type GroupSigner, isSentcError } from "@sentc-ts/core-crypto";
import { ApiError, isMissingRoute } from "@sentc-ts/transport";
import {
	type DueGroupItem,
	groupRotationRoutes,
	memberRoutes,
	type RemovedAndRotated,
} from "@sentc-ts/transport/contract";
import { PAGE_SIZE, pageAfter, requirePage } from "../answers.js";
import { AnswerForged, KeyNotFound } from "../errors.js";
import { checkId } from "../input.js";
import { type GroupFailure, RotationPending } from "../key-errors.js";
import { finishAsFarAsPossible } from "../keys/hand-over.js";
import { isUnknownKey } from "../keys/opened.js";
import type { SendRotation } from "../keys/rotation.js";
import { changeGroup } from "./changes.js";
import { type GroupRequest, loadGroup } from "./load.js";
import type { OpenGroup } from "./open-group.js";
import { requireSameGroup, startRotation } from "./rotation.js";

/** Most groups whose keys are rotated in one call: an API could go on for ever. */
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
 * Rotates the keys of the group and of those below it, from top to bottom, where the API says that it is due. Below are its descendants
 * and the groups that it chose to be a member of: those into which others have put it are theirs to rotate.
 *
 * @throws RotationPending when not all could be rotated
 */
export async function rotateDueKeys(group: OpenGroup): Promise<void> {
	requireNonePending(await rotateIn(group));
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
	if (failure && !(removal.marks && isUnknownKey(failure.error))) throw new RotationPending([failure]);
	// A newer key is there, which another device of the user took, or which nobody can open: the rotation goes on from the one before.
	if (failure) return requireNonePending(await rotateIn(group, failure));
	group.data.rotation_due = false;
	await group.save();
	if (removal.marks) requireNonePending(await rotateBelow(group, true));
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

/**
 * The group and those below. When its own keys could not be rotated, those below would be encrypted for a key that is known.
 *
 * @param unlessDue why its keys were not rotated before
 */
async function rotateIn(group: OpenGroup, unlessDue?: GroupFailure): Promise<GroupFailure[]> {
	let due = false;
	const failures = await attempt(group.id, async () => {
		due = await rotateIfDue(group);
	});
	if (failures.length > 0) return failures;
	const before = unlessDue && !due ? [unlessDue] : [];
	return [...before, ...(await rotateBelow(group, due || unlessDue !== undefined))];
}

/** @returns was it due? */
async function rotateIfDue(group: OpenGroup): Promise<boolean> {
	await group.checkForUpdate();
	if (!group.data.rotation_due) return false;
	await finishAsFarAsPossible(group.rotation);
	await group.rotation.start(signerOf(group));
	await group.checkForUpdate();
	await group.save();
	// Encrypted for an older key of the group above, it is open to whoever knows that one.
	if (group.data.rotation_due) throw new KeyNotFound("The newest key of the group above is not on this device");
	return true;
}

/**
 * The groups below that are due. The API names a group when nothing above it is due any more, so it is asked again as long as something was
 * done: a group that fails keeps those below it waiting.
 *
 * @param marks does the API mark groups? Then it has to name them, too.
 */
async function rotateBelow(group: OpenGroup, marks: boolean): Promise<GroupFailure[]> {
	const failures: GroupFailure[] = [];
	const tried = new Set([group.id]);
	const rotate = async (due: GroupRequest): Promise<boolean> => {
		tried.add(due.group_id);
		const failed = await attempt(due.group_id, async () => rotateIfDue(await loadGroup(group.session, due)));
		failures.push(...failed);
		return failed.length === 0;
	};
	const failed = await attempt(group.id, async () => {
		for (let goesOn = true; goesOn; ) {
			goesOn = false;
			for (const due of await dueBelow(group, marks)) {
				if (tried.has(due.group_id)) continue;
				if (tried.size >= MAX_GROUPS)
					throw new AnswerForged("group", "The API answers groups that are due without end");
				goesOn = (await rotate(due)) || goesOn;
			}
		}
	});
	return [...failures, ...failed];
}

async function dueBelow(group: OpenGroup, marks: boolean): Promise<GroupRequest[]> {
	const { client } = group.session.context;
	const { verify = 0 } = group.data;
	const items: DueGroupItem[] = [];
	for (let page = PAGE_SIZE; page >= PAGE_SIZE && items.length < MAX_GROUPS; ) {
		const params = { group_id: group.id, ...pageAfter(items.at(-1), "group_id") };
		const input = { ...(await group.request()), params };
		const due = await client.call(groupRotationRoutes.listDueGroups, input).catch((error: unknown) => {
			if (marks) throw error;
			return undefinedWhenMissing(error) ?? [];
		});
		requirePage(due);
		items.push(...due);
		page = due.length;
	}
	return items.map(({ group_id, group_as_member }) => ({
		group_id,
		group_as_member: group_as_member ?? undefined,
		verify,
	}));
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
