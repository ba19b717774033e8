import type { Session } from "./session.js";

/** Enough of an id for a person to tell two apart. */
export function shortId(id: string): string {
	return id.slice(0, 8);
}

/** The name is a text of the group like its notes: this page alone decrypts it. */
export async function nameOfGroup({ backend, user }: Session, groupId: string): Promise<string> {
	const encrypted = await backend.groupName(await user.getJwt(), groupId);
	if (encrypted === null) return `Group ${shortId(groupId)}`;
	return (await user.getGroup(groupId, undefined, 2)).decryptString(encrypted);
}
