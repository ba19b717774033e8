import { pick } from "../model.js";

/** What must be true of groups, without any cryptography. Users are numbers; they are members of top groups only. */
export interface Groups {
	readonly all: GroupModel[];
	/** Groups that were deleted. */
	readonly gone: string[];
}

export interface GroupModel {
	readonly id: string;
	readonly kind: "top" | "child" | "connected";
	/** The parent of a child; the one group that is a member of a connected group. */
	readonly above: GroupModel | undefined;
	/** Ranks of the users. */
	readonly members: Map<number, number>;
	/** With the rank that waits for them. */
	readonly invites: Map<number, number>;
	readonly requests: Set<number>;
	invitesStopped: boolean;
	/** Keys that somebody asked for; removals make more. */
	leastKeys: number;
	/** Ids of keys that were on a user's device. */
	readonly seen: Map<number, Set<string>>;
	readonly messages: { readonly text: string; readonly ciphertext: string }[];
}

export function newGroup(id: string, kind: GroupModel["kind"], above?: GroupModel): GroupModel {
	return {
		...{ id, kind, above, invitesStopped: false, leastKeys: 1, messages: [] },
		...{ members: new Map(), invites: new Map(), requests: new Set(), seen: new Map() },
	};
}

/** `undefined` = no access. */
export function rankOf(user: number, { above, kind, members }: GroupModel): number | undefined {
	return kind === "top" || !above ? members.get(user) : rankOf(user, above);
}

export function isAtOrBelow(group: GroupModel | undefined, top: GroupModel): boolean {
	return group !== undefined && (group === top || isAtOrBelow(group.above, top));
}

/** A group with a user who reaches it. */
export interface Reached {
	readonly user: number;
	readonly group: GroupModel;
	readonly rank: number;
}

/** Picks by numbers of whatever size. */
export function pickReached({ all }: Groups, index: number, by: number, topOnly = false): Reached | undefined {
	const group = pick(topOnly ? all.filter(({ kind }) => kind === "top") : all, index);
	if (!group) return undefined;
	const reached = [...topOf(group).members.keys()].map((user) => ({ user, group, rank: rankOf(user, group) ?? 4 }));
	return pick(reached, by);
}

function topOf(group: GroupModel): GroupModel {
	return group.above ? topOf(group.above) : group;
}
