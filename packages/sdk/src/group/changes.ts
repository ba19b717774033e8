import { InvalidInput } from "@sentc-ts/core-crypto";
import { NoPermission } from "../errors.js";
import type { Session } from "../session/session.js";
import type { GroupData } from "../types.js";

/** The weakest rank there is: that of a member who was invited without one. */
const WEAKEST_RANK = 4;

/** A user or a group, as a member of a group. */
export interface Member {
	readonly id: string;
	readonly type: "user" | "group";
}

/** Something that changes who reads a group or manages it, or by which keys. */
export type GroupChange =
	/** `again` = a member gets all keys anew and keeps the rank. */
	| {
			readonly kind: "join";
			readonly how: "invite" | "auto" | "request" | "again";
			readonly member: Member;
			readonly rank: number | null;
	  }
	| { readonly kind: "remove"; readonly member: string }
	| { readonly kind: "rank"; readonly member: string; readonly rank: number }
	| { readonly kind: "child" | "connected" | "delete" | "invites" | "leave" | "rotate" };

/** The weakest rank that may do it (protocol/group-protocol §9.1). Who may rotate is an option of the app, which only the API knows. */
const RANKS: Readonly<Record<GroupChange["kind"], number>> = {
	join: 2,
	remove: 2,
	rank: 1,
	child: 1,
	connected: 1,
	delete: 1,
	invites: 1,
	leave: WEAKEST_RANK,
	rotate: WEAKEST_RANK,
};

/** The group that is changed. */
interface ChangedGroup {
	readonly session: Session;
	readonly data: GroupData;
}

/**
 * All changes of groups that this device makes go through here: the one place to check them, and to sign what they lead to.
 *
 * @throws NoPermission when the own rank does not allow it: nothing was sent
 */
export async function changeGroup<T>(group: ChangedGroup, change: GroupChange, send: () => Promise<T>): Promise<T> {
	requireAllowed(group, change);
	return send();
}

/** For what an own backend sends. @throws NoPermission */
export function requireAllowed({ data }: ChangedGroup, change: GroupChange): void {
	requireRank(data, RANKS[change.kind]);
	// Nobody makes others stronger than oneself, and there is one creator only.
	const strongest = Math.max(1, data.rank);
	if (change.kind === "join" && change.rank !== null && change.rank < strongest) throw new NoPermission();
}

/** @throws NoPermission when the own rank is weaker */
export function requireRank({ rank }: GroupData, weakest: number): void {
	if (rank > weakest) throw new NoPermission();
}

/** @throws InvalidInput unless it is a rank, or left open */
export function checkRank(rank: unknown): asserts rank is number | null | undefined {
	if (rank === undefined || rank === null) return;
	if (Number.isInteger(rank) && Number(rank) >= 0 && Number(rank) <= WEAKEST_RANK) return;
	throw new InvalidInput("rank", "must be a whole number from 0 to 4");
}
