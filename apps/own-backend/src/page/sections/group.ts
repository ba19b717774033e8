import { byId, control } from "../dom.js";
import { onClick, onSubmit, say } from "../forms.js";
import type { Session } from "../session.js";
import { inWords } from "../words.js";

/** @returns the id of the chosen group, empty when there is none */
export function setUpGroup(session: Session, onChoice: () => void): () => string {
	const form = byId("group", HTMLFormElement);
	const select = control(form, "group", HTMLSelectElement);
	const deletion = byId("delete-group", HTMLButtonElement);

	const show = (ids: readonly string[], chosen = ids[0] ?? ""): void => {
		const options = ids.map((id) => new Option(id, id, false, id === chosen));
		select.replaceChildren(...(options.length > 0 ? options : [new Option("No group yet", "")]));
		deletion.disabled = ids.length === 0;
		onChoice();
	};
	const load = async (chosen?: string): Promise<void> => {
		select.ariaBusy = "true";
		try {
			const groups = await session.user.getGroups();
			show(
				groups.map((group) => group.group_id),
				chosen,
			);
		} finally {
			select.ariaBusy = "false";
		}
	};

	onSubmit(form, async () => {
		const input = await session.user.prepareGroupCreateAsync(true);
		const answer = await session.backend.createGroup(await session.user.getJwt(), input);
		const group_id = session.user.doneGroupCreate(answer, input);
		await load(group_id);
		return `The group ${group_id} is created.`;
	});
	onClick(deletion, async () => {
		const group_id = select.value;
		await session.backend.deleteGroup(await session.user.getJwt(), group_id);
		await load();
		return `The group ${group_id} is deleted.`;
	});
	session.onChange(() => {
		show([]);
		if (session.loggedIn) load().catch((error: unknown) => say(form, inWords(error), "error"));
	});
	return () => select.value;
}
