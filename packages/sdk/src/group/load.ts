import { type GroupServerData, groupRoutes } from "@sentc-ts/transport/contract";
import { requirePage } from "../answers.js";
import { AnswerForged, KeyNotFound, KeysUnusable, UnsupportedAccess } from "../errors.js";
import { checkId, checkVerify } from "../input.js";
import { listNewestFirst } from "../keys/key-ring.js";
import { openHmacKeys, openSortableKeys } from "../keys/search-keys.js";
import type { Session } from "../session/session.js";
import type { SignedInUser } from "../signed-in-user.js";
import type { GroupData, GroupVerify } from "../types.js";
import { Group } from "./group.js";
import { groupKeyRing, openGroupKeys, requireNoNewerUnverified } from "./keys.js";
import { readStoredGroup, storeGroup, storeGroupPublicKey } from "./stored.js";

/** A stored group is used without asking for this long, ms (protocol/sdk-api §7.9). */
const CHECK_INTERVAL_MS = 5 * 60 * 1000;

/** From the storage, unless its keys were checked less strictly than asked for now; else from the API. */
export async function loadGroup(
	user: SignedInUser,
	session: Session,
	group_id: string,
	group_as_member: string | undefined,
	verify: number,
): Promise<Group> {
	checkId("group_id", group_id);
	checkVerify(verify);
	session.assertLoggedIn();
	const stored = await readStoredGroup(session, group_id, group_as_member);
	if (!stored || !isVerified(session, stored, verify))
		return fetchGroup(user, session, group_id, group_as_member, verify);
	const group = new Group(user, session, stored);
	if (Date.now() - stored.last_check_time > CHECK_INTERVAL_MS) {
		await group.groupUpdateCheck();
		await storeGroup(session, group.data);
	}
	return group;
}

/** As strictly as is asked for? An instance that required no signatures may have stored it. */
function isVerified(session: Session, stored: GroupData, verify: GroupVerify): boolean {
	if ((stored.verify ?? 0) < verify) return false;
	const required = verify > 0 && session.context.requireSignatures;
	return !required || stored.keys.every(({ signature }) => signature === "verified");
}

async function fetchGroup(
	user: SignedInUser,
	session: Session,
	group_id: string,
	group_as_member: string | undefined,
	verify: GroupVerify,
): Promise<Group> {
	const answered = await session.context.client.call(groupRoutes.getGroup, {
		jwt: await session.getJwt(),
		groupAccessId: group_as_member,
		params: { group_id },
	});
	if (answered.group_id !== group_id)
		throw new AnswerForged("group", "The API answered another group than was asked for");
	if (answered.access_by !== "User") throw new UnsupportedAccess();
	const answer = session.createdGroups.asCreated(answered);
	const data = await openGroupData(session, answer, verify);
	const ring = groupKeyRing(session, data, session.keys);
	// A gap in the list is no matter here: a key that is missing is fetched when it is needed.
	await ring.loadOlder(answer.keys);
	const { backend } = session.context;
	const [searchable, sortable] = await Promise.all([
		openHmacKeys(backend, ring, answer.hmac_keys),
		openSortableKeys(backend, ring, answer.sortable_keys),
	]);
	[data.hmac_keys, data.sortable_keys] = [searchable.keys, sortable.keys];
	session.reportUnusable([...searchable.unusable, ...sortable.unusable], group_id);
	await storeGroup(session, data);
	session.createdGroups.delete(group_id);
	await storeGroupPublicKey(session, group_id, ring.newest);
	return new Group(user, session, data);
}

async function openGroupData(session: Session, answer: GroupServerData, verify: GroupVerify): Promise<GroupData> {
	for (const list of [answer.keys, answer.hmac_keys, answer.sortable_keys]) requirePage(list);
	const opened = await openGroupKeys(session, session.keys, answer.keys, { group_id: answer.group_id, verify });
	requireNoNewerUnverified(answer.keys, opened);
	const list = listNewestFirst(opened.keys);
	if (!list && opened.unusable.length > 0) throw new KeysUnusable(opened.unusable);
	if (!list) throw new KeyNotFound("The group has no keys");
	session.reportUnusable(opened.unusable, answer.group_id);
	return {
		group_id: answer.group_id,
		...(answer.parent_group_id && { parent_group_id: answer.parent_group_id }),
		from_parent: false,
		rank: answer.rank,
		key_update: answer.key_update,
		create_time: String(answer.created_time),
		joined_time: String(answer.joined_time),
		...list,
		is_connected_group: answer.is_connected_group,
		hmac_keys: [],
		sortable_keys: [],
		last_check_time: Date.now(),
		verify,
	};
}
