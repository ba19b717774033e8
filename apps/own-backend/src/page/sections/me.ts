import { byId, showFacts } from "../dom.js";
import { onSubmit } from "../forms.js";
import type { Session } from "../session.js";

export function setUpMe(session: Session): void {
	const profile = byId("profile", HTMLElement);
	onSubmit(byId("me", HTMLFormElement), async () => {
		profile.hidden = true;
		const { user_id, email, full_name } = await session.backend.me(await session.user.getJwt());
		showFacts(profile, { "Full name": full_name, "E-mail": email, "User id": user_id });
		return "The backend checked the JWT and answered from its own table.";
	});
	session.onChange(() => {
		profile.hidden = true;
	});
}
