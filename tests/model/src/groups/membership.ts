import { setTimeout as sleep } from "node:timers/promises";
import { RotationPending } from "@sentc-ts/sdk";
import { refused } from "../commands/command.js";
import { pick } from "../model.js";
import type { GroupModel } from "./model.js";
import { type Acting, type GroupCommand, topStep } from "./step.js";
import { openGroup, type Person, type World } from "./world.js";

/** The weakest ranks that may do it (protocol/group-protocol §9.1). */
const ADMIN = 1;
const MANAGER = 2;
const WEAKEST = 4;

/** Numbers of whatever size: which top group, which of its members acts, which user it is about. */
export interface About {
	readonly group: number;
	readonly by: number;
	readonly other: number;
}

/** @returns whether the call was to succeed: it is refused with the first status that there is. */
async function expectOutcome(call: Promise<unknown>, ...statuses: (string | false)[]): Promise<boolean> {
	const status = statuses.find((candidate) => candidate !== false);
	if (typeof status !== "string") await call;
	else await refused(call, status);
	return status === undefined;
}

/** Only managers let somebody in, and nobody makes others stronger than oneself. */
const mayGive = ({ rank: own }: Acting, rank: number | undefined): false | "client_201" =>
	(own > MANAGER || (rank !== undefined && rank < Math.max(ADMIN, own))) && "client_201";

/**
 * A step about another user.
 *
 * @param likely for whom it would make sense; now and then it is somebody else
 */
function about(
	name: string,
	{ other, ...where }: About,
	likely: (group: GroupModel) => Iterable<number>,
	run: (acting: Acting, user: number, person: Person, world: World) => Promise<void>,
): GroupCommand {
	return topStep(`${name} user ${other}`, where, async (acting, _, world) => {
		const candidates = [...likely(acting.group)].filter((user) => user !== acting.user);
		const anybody = other % world.people.length;
		const user = other % 4 === 0 ? anybody : (pick(candidates, other) ?? anybody);
		if (user !== acting.user) await run(acting, user, world.person(user), world);
	});
}

const members = (group: GroupModel): Iterable<number> => group.members.keys();
const invited = (group: GroupModel): Iterable<number> => group.invites.keys();
const asking = (group: GroupModel): Iterable<number> => group.requests;
const anybody = (): Iterable<number> => [];

export function invite(where: About, rank: number | undefined, auto: boolean): GroupCommand {
	return about(`${auto ? "inviteAuto" : "invite"} as ${rank}`, where, anybody, async (acting, user, { id }) => {
		const { group, open } = acting;
		const call = auto ? open.inviteAuto(id, rank) : open.invite(id, rank);
		const taken = (group.members.has(user) || group.invites.has(user)) && "server_302";
		const done = await expectOutcome(call, mayGive(acting, rank), group.invitesStopped && "server_317", taken);
		if (!done) return;
		group.requests.delete(user);
		(auto ? group.members : group.invites).set(user, rank ?? WEAKEST);
	});
}

export function answerInvite(where: About, accepts: boolean): GroupCommand {
	return about(`${accepts ? "accept" : "reject"} invite by`, where, invited, async ({ group }, user, { acting }) => {
		const rank = group.invites.get(user);
		const call = accepts ? acting.acceptGroupInvite(group.id) : acting.rejectGroupInvite(group.id);
		const done = await expectOutcome(call, rank === undefined && "server_307");
		if (!done || rank === undefined) return;
		group.invites.delete(user);
		if (accepts) group.members.set(user, rank);
	});
}

export function ask(where: About): GroupCommand {
	return about("join request by", where, anybody, async ({ group }, user, { acting }) => {
		const isMember = group.members.has(user) && "server_302";
		const done = await expectOutcome(
			acting.groupJoinRequest(group.id),
			...[isMember, group.invitesStopped && "server_317"],
		);
		if (done && !group.invites.has(user)) group.requests.add(user);
	});
}

/** @param asksFirst does the user ask just before, where that is possible? */
export function acceptRequest(where: About, rank: number | undefined, asksFirst: boolean): GroupCommand {
	return about(`accept request as ${rank} of`, where, asking, async (acting, user, person) => {
		const { group, open } = acting;
		const isMember = group.members.has(user) && "server_302";
		if (asksFirst && !isMember && !group.invitesStopped && !group.invites.has(user)) {
			await person.acting.groupJoinRequest(group.id);
			group.requests.add(user);
		}
		const call = open.acceptJoinRequest(person.id, 0, rank);
		const done = await expectOutcome(call, mayGive(acting, rank), isMember, !group.requests.has(user) && "server_309");
		if (!done) return;
		group.requests.delete(user);
		group.members.set(user, rank ?? WEAKEST);
	});
}

/** An invite of the same user stays. */
export function rejectRequest(where: About): GroupCommand {
	return about("reject request of", where, asking, async ({ group, open, rank }, user, { id }) => {
		if (!(await expectOutcome(open.rejectJoinRequest(id), rank > MANAGER && "client_201"))) return;
		group.requests.delete(user);
	});
}

