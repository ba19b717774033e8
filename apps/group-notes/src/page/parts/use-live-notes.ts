import { useEffect, useRef } from "react";
import { isUnreached } from "../client/connection.js";
import { listen } from "../client/live.js";
import type { Note, Notebook, Wanted } from "../client/notebook.js";
import { useSession } from "./context.js";
import { type Loaded, useLoad } from "./use-load.js";

export interface LiveNotes {
	notes: Note[];
	/** The one that is open, when it is none of the others any more. */
	apart: Note | undefined;
}

/** The wanted notes, which change as others write. @param openId of the note that is open */
export function useLiveNotes(notebook: Notebook, { order, start }: Wanted, openId?: string): Loaded<LiveNotes> {
	const session = useSession();
	const membersChanged = useRef(false);
	const loaded = useLoad(`${notebook.id} ${order} ${start}`, async () => {
		if (membersChanged.current) {
			await notebook.takeNewKeys().catch((error: unknown) => {
				if (!isUnreached(error)) throw error;
			});
			membersChanged.current = false;
		}
		const notes = await notebook.notes({ order, start });
		const isMissing = openId !== undefined && !notes.some(({ note_id }) => note_id === openId);
		return { notes, apart: isMissing ? await notebook.note(openId) : undefined };
	});
	const { again } = loaded;
	useEffect(
		() =>
			listen(session, notebook.id, (change) => {
				membersChanged.current ||= change === "members";
				again();
			}),
		[session, notebook.id, again],
	);
	return loaded;
}
