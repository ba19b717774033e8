import type { UserMfaLogin } from "@sentc-ts/sdk";
import { byId, control } from "../dom.js";
import { onClick, onSubmit, say } from "../forms.js";
import type { Router } from "../router.js";
import { secondFactor } from "../second-factor.js";
import type { Session } from "../session.js";
import { forgetUnconfirmed, readUnconfirmed } from "../unconfirmed.js";

export function setUpLogin(session: Session, router: Router): void {
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
		const login = await session.login(identifier, password);
		const wasTakenBack = login !== undefined && (await takeBack(session, login, password));
		goOn(wasTakenBack ? undefined : login);
		form.reset();
		if (wasTakenBack) return `You are logged in as ${identifier}. The second factor was never confirmed: it is off.`;
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
		router.go("start");
		return "You are logged out, and this browser has forgotten your keys.";
	});
	session.onEnd(() => say(form, "Your session has ended. Log in again.", "error"));
	session.onChange(() => {
		logout.hidden = !session.loggedIn;
		// Whoever was asked to log in first gets what the address asks for.
		if (session.loggedIn && router.wanted.view === "start") router.go("groups");
		else router.show();
	});
}

/** No app has a second factor that was never confirmed: with its recovery keys the page gets past it, and ends it. */
async function takeBack(session: Session, started: UserMfaLogin, password: string): Promise<boolean> {
	const [forLogin, forEnd] = readUnconfirmed(started.deviceIdentifier)?.recoveryKeys ?? [];
	if (forLogin === undefined || forEnd === undefined) return false;
	await session.finishLogin(started, forLogin, true);
	await session.user.disableOtp(password, forEnd, true);
	forgetUnconfirmed();
	return true;
}
