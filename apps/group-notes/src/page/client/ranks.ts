/** What each rank of a group is called here (protocol/group-protocol §9.1). */
export const RANKS = ["Owner", "Admin", "Can manage members", "Member, rank 3", "Member"] as const;

/** The weakest rank that names and deletes a notebook, and changes ranks. */
export const ADMIN = 1;
/** The weakest rank that accepts and removes members. */
export const MANAGER = 2;

/** The ranks that one may give: not a stronger one than one's own, and nobody becomes the owner. */
export function givableRanks(own: number): number[] {
	return RANKS.map((_, rank) => rank).filter((rank) => rank >= Math.max(own, ADMIN) && rank !== 3);
}
