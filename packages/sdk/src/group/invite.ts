import { InvalidInput } from "@sentc-ts/core-crypto";
import { type NewMemberKey, type NewMemberKeys, newMemberKeysSchema } from "@sentc-ts/core-crypto/wire";
import { EnvelopeError } from "@sentc-ts/transport";
import { inviteRoutes, joinRequestRoutes, type KeysAccepted } from "@sentc-ts/transport/contract";
import { AnswerForged, KeyNotFound } from "../errors.js";
import { checkId, checkText } from "../input.js";
import { finishAsFarAsPossible, loadEveryKey, pageOfKeys, pagesOfKeys } from "../keys/hand-over.js";
import { newestFirst } from "../keys/key-list.js";
import type { Session } from "../session/session.js";
import type { GroupKey } from "../types.js";
import { changeGroup, checkRank, type GroupChange, type Member, requireAllowed } from "./changes.js";
import { finishRotations } from "./generations.js";
import { loadGroup } from "./load.js";
import type { OpenGroup } from "./open-group.js";
import { readStoredGroup } from "./stored.js";

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
		if (!session_id && others.length > 0) throw withoutSession();
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
	const keys = await wrapKeys(group, member, pageOfKeys(await everyKey(group), page));
	const first: NewMemberKeys = { keys, rank: rank ?? null, key_session: true };
	return JSON.stringify(page === 0 ? first : keys);
}

/**
 * The keys that an own backend did not send: those after page 0, and those that others made since.
 *
 * @param auto is the one a member already?
 * @param prepared_input page 0; without it every key is sent, as the API leaves those alone that are there
 */
export async function uploadOtherKeys(
	group: OpenGroup,
	session_id: string,
	member: Member,
	auto: boolean,
	prepared_input?: string,
): Promise<PromiseSettledResult<string>[]> {
	checkText("session_id", session_id);
	const sent = prepared_input === undefined ? [] : readPrepared(prepared_input).keys;
	if (session_id === "" && prepared_input === undefined) return [];
	const how = auto ? "auto" : "invite";
	return changeGroup(group, { kind: "join", how, member, rank: null }, async () => {
		const all = await everyKey(group);
		const others = all.filter(({ group_key_id: id }) => !sent.some(({ key_id }) => key_id === id));
		if (others.length === 0) return [];
		if (session_id === "") throw withoutSession();
		return uploadPages(group, session_id, auto, pagesOfKeys(await wrapKeys(group, member, others)));
	});
}

function readPrepared(prepared_input: string): NewMemberKeys {
	checkText("prepared_input", prepared_input);
	try {
		return newMemberKeysSchema.parse(JSON.parse(prepared_input));
	} catch {
		throw new InvalidInput("prepared_input", "must be what prepareKeysForNewMember answered");
	}
}

const withoutSession = (): EnvelopeError =>
	new EnvelopeError("ENVELOPE_INCOMPLETE", "The API opened no session for the other keys");

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
 * @throws AnswerForged for a known user as a group: of what kind somebody is lists of the API say
 */
async function publicKeyOf({ session }: OpenGroup, { id, type }: Member): Promise<string> {
	const { publicKeys } = session.context;
	if (type === "user") return (await publicKeys.user(id, session)).public_key;
	if (await publicKeys.knows(id, session)) throw new AnswerForged("group", "A known user is called a group");
	return publicKeyOfGroup(session, id);
}

/**
 * The newest one, asked for anew. That of a group that this user is a member of comes from its keys here: those that the API answers
 * now are taken as by `finishKeyRotation`, or refused.
 *
 * @throws AnswerForged for an older key than is known · KeyNotFound, KeyRotationUnfinished when the newest can't be taken
 */
async function publicKeyOfGroup(session: Session, group_id: string): Promise<string> {
	const { id, key } = await session.context.publicKeys.group(group_id, session, true);
	if (!(await readStoredGroup(session, group_id, undefined))) return key;
	const group = await loadGroup(session, { group_id, verify: 0 });
	if (!group.ring.findProven(id)) await finishRotations(group, 0);
	const { newest } = group.ring;
	if (!group.ring.findProven(id)) throw new KeyNotFound("The newest key of the invited group is not on this device");
	if (newest.group_key_id !== id) throw new AnswerForged("group", "The API answered an older key of the invited group");
	await group.ring.requirePairs(newest);
	return newest.exported_public_key;
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
