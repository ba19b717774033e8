import type { GroupInviteListItem, GroupList } from "@sentc-ts/sdk";
import { byId, create } from "../dom.js";
import { onSubmit, run } from "../forms.js";
import { groupLink, shortId, takeNewGroup } from "../group-name.js";
import { readInvitation } from "../invitation.js";
import { everyItem } from "../lists.js";
import { BackendError } from "../own-backend.js";
import { Region } from "../region.js";
import type { Router } from "../router.js";
import type { Session } from "../session.js";

export function setUpGroups(session: Session, router: Router): void {
	const form = byId("group", HTMLFormElement);
	const region = new Region("group-list");

	const answer = (groupId: string, label: string, what: () => Promise<void>, className = "quiet"): HTMLElement => {
		const button = create("button", label, className);
		button.type = "button";
		button.ariaLabel = `${label}: group ${shortId(groupId)}`;
		button.addEventListener("click", () => {
			void run(form, async () => {
				await what();
				load();
				return "";
			});
		});
		return button;
	};
	const invited = ({ group_id }: GroupInviteListItem): Node =>
		item(
			`Group ${shortId(group_id)} invited you.`,
			answer(group_id, "Accept", () => session.user.acceptGroupInvite(group_id), ""),
			answer(group_id, "Decline", () => session.user.rejectGroupInvite(group_id)),
		);
	const asked = ({ group_id }: GroupInviteListItem): Node =>
		item(
			`You asked to join group ${shortId(group_id)}.`,
			answer(group_id, "Take it back", () => session.user.deleteJoinReq(group_id)),
		);
	const load = (): void => {
		region.clear();
		if (!session.loggedIn) return;
		void region.show(async () => {
			const { user } = session;
			const [groups, invites, sent] = await Promise.all([
				everyItem<GroupList>((last) => user.getGroups(last)),
				everyItem<GroupInviteListItem>((last) => user.getGroupInvites(last)),
				everyItem<GroupInviteListItem>((last) => user.sentJoinReq(last)),
			]);
			const list = create("ul", "", "list");
			list.append(
				...groups.map(({ group_id }) => item("", groupLink(session, group_id))),
				...invites.map(invited),
				...sent.map(asked),
			);
			return list.childElementCount > 0 ? [list] : [create("p", "No group yet", "hint")];
		});
	};

	onSubmit(form, async ({ name = "" }) => {
		const { user } = session;
		const input = await user.prepareGroupCreateAsync(true);
		const answer = await session.backend.createGroup(await user.getJwt(), input);
		const groupId = await takeNewGroup(session, { answer, input, name });
		form.reset();
		router.go("group", groupId);
		return `The group ${groupId} is created.`;
	});
	const invitation = byId("invitation", HTMLFormElement);
	onSubmit(invitation, async ({ link = "" }) => {
		const read = readInvitation(link);
		if (!read) throw new BackendError("This is not a link of this page to a group.");
		invitation.reset();
		router.go("join", read.groupId, read.inviterId);
		return "";
	});
	router.onShow(({ view }) => {
		if (view === "groups") load();
	});
	session.onChange(load);
}

function item(text: string, ...nodes: Node[]): HTMLLIElement {
	const element = create("li");
	if (text !== "") element.append(create("span", text));
	element.append(...nodes);
	return element;
}
