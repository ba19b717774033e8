import type { GroupList } from "@sentc-ts/sdk";
import { byId, create } from "../dom.js";
import { onSubmit } from "../forms.js";
import type { Invitation } from "../invitation.js";
import { everyItem } from "../lists.js";
import type { People } from "../people.js";
import { Region } from "../region.js";
import type { Route, Router } from "../router.js";
import type { Session } from "../session.js";
import { trust } from "../trusted.js";

/** How often it is looked whether the request was accepted, ms. */
const POLL_MS = 3000;

/** Whoever opened a link asks to join: the key of the group comes from a member who said yes to this very person. */
export function setUpJoin(session: Session, people: People, router: Router): void {
	const form = byId("join", HTMLFormElement);
	const region = new Region("inviter");
	let waiting: ReturnType<typeof setTimeout> | undefined;

	const show = ({ inviterId }: Invitation): Promise<void> =>
		region.show(async () => {
			await people.load([inviterId]);
			const number = await people.safetyNumber(inviterId);
			const name = people.nameOf(inviterId);
			const comparing = create(
				"p",
				"Ask them for the safety number that their page shows for you. It must be this one:",
			);
			return [create("p", `${name} gave you this link.`), comparing, create("code", number, "number")];
		});
	const isMember = async (groupId: string): Promise<boolean> => {
		const groups = await everyItem<GroupList>((last) => session.user.getGroups(last));
		return groups.some(({ group_id }) => group_id === groupId);
	};
	/** Also after a reload, and for who is a member already. */
	const goOn = async (invitation: Invitation): Promise<void> => {
		if (await isMember(invitation.groupId)) router.go("group", invitation.groupId);
		else if (shownInvitation(router.wanted)?.groupId === invitation.groupId) wait(invitation);
	};
	const wait = (invitation: Invitation): void => {
		clearTimeout(waiting);
		waiting = setTimeout(() => void goOn(invitation).catch(() => wait(invitation)), POLL_MS);
	};

	onSubmit(form, async () => {
		const invitation = shownInvitation(router.wanted);
		if (!invitation) return "";
		trust(session.user.user_data.user_id, invitation.inviterId);
		await session.user.groupJoinRequest(invitation.groupId);
		return "You asked. This page goes on by itself when a member has accepted you.";
	});
	router.onShow((route) => {
		clearTimeout(waiting);
		region.clear();
		const invitation = shownInvitation(router.wanted);
		byId("invited", HTMLElement).hidden = invitation === undefined || session.loggedIn !== undefined;
		if (route.view !== "join" || !invitation) return;
		void show(invitation);
		void goOn(invitation).catch(() => wait(invitation));
	});
}

function shownInvitation({ args: [groupId, inviterId], view }: Route): Invitation | undefined {
	return view === "join" && groupId && inviterId ? { groupId, inviterId } : undefined;
}