export function reInvite(where: About): GroupCommand {
	return about("re-invite", where, members, async ({ group, open, rank }, user, { id }) => {
		const notMember = !group.members.has(user) && "server_320";
		if (notMember && group.invitesStopped) return;
		const stopped = group.invitesStopped && "server_317";
		await expectOutcome(open.reInviteUser(id), rank > MANAGER && "client_201", notMember, stopped);
	});
}

export function updateRank(where: About, newRank: number): GroupCommand {
	return about(`make ${newRank}`, where, members, async ({ group, open, rank }, user, { id }) => {
		const member = group.members.get(user);
		const statuses = [rank > ADMIN && "client_201", member === undefined && "server_300", member === 0 && "server_314"];
		if (await expectOutcome(open.updateRank(id, newRank), ...statuses)) group.members.set(user, newRank);
	});
}

export function kick(where: About): GroupCommand {
	return about("kick", where, members, async ({ group, open, rank }, user, { id }) => {
		const done = await expectOutcome(
			open.kickUser(id),
			...[rank > MANAGER && "client_201", ...notRemovable(group, user, rank)],
		);
		if (done) group.members.delete(user);
	});
}

function notRemovable({ members }: GroupModel, user: number, by: number): (string | false)[] {
	const rank = members.get(user);
	if (rank === undefined) return ["server_300"];
	return [rank === 0 && "server_315", rank < by && "server_316"];
}

export function leave(group: number, by: number): GroupCommand {
	return topStep("leave", { group, by }, async ({ group: { members }, open, rank, user }) => {
		const others = [...members].filter(([member]) => member !== user);
		const isNeeded = rank <= ADMIN && !others.some(([, other]) => other <= ADMIN);
		if (await expectOutcome(open.leave(), isNeeded && "server_308")) members.delete(user);
	});
}

export function stopInvites(group: number, by: number): GroupCommand {
	return topStep("stopInvites", { group, by }, async ({ group: of, open, rank }) => {
		if (await expectOutcome(open.stopInvites(), rank > ADMIN && "client_201")) of.invitesStopped = !of.invitesStopped;
	});
}

/** When each of them begins, ms. */
export interface Begin {
	readonly accept: number;
	readonly kick: number;
	readonly rotate: number;
}

/**
 * Somebody accepts an invite and is removed, while somebody else rotates, all at once: what comes out is what one after the
 * other would have made of it.
 */
export function acceptKickRotate(where: About, begin: Begin): GroupCommand {
	const name = `at once: accept after ${begin.accept}, kick after ${begin.kick}, rotate after ${begin.rotate} of`;
	return about(name, where, invited, async (acting, user, person, world) => {
		const { group, open, rank } = acting;
		if (rank > MANAGER || group.invitesStopped || group.members.has(user)) return;
		if (!group.invites.has(user)) await open.invite(person.id);
		group.requests.delete(user);
		const [rotating = user] = [...group.members.keys()].reverse();
		const elsewhere = await openGroup(world.person(rotating).acting, group);
		const [accepted, kicked, rotated] = await Promise.allSettled([
			sleep(begin.accept).then(() => person.acting.acceptGroupInvite(group.id)),
			sleep(begin.kick).then(() => open.kickUser(person.id)),
			sleep(begin.rotate).then(() => elsewhere.keyRotation(true)),
		]);
		if (accepted.status === "rejected") throw accepted.reason;
		if (rotated.status === "rejected") throw rotated.reason;
		group.leastKeys++;
		const given = group.invites.get(user) ?? WEAKEST;
		group.invites.delete(user);
		if (kicked.status === "fulfilled") return;
		// The other rotation came first: this one goes on with what that made.
		if (kicked.reason instanceof RotationPending) {
			return (await openGroup(world.person(acting.user).acting, group)).rotateDueKeys();
		}
		await refused(Promise.reject(kicked.reason), "server_300");
		group.members.set(user, given);
	});
}

/**
 * An own backend sends an invite that was prepared before somebody else rotated the keys.
 *
 * @param tells does the app hand over what was prepared, too?
 */
export function inviteByOwnBackend(where: About, rotatesAfterwards: boolean, tells: boolean): GroupCommand {
	const name = `invite by an own backend, rotated ${rotatesAfterwards ? "after" : "before"} it sends,`;
	return about(name, where, anybody, async (acting, user, { id }, world) => {
		const { group, open, rank } = acting;
		if (rank > MANAGER || group.invitesStopped || group.members.has(user) || group.invites.has(user)) return;
		const [rotating = acting.user] = [...group.members.keys()].reverse();
		const elsewhere = await openGroup(world.person(rotating).acting, group);
		const rotated = async (): Promise<void> => {
			await elsewhere.keyRotation(true);
			group.leastKeys++;
		};
		const body = await open.prepareKeysForNewMember(id);
		if (!rotatesAfterwards) await rotated();
		const { acting: inviter } = world.person(acting.user);
		const session = await world.sendPrepared(inviter, `/group/${group.id}/invite_auto/${id}`, body);
		if (rotatesAfterwards) await rotated();
		await open.handleInviteSessionKeysForNewMember(session, id, true, false, tells ? body : undefined);
		group.requests.delete(user);
		group.members.set(user, WEAKEST);
	});
}
