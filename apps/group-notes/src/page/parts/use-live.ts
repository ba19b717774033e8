import { useEffect, useRef } from "react";
import { type Change, listen } from "../client/live.js";
import type { Notebook } from "../client/notebook.js";
import { useSession } from "./context.js";

/** Hears of the changes of a notebook as long as the component is there. */
export function useLive(notebook: Notebook, onChange: (change: Change) => unknown): void {
	const session = useSession();
	const latest = useRef(onChange);
	latest.current = onChange;
	useEffect(
		() =>
			listen(session, notebook.id, (change) => {
				if (change === "members") notebook.membersChanged();
				latest.current(change);
			}),
		[session, notebook],
	);
}
