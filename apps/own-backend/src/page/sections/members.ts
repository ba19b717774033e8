import { type GroupUserListItem, RotationPending } from "@sentc-ts/sdk";
import { ask } from "../ask.js";
import type { CurrentGroup } from "../current-group.js";
import { byId, create } from "../dom.js";
import { onClick, run } from "../forms.js";
import { everyItem } from "../lists.js";
import type { People } from "../people.js";
import { ADMIN, MANAGER, RANKS } from "../ranks.js";
import { Region } from "../region.js";

/** A member that is a person. */
const USER = 0;

export function setUpMembers(people: People, current: CurrentGroup): () => void {
	const form = byId("members", HTMLFormElement);
	const region = new Region("member-list");

	const load = (): void => {
		void region.show(async () => {
			const { group } = current;
			const members = await everyItem<GroupUserListItem>((last) => group.getMember(last));
			const persons = members.filter(({ user_type }) => user_type === USER);
			await people.load(persons.map(({ user_id }) => user_id));
			const list = create("ul", "", "list");
			const you = create("li", "You", "person");
			you.append(create("span", RANKS[group.data.rank] ?? "", "hint"));
			list.append(you, ...persons.map(show));
			return [list];
		});
	};
	const show = (member: GroupUserListItem): Node => {
		const own = current.group.data.rank;
		const item = create("li", "", "person");
		item.append(create("span", people.nameOf(member.user_id)));
		const isNotAbove = member.rank >= own && member.rank > 0;
		item.append(own <= ADMIN && isNotAbove ? rankSelect(member) : create("span", RANKS[member.rank] ?? "", "hint"));
		if (own <= MANAGER && isNotAbove) item.append(removal(member));
		return item;
	};
	const rankSelect = ({ rank, user_id }: GroupUserListItem): Node => {
		const select = create("select");
		select.ariaLabel = `Rank of ${people.nameOf(user_id)}`;
		for (const [value, name] of RANKS.entries()) {
			if (value >= Math.max(current.group.data.rank, ADMIN)) select.append(new Option(name, String(value)));
		}
		select.value = String(rank);
		select.addEventListener("change", () => {
			void run(form, async () => {
				await current.group.updateRank(user_id, Number(select.value)).finally(load);
				return `${people.nameOf(user_id)} is now: ${RANKS[Number(select.value)]}.`;
			});
		});
		return select;
	};
	const removal = ({ user_id }: GroupUserListItem): Node => {
		const name = people.nameOf(user_id);
		const button = create("button", "Remove", "danger");
		button.type = "button";
		button.ariaLabel = `Remove ${name}`;
		button.addEventListener("click", () => void run(form, () => remove(user_id, name)));
		return button;
	};
	const remove = async (userId: string, name: string): Promise<string> => {
		const sure = await ask(
			`Remove ${name}? The group gets a new key, and ${name} reads nothing of what comes.`,
			"Remove",
		);
		if (!sure) return "";
		try {
			await current.group.kickUser(userId);
			return `${name} is removed, and the group has a new key.`;
		} catch (error) {
			if (!(error instanceof RotationPending)) throw error;
			return `${name} is removed. The group has no new key yet: open it again, and make one.`;
		} finally {
			load();
		}
	};

	onClick(byId("look-again", HTMLButtonElement), async () => {
		await current.lookAgain();
		return "";
	});
	current.onChange((group) => {
		if (group) load();
		else region.clear();
	});
	return load;
}
