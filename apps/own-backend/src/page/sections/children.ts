import type { GroupChildrenListItem } from "@sentc-ts/sdk";
import type { CurrentGroup } from "../current-group.js";
import { byId, create } from "../dom.js";
import { onSubmit } from "../forms.js";
import { groupLink, takeNewGroup } from "../group-name.js";
import { everyItem } from "../lists.js";
import { ADMIN } from "../ranks.js";
import { Region } from "../region.js";
import type { Router } from "../router.js";
import type { Session } from "../session.js";

/** Groups below the one that is shown. Whoever is a member here is one there, with the same rank and without an invitation. */
export function setUpChildren(session: Session, current: CurrentGroup, router: Router): void {
	const form = byId("child", HTMLFormElement);
	const region = new Region("child-list");
	const above = byId("parent-group", HTMLElement);

	const load = (): Promise<void> =>
		region.show(async () => {
			const { group } = current;
			const children = await everyItem<GroupChildrenListItem>((last) => group.getChildren(last));
			const list = create("ul", "", "list");
			for (const { group_id } of children) {
				const item = create("li");
				item.append(groupLink(session, group_id));
				list.append(item);
			}
			return children.length > 0 ? [list] : [create("p", "No child group yet", "hint")];
		});

	onSubmit(form, async ({ name = "" }) => {
		await current.lookAgain();
		const { group, id } = current;
		const [input] = await group.prepareCreateChildGroupAsync(true);
		const answer = await session.backend.createChildGroup(await session.user.getJwt(), id, input);
		const childId = await takeNewGroup(session, { answer, input, name });
		form.reset();
		router.go("group", childId);
		return "";
	});
	current.onChange((group) => {
		const parentId = group?.data.parent_group_id;
		above.hidden = parentId === undefined;
		above.replaceChildren();
		if (parentId !== undefined) {
			above.append(
				"A child of ",
				groupLink(session, parentId),
				". Members of that group are members of this one, too.",
			);
		}
		form.hidden = !group || group.data.rank > ADMIN;
		if (group) void load();
		else region.clear();
	});
}
