import type { GroupJoinReqListItem } from "@sentc-ts/sdk";
import type { Notebook } from "../client/notebook.js";
import { MANAGER } from "../client/ranks.js";
import { type Loaded, useLoad } from "./use-load.js";

/** Who asks to join: nobody, for members who can't let anybody in. */
export function useRequests(notebook: Notebook): Loaded<GroupJoinReqListItem[]> {
	const isManager = notebook.rank <= MANAGER;
	return useLoad(`${notebook.id} ${isManager}`, async () => (isManager ? notebook.requests() : []));
}
