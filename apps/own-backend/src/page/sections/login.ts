import { byId } from "../dom.js";
import { onClick, onSubmit } from "../forms.js";
import type { Session } from "../session.js";

export function setUpLogin(session: Session): void {
	const form = byId("login", HTMLFormElement);
	const logout = byId("logout", HTMLButtonElement);
	onSubmit(form, async ({ identifier = "", password = "" }) => {
		if (session.loggedIn) await session.logOut();
		await session.login(identifier, password);
		form.reset();
		return `You are logged in as ${identifier}.`;
	});
	onClick(logout, async () => {
		await session.logOut();
		return "You are logged out, and this browser has forgotten your keys.";
	});
	session.onChange(() => {
		logout.hidden = !session.loggedIn;
	});
}
