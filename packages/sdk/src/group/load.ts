import { RefreshFailed, RequestError } from "@sentc-ts/transport";
import { type GroupServerData, groupRoutes } from "@sentc-ts/transport/contract";
import { requirePage } from "../answers.js";
import { AnswerForged, KeyNotFound } from "../errors.js";
import { checkId, checkVerify } from "../input.js";
import { KeysUnusable } from "../key-errors.js";
import { listNewestFirst } from "../keys/key-list.js";
import type { KeyPairOwner, KeyRing } from "../keys/key-ring.js";
import { openHmacKeys, openSortableKeys } from "../keys/search-keys.js";
import type { Session } from "../session/session.js";
import type { GroupData, GroupKey, GroupVerify } from "../types.js";
import { readAccess } from "./access.js";
import { groupKeyRing, openGroupKeys, requireNoNewerUnverified } from "./keys.js";
import { OpenGroup } from "./open-group.js";
import { requireSameGroup } from "./rotation.js";
import { readStoredGroup, replaceStoredGroup, storeGroupPublicKey } from "./stored.js";

/** A stored group is used without asking for this long, ms (protocol/sdk-api §7.9). */
const CHECK_INTERVAL_MS = 5 * 60 * 1000;

/** How many groups may stand above one another: an API could go on for ever. */
const MAX_DEPTH = 100;

/** Which group is asked for, and how. */
export interface GroupRequest {
	readonly group_id: string;
	/** The group through which the user reaches it. */
	readonly group_as_member?: string | undefined;
	readonly verify: GroupVerify;
}

/**
 * From the storage, unless its keys were checked less strictly than asked for now; else from the API.
 *
 * @param below the groups for whose keys this one is loaded
 */
export async function loadGroup(
	session: Session,
	{ group_id, group_as_member, verify }: { group_id: string; group_as_member?: string | undefined; verify: number },
	below: readonly string[] = [],
): Promise<OpenGroup> {
	checkId("group_id", group_id);
	if (group_as_member !== undefined) checkId("group_as_member", group_as_member);
	checkVerify(verify);
	session.assertLoggedIn();
	if (below.includes(group_id) || below.length > MAX_DEPTH) {
		throw new AnswerForged("group", "The API answered groups that stand above one another without end");
	}
	const asked: GroupRequest = { group_id, group_as_member, verify };
	const stored = await readStoredGroup(session, group_id, group_as_member);
	if (!stored || !isVerified(session, stored, verify)) return fetchGroup(session, asked, below, stored);
	const group = new OpenGroup(session, stored, ownerOf(session, stored, below));
	if (Date.now() - stored.last_check_time > CHECK_INTERVAL_MS) await updateIfReached(group);
	return group;
}

/** Without a network a stored group opens all the same, with the keys that are here; the next call asks again. */
async function updateIfReached(group: OpenGroup): Promise<void> {
	try {
		await group.checkForUpdate();
	} catch (error) {
		const cause = error instanceof RefreshFailed ? error.cause : error;
		if (!(cause instanceof RequestError)) throw error;
		return;
	}
	await group.save();
}

/** As strictly as is asked for? An instance that required no signatures may have stored it. */
function isVerified(session: Session, stored: GroupData, verify: GroupVerify): boolean {
	if ((stored.verify ?? 0) < verify) return false;
	const required = verify > 0 && session.context.requireSignatures;
	return !required || stored.keys.every(({ signature }) => signature === "verified");
}

