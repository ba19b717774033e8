import { byId, showFacts } from "../dom.js";
import { onSubmit } from "../forms.js";
import type { Session } from "../session.js";

export function setUpKeys(session: Session): void {
	const facts = byId("key-facts", HTMLElement);
	const show = (): void => {
		facts.hidden = !session.loggedIn;
		if (!session.loggedIn) return;
		const { newest_key_id, user_keys } = session.user.user_data;
		showFacts(facts, { "Newest key": newest_key_id, "Keys on this device": String(user_keys.length) });
	};
	onSubmit(byId("keys", HTMLFormElement), async ({ action }) => {
		const { user } = session;
		const before = user.user_data.newest_key_id;
		if (action === "finish") await user.finishKeyRotation();
		else await user.keyRotation();
		show();
		if (user.user_data.newest_key_id === before)
			return "There is no rotation to finish: this device has your newest key.";
		return "What is encrypted for you from now on needs the new key. What was before still opens.";
	});
	session.onChange(show);
}
