import { InvalidInput } from "@sentc-ts/core-crypto";
import type { NewMemberKey, NewMemberKeys } from "@sentc-ts/core-crypto/wire";
import { EnvelopeError } from "@sentc-ts/transport";
import { inviteRoutes, joinRequestRoutes, type KeysAccepted } from "@sentc-ts/transport/contract";
import { AnswerForged } from "../errors.js";
import { checkId, checkText } from "../input.js";
import { finishAsFarAsPossible, KEYS_PER_REQUEST, loadEveryKey, pageOfKeys, pagesOfKeys } from "../keys/hand-over.js";
import { newestFirst } from "../keys/key-list.js";
import type { GroupKey } from "../types.js";
import { changeGroup, checkRank, type GroupChange, type Member, requireAllowed } from "./changes.js";
import type { OpenGroup } from "./open-group.js";

type Join = Extract<GroupChange, { kind: "join" }>;

/** @param type `user_type` of lists: 0 = a user; a group is 2, or 1 at the reference server (protocol/group-protocol §7.3.1) */
export function memberOf(id: string, type: number | boolean): Member {
	checkId("id", id);
	if (typeof type === "number" && ![0, 1, 2].includes(type)) throw new InvalidInput("user_type", "must be 0 or 2");
	return { id, type: type ? "group" : "user" };
}

/**
 * Makes somebody a member with every key of the group (protocol/group-protocol §7.2.5). The public key is checked before any is wrapped.
 *
 * @returns what became of each upload of more keys; `undefined` when one request took all
 */
export async function joinMember(
	group: OpenGroup,
	how: Join["how"],
	member: Member,
	rank: number | null = null,
): Promise<PromiseSettledResult<string>[] | undefined> {
	checkRank(rank);
	const change: Join = { kind: "join", how, member, rank };
	return changeGroup(group, change, async () => {
		const keys = await everyKey(group);
		const [first = [], ...others] = pagesOfKeys(await wrapKeys(group, member, keys));
		const { session_id } = await sendKeys(group, change, { keys: first, rank, key_session: true });
		if (!session_id && others.length > 0) {
			throw new EnvelopeError("ENVELOPE_INCOMPLETE", "The API opened no session for the other keys");
		}
		const later = session_id ? await keysSince(group, keys) : [];
		if (!session_id || others.length + later.length === 0) return undefined;
		const pages = [...others, ...pagesOfKeys(await wrapKeys(group, member, later))];
		return uploadPages(group, session_id, how !== "invite", pages);
	});
}

/**
 * Those that others made while these were handed over: the API's part of such a rotation can be done before it knows of the new member.
 * It knows of everybody whose keys are there when a later one begins.
 */
async function keysSince(group: OpenGroup, known: readonly GroupKey[]): Promise<GroupKey[]> {
	const has = (id: string): boolean => known.some(({ group_key_id }) => group_key_id === id);
	const newest = await group.newestKeyId();
	return has(newest) ? [] : (await everyKey(group)).filter(({ group_key_id }) => !has(group_key_id));
}

/**
 * What {@link joinMember} sends, for an own backend.
 *
 * @param page 0: the body of the invite; later ones: bodies of the key session
 */
export async function prepareKeys(
	group: OpenGroup,
	member: Member,
	rank: number | null | undefined,
	page: number,
): Promise<string> {
	checkRank(rank);
	requireAllowed(group, { kind: "join", how: "invite", member, rank: rank ?? null });
	const all = await everyKey(group);
	const keys = await wrapKeys(group, member, pageOfKeys(all, page));
	const first: NewMemberKeys = { keys, rank: rank ?? null, key_session: all.length > KEYS_PER_REQUEST };
	return JSON.stringify(page === 0 ? first : keys);
}

/** The keys after those of page 0. @param auto is the one a member already? */
export async function uploadOtherKeys(
	group: OpenGroup,
	session_id: string,
	member: Member,
	auto: boolean,
): Promise<PromiseSettledResult<string>[]> {
	checkText("session_id", session_id);
	if (session_id === "") return [];
	const others = (await everyKey(group)).slice(KEYS_PER_REQUEST);
	const how = auto ? "auto" : "invite";
	return changeGroup(group, { kind: "join", how, member, rank: null }, async () =>
		uploadPages(group, session_id, auto, pagesOfKeys(await wrapKeys(group, member, others))),
	);
}

/** The newest first. */
async function everyKey({ ring, rotation }: OpenGroup): Promise<GroupKey[]> {
	await finishAsFarAsPossible(rotation);
	await loadEveryKey(ring);
	return ring.keys.toSorted(newestFirst);
}

/** All in one call of the worker. */
async function wrapKeys(group: OpenGroup, member: Member, keys: readonly GroupKey[]): Promise<NewMemberKey[]> {
	const { backend } = group.session.context;
	const publicKey = await publicKeyOf(group, member);
	const groupKeys = keys.map(({ group_key }) => group_key);
	const wrapped = await backend.prepareKeysForNewMember({ publicKey, groupKeys, rank: null, keySession: false });
	return wrapped.keys;
}

/**
 * @throws KeyChanged when the key of the user is not the known one, and the policy blocks
 * @throws AnswerForged for a known user as a group: of what kind somebody is lists of the API say, and public keys of groups are not remembered
 */
async function publicKeyOf({ session }: OpenGroup, { id, type }: Member): Promise<string> {
	const { publicKeys } = session.context;
	if (type === "user") return (await publicKeys.user(id, session)).public_key;
	if (await publicKeys.knows(id, session)) throw new AnswerForged("group", "A known user is called a group");
	return (await publicKeys.group(id, session)).key;
}

const USER_ROUTES = {
	invite: inviteRoutes.inviteUser,
	auto: inviteRoutes.inviteUserAuto,
	again: inviteRoutes.reInviteUser,
} as const;

const GROUP_ROUTES = {
	invite: inviteRoutes.inviteGroup,
	auto: inviteRoutes.inviteGroupAuto,
	again: inviteRoutes.reInviteGroup,
} as const;

async function sendKeys(group: OpenGroup, { how, member }: Join, body: NewMemberKeys): Promise<KeysAccepted> {
	const { client } = group.session.context;
	const { id: group_id } = group;
	const input = { ...(await group.request()), body };
	const toUser = { ...input, params: { group_id, user_id: member.id } };
	if (how === "request") return client.call(joinRequestRoutes.accept, toUser);
	if (member.type === "user") return client.call(USER_ROUTES[how], toUser);
	return client.call(GROUP_ROUTES[how], { ...input, params: { group_id, invited_group_id: member.id } });
}

/** @param isMember the session is that of a member, and not of an invite (protocol/group-protocol §7.2.5, rule 4) */
function uploadPages(
	group: OpenGroup,
	session_id: string,
	isMember: boolean,
	pages: readonly NewMemberKey[][],
): Promise<PromiseSettledResult<string>[]> {
	const { client } = group.session.context;
	const route = isMember ? joinRequestRoutes.uploadKeys : inviteRoutes.uploadKeys;
	const upload = async (body: NewMemberKey[]): Promise<string> =>
		client.call(route, { ...(await group.request()), params: { group_id: group.id, session_id }, body });
	return Promise.allSettled(pages.map(upload));
}
