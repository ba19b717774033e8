/** What each rank of a group may do, in a word (protocol/group-protocol §9.1). */
export const RANKS = ["creator", "admin", "manages members", "member, rank 3", "member"] as const;

/** The weakest rank that makes, deletes and names things of the group. */
export const ADMIN = 1;
/** The weakest rank that accepts and removes members. */
export const MANAGER = 2;
