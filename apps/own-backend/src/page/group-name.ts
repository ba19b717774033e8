import { create } from "./dom.js";
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

/** Finishes what the own backend answered for a new group, and gives it a name, if it has one. @returns its id */
export async function takeNewGroup(
	{ backend, user }: Session,
	{ answer, input, name }: { answer: string; input: string; name: string },
): Promise<string> {
	const groupId = user.doneGroupCreate(answer, input);
	if (name.trim() !== "") {
		const group = await user.getGroup(groupId, undefined, 2);
		await backend.nameGroup(await user.getJwt(), groupId, await group.encryptString(name.trim(), true));
	}
	return groupId;
}

/** The link is there at once; its name comes a little later. */
export function groupLink(session: Session, groupId: string): HTMLElement {
	const link = create("a", `Group ${shortId(groupId)}`);
	link.href = `#/group/${groupId}`;
	void nameOfGroup(session, groupId).then(
		(name) => {
			link.textContent = name;
		},
		() => undefined, // The group says why when it is opened.
	);
	return link;
}
