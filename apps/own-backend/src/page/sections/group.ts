import { KeyChanged, SignerUnknown } from "@sentc-ts/sdk";
import type { CurrentGroup } from "../current-group.js";
import { byId, create } from "../dom.js";
import { say } from "../forms.js";
import { nameOfGroup } from "../group-name.js";
import type { People } from "../people.js";
import { RANKS } from "../ranks.js";
import { Region } from "../region.js";
import type { Router } from "../router.js";
import type { Session } from "../session.js";
import { trust } from "../trusted.js";
import { inWords } from "../words.js";

/** Opens the group that the address names, and says what it is, or why it can't be opened. */
export function setUpGroup(session: Session, people: People, current: CurrentGroup, router: Router): void {
	const region = new Region("group-state");
	const title = byId("group-title", HTMLElement);

	const open = (groupId: string): Promise<void> => {
		region.clear();
		title.textContent = "Group";
		// What was said in another group is not about this one.
		for (const form of document.querySelectorAll<HTMLFormElement>("[data-open-group] form")) say(form, "");
		return region.show(async () => {
			try {
				await current.open(groupId);
				title.textContent = await nameOfGroup(session, groupId);
				return current.isOpen ? rotationNotice() : [];
			} catch (error) {
				if (error instanceof SignerUnknown) return stranger(groupId, error);
				if (error instanceof KeyChanged) return changed(groupId, error);
				throw error;
			}
		});
	};
	/** A key may be taken when a person says who made it: the API alone can't be asked that. */
	const doubt = async (userId: string, error: Error, groupId: string, accept: () => Promise<void>): Promise<Node[]> => {
		await people.load([userId]);
		const name = people.nameOf(userId);
		const button = create("button", `I compared it with ${name}: go on`);
		button.type = "button";
		button.addEventListener("click", () => void accept().then(() => open(groupId)));
		const asking = create("p", `It is by ${name}. Compare the safety number:`);
		return [
			create("p", inWords(error), "message error"),
			asking,
			create("code", await people.safetyNumber(userId), "number"),
			button,
		];
	};
	const stranger = (groupId: string, error: SignerUnknown): Promise<Node[]> =>
		doubt(error.userId, error, groupId, async () => trust(session.user.user_data.user_id, error.userId));
	const changed = (groupId: string, error: KeyChanged): Promise<Node[]> =>
		doubt(error.userId, error, groupId, () => session.user.acceptKeyChange(error.userId, error.newPublicKeyId));
	/** Somebody was removed or left, and the key is still the one that they know. */
	const rotationNotice = (): Node[] => {
		const { group } = current;
		if (!group.data.rotation_due) return [];
		const button = create("button", "Make a new key");
		button.type = "button";
		button.addEventListener("click", () => {
			void region.show(async () => {
				await group.rotateDueKeys();
				await current.lookAgain();
				return [create("p", "The group has a new key.", "message")];
			});
		});
		return [create("p", "Somebody left who knows the key of this group.", "message"), button];
	};

	current.onChange((group) => {
		for (const part of document.querySelectorAll<HTMLElement>("[data-open-group]")) part.hidden = !group;
		const rank = group && RANKS[group.data.rank];
		byId("group-rank", HTMLElement).textContent = rank ? `You: ${rank}` : "";
	});
	router.onShow(({ args: [groupId], view }) => {
		if (view === "group" && groupId) void open(groupId);
		else {
			current.close();
			region.clear();
		}
	});
}
