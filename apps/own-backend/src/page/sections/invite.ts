import type { GroupJoinReqListItem } from "@sentc-ts/sdk";
import { copyButton } from "../copy.js";
import type { CurrentGroup } from "../current-group.js";
import { byId, create } from "../dom.js";
import { run } from "../forms.js";
import { invitationLink } from "../invitation.js";
import { everyItem } from "../lists.js";
import type { People } from "../people.js";
import { qrCode } from "../qr-code.js";
import { MANAGER } from "../ranks.js";
import { Region } from "../region.js";
import type { Session } from "../session.js";
import { trust } from "../trusted.js";

/** How often it is looked who asks to join, while the link is shown, ms. */
const POLL_MS = 3000;

/**
 * The link opens nothing by itself: it says which group and who invites. Who opens it asks to join, and gets the keys when a member has
 * compared the safety number and accepted.
 *
 * @param onMember called when there is a new member
 */
export function setUpInvite(session: Session, people: People, current: CurrentGroup, onMember: () => void): void {
	const form = byId("members", HTMLFormElement);
	const details = byId("invite", HTMLDetailsElement);
	const card = byId("invite-link", HTMLElement);
	const region = new Region("request-list");
	let shown = "";

	const showLink = (): void => {
		const link = invitationLink({ groupId: current.id, inviterId: session.user.user_data.user_id });
		const field = create("input");
		field.readOnly = true;
		field.value = link;
		const label = create("label", "Link ");
		label.append(field);
		const hint = create(
			"p",
			"Whoever opens it asks to join, and appears above. Nobody gets a key before you accept.",
			"hint",
		);
		card.replaceChildren(
			qrCode(link, "QR code of the link"),
			label,
			copyButton("Copy the link", () => link),
			hint,
		);
	};
	/** Shown again only when there is something else: a button that somebody is about to press stays. */
	const load = async (): Promise<void> => {
		// Whoever logs out while this waits has no group any more.
		if (!session.loggedIn || !current.isOpen || current.group.data.rank > MANAGER) return;
		const { group, id } = current;
		const list = (): Promise<GroupJoinReqListItem[]> =>
			everyItem<GroupJoinReqListItem>((last) => group.getJoinRequests(last));
		const requests = await list().catch(() => undefined);
		const state = JSON.stringify([id, requests]);
		if (state === shown) return;
		shown = state;
		await region.show(async () => {
			const persons = requests ?? (await list());
			await people.load(persons.map(({ user_id }) => user_id));
			return Promise.all(persons.map(show));
		});
	};
	const show = async (request: GroupJoinReqListItem): Promise<Node> => {
		const name = people.nameOf(request.user_id);
		const item = create("div", "", "request");
		const buttons = create("div", "", "row");
		buttons.append(
			answer(`Accept ${name}`, "", () => accept(request, name)),
			answer(`Decline ${name}`, "quiet", () => decline(request, name)),
		);
		const comparing = create("p", "Does their page show the same safety number?", "hint");
		const number = create("code", await people.safetyNumber(request.user_id), "number");
		item.append(create("p", `${name} asks to join.`), comparing, number, buttons);
		return item;
	};
	const answer = (label: string, className: string, what: () => Promise<string>): Node => {
		const button = create("button", label, className);
		button.type = "button";
		button.addEventListener("click", () => void run(form, () => what().finally(load)));
		return button;
	};
	const accept = async ({ user_id, user_type }: GroupJoinReqListItem, name: string): Promise<string> => {
		const uploads = await current.group.acceptJoinRequest(user_id, user_type);
		if (uploads?.some(({ status }) => status === "rejected")) await current.group.reInviteUser(user_id);
		trust(session.user.user_data.user_id, user_id);
		onMember();
		return `${name} is a member, with every key of the group.`;
	};
	const decline = async ({ user_id }: GroupJoinReqListItem, name: string): Promise<string> => {
		await current.group.rejectJoinRequest(user_id);
		return `${name} was declined.`;
	};

	details.addEventListener("toggle", () => {
		if (details.open && current.isOpen) showLink();
	});
	setInterval(() => {
		if (details.open && current.isOpen && document.visibilityState === "visible") void load();
	}, POLL_MS);
	current.onChange((group) => {
		shown = "";
		region.clear();
		details.hidden = !group || group.data.rank > MANAGER;
		if (!group) details.open = false;
		void load();
	});
}