/** @param before the group as it is stored, whose keys were checked less strictly */
async function fetchGroup(
	session: Session,
	{ group_id, group_as_member, verify }: GroupRequest,
	below: readonly string[],
	before: GroupData | undefined,
): Promise<OpenGroup> {
	const answered = await session.context.client.call(groupRoutes.getGroup, {
		jwt: await session.getJwt(),
		groupAccessId: group_as_member,
		params: { group_id },
	});
	requireSameGroup({ group_id }, answered.group_id);
	const answer = session.createdGroups.asCreated(answered);
	const data: GroupData = {
		group_id,
		...readAccess(answer, group_as_member),
		rank: answer.rank,
		key_update: answer.key_update,
		rotation_due: answer.rotation_due === true,
		create_time: String(answer.created_time),
		joined_time: String(answer.joined_time),
		...{ keys: [], key_map: new Map(), newest_key_id: "" },
		is_connected_group: answer.is_connected_group,
		hmac_keys: [],
		sortable_keys: [],
		last_check_time: Date.now(),
		verify,
	};
	const owner = ownerOf(session, data, below);
	Object.assign(data, await openFirstKeys(session, owner, answer, verify));
	const group = new OpenGroup(session, data, owner);
	// A gap in the list is no matter here: a key that is missing is fetched when it is needed.
	await group.ring.loadOlder(answer.keys);
	if (before) await requireNotOlder(group, before);
	await openSearchKeys(session, data, group.ring, answer);
	await replaceStoredGroup(session, data);
	session.createdGroups.delete(group_id);
	await storeGroupPublicKey(session, group_id, group.ring.newest);
	return group;
}

/** @throws AnswerForged when the newest key is one that was older before */
async function requireNotOlder({ owner, ring, session }: OpenGroup, before: GroupData): Promise<void> {
	const { newest } = ring;
	if (newest.group_key_id === before.newest_key_id) return;
	const known = groupKeyRing(session, before, owner);
	if (known.findProven(newest.group_key_id)) {
		throw new AnswerForged("keys", "The API left out the newest key of the group that is here");
	}
	await known.requireNew([newest]);
}

/** The first page of the list. */
async function openFirstKeys(
	session: Session,
	owner: KeyPairOwner,
	answer: GroupServerData,
	verify: GroupVerify,
): Promise<Pick<GroupData, "keys" | "key_map" | "newest_key_id">> {
	for (const list of [answer.keys, answer.hmac_keys, answer.sortable_keys]) requirePage(list);
	const { group_id } = answer;
	const opened = await openGroupKeys(session, owner, answer.keys, { group_id, verify });
	requireNoNewerUnverified(answer.keys, opened);
	const list = listNewestFirst(opened.keys);
	if (!list && opened.unusable.length > 0) throw new KeysUnusable(opened.unusable);
	if (!list) throw new KeyNotFound("The group has no keys");
	session.reportUnusable(opened.unusable, group_id);
	return list;
}

async function openSearchKeys(
	session: Session,
	data: GroupData,
	ring: KeyRing<GroupKey>,
	answer: GroupServerData,
): Promise<void> {
	const { backend } = session.context;
	const [searchable, sortable] = await Promise.all([
		openHmacKeys(backend, ring, answer.hmac_keys),
		openSortableKeys(backend, ring, answer.sortable_keys),
	]);
	[data.hmac_keys, data.sortable_keys] = [searchable.keys, sortable.keys];
	session.reportUnusable([...searchable.unusable, ...sortable.unusable], data.group_id);
}

/** Whose key pairs open the keys of a group (protocol/group-protocol §4.3). A group above is loaded when a key of it is needed. */
function ownerOf(session: Session, data: GroupData, below: readonly string[]): KeyPairOwner {
	const { access_by_group_as_member, from_parent, group_id, parent_group_id, verify = 0 } = data;
	const asked: GroupRequest | undefined =
		from_parent && parent_group_id
			? { group_id: parent_group_id, group_as_member: access_by_group_as_member, verify }
			: access_by_group_as_member
				? { group_id: access_by_group_as_member, verify }
				: undefined;
	return asked ? groupAbove(() => loadGroup(session, asked, [...below, group_id])) : session.keys;
}

/** Read anew each time, since another object of that group may have rotated its keys; calls at the same time share that. */
function groupAbove(load: () => Promise<OpenGroup>): KeyPairOwner {
	let loading: Promise<OpenGroup> | undefined;
	const ring = async (): Promise<KeyRing<GroupKey>> => {
		loading ??= load().finally(() => {
			loading = undefined;
		});
		return (await loading).ring;
	};
	return {
		loadPublicKey: async () => (await ring()).loadPublicKey(),
		loadPrivateKey: async (id) => (await ring()).loadPrivateKey(id),
	};
}
