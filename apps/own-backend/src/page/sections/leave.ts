import { ask } from "../ask.js";
import type { CurrentGroup } from "../current-group.js";
import { byId } from "../dom.js";
import { onClick, say } from "../forms.js";
import { ADMIN } from "../ranks.js";
import type { Router } from "../router.js";
import type { Session } from "../session.js";

export function setUpLeave(session: Session, current: CurrentGroup, router: Router): void {
	const deletion = byId("delete-group", HTMLButtonElement);
	const leaving = byId("leave-group", HTMLButtonElement);
	const groups = byId("group", HTMLFormElement);
	onClick(leaving, async () => {
		if (!(await ask("Leave this group? Somebody has to accept you before you read anything in it again.", "Leave")))
			return "";
		await current.group.leave();
		router.go("groups");
		say(groups, "You left the group.");
		return "";
	});
	onClick(deletion, async () => {
		if (!(await ask("Delete this group with its notes and its child groups, for everybody?", "Delete"))) return "";
		const groupId = current.id;
		await session.backend.deleteGroup(await session.user.getJwt(), groupId);
		router.go("groups");
		say(groups, `The group ${groupId} is deleted.`);
		return "";
	});
	current.onChange((group) => {
		// Whoever is here by the group above leaves that one.
		leaving.hidden = group?.data.from_parent ?? true;
		deletion.hidden = !group || group.data.rank > ADMIN;
	});
}
