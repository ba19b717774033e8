import { type GroupList, KeyChanged, SignerUnknown } from "@sentc-ts/sdk";
import { isUnreached } from "./connection.js";
import { packName, unpackName } from "./content.js";
import { everyItem } from "./lists.js";
import type { Session } from "./session.js";

/** Signatures below keys are checked, and who signed has to be trusted. */
export const STRICT = 2;

/** A notebook in the list. */
export type ListedNotebook = Pick<GroupList, "group_id" | "rank">;

/** The notebooks of the user, the newest first. */
export async function listNotebooks({ connection, user }: Session): Promise<ListedNotebook[]> {
	const text = await connection.keeping("/groups", async () => {
		const groups = await everyItem<GroupList>((last) => user.getGroups(last));
		return JSON.stringify(groups.map(({ group_id, rank }) => ({ group_id, rank })));
	});
	return (JSON.parse(text) as ListedNotebook[]).toReversed();
}

/** @returns its id */
export async function createNotebook(session: Session, name: string): Promise<string> {
	const { backend, user } = session;
	const input = await user.prepareGroupCreateAsync(true);
	const groupId = user.doneGroupCreate(await backend.createNotebook(input), input);
	await renameNotebook(session, groupId, name);
	return groupId;
}

export async function renameNotebook({ backend, user }: Session, groupId: string, name: string): Promise<void> {
	const group = await user.getGroup(groupId, undefined, STRICT);
	await backend.nameNotebook(groupId, await group.encryptString(packName(name), true));
}

/** @throws SignerUnknown, KeyChanged when the person has to compare a safety number first */
export async function notebookName({ backend, user }: Session, groupId: string): Promise<string> {
	const stored = await backend.notebookName(groupId);
	const group = await user.getGroup(groupId, undefined, STRICT);
	if (stored === null) return `Notebook ${groupId.slice(0, 8)}`;
	try {
		return unpackName(await group.decryptString(stored.name, true, stored.editor_id));
	} catch (error) {
		if (error instanceof SignerUnknown || error instanceof KeyChanged || isUnreached(error)) throw error;
		return "Notebook with a wrong name"; // Its notes are checked each by itself, and an admin can name it anew.
	}
}
