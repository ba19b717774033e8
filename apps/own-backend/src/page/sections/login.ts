import type { UserMfaLogin } from "@sentc-ts/sdk";
import { byId, control } from "../dom.js";
import { onClick, onSubmit, say } from "../forms.js";
import { secondFactor } from "../second-factor.js";
import type { Session } from "../session.js";

export function setUpLogin(session: Session): void {
	const form = byId("login", HTMLFormElement);
	const logout = byId("logout", HTMLButtonElement);
	const secondStep = byId("login-code", HTMLFormElement);
	const code = control(secondStep, "code", HTMLInputElement);
	let started: UserMfaLogin | undefined;
	const goOn = (login: UserMfaLogin | undefined): void => {
		started = login;
		secondStep.hidden = login === undefined;
		secondStep.reset();
	};

	onSubmit(form, async ({ identifier = "", password = "" }) => {
		if (session.loggedIn) await session.logOut();
		goOn(await session.login(identifier, password));
		form.reset();
		if (!started) return `You are logged in as ${identifier}.`;
		code.focus();
		return "The password is right. Now the second factor.";
	});
	onSubmit(secondStep, async ({ code: text = "" }) => {
		if (started) await session.finishLogin(started, ...secondFactor(text));
		goOn(undefined);
		say(form, `You are logged in as ${session.name}.`);
		return "";
	});
	onClick(logout, async () => {
		await session.logOut();
		return "You are logged out, and this browser has forgotten your keys.";
	});
	session.onChange(() => {
		logout.hidden = !session.loggedIn;
	});
}
