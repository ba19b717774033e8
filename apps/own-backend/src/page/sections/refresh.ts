import { byId, showFacts } from "../dom.js";
import { onClick, onSubmit, run } from "../forms.js";
import { readClaims } from "../jwt.js";
import type { Session, Strategy } from "../session.js";

const STRATEGIES: Readonly<Record<Strategy, string>> = {
	api: "The SDK refreshes the JWT at the API.",
	cookie: "Your backend refreshes the JWT, by a cookie.",
	cookie_fn: "A function of this page refreshes the JWT.",
};

export function setUpRefresh(session: Session): void {
	setUpSwitch(session);
	const facts = byId("jwt", HTMLElement);
	const showJwt = (): void => {
		facts.hidden = !session.loggedIn;
		if (!session.loggedIn) return;
		const calls = session.strategy === "cookie_fn" ? { "Calls of your function": String(session.functionCalls) } : {};
		showFacts(facts, { ...factsOf(session.user.user_data.jwt), ...calls });
	};

	onSubmit(byId("refresh", HTMLFormElement), async () => {
		const before = session.user.user_data.jwt;
		const jwt = await session.user.getJwt();
		showJwt();
		return jwt === before ? "The JWT is still valid, so it is the same." : "The JWT is a new one.";
	});
	onClick(byId("refresh-now", HTMLButtonElement), async () => {
		const { jwt, refresh_token } = session.user.user_data;
		const { exp } = readClaims(await session.sentc.refreshJwt(jwt, refresh_token));
		return `A new JWT came: it is valid until ${timeOf(exp)}.`;
	});
	session.onChange(showJwt);
	setInterval(showJwt, 1000);
}

function setUpSwitch(session: Session): void {
	const form = byId("strategy", HTMLFormElement);
	byId("no-cookies", HTMLElement).hidden = isSecureContext;
	const radios = [...form.querySelectorAll<HTMLInputElement>("input[name=strategy]")];
	for (const radio of radios) {
		radio.checked = radio.value === session.strategy;
		radio.disabled = !isSecureContext && radio.value !== "api";
		radio.addEventListener("change", () => {
			const strategy = radio.value as Strategy;
			void run(form, async () => {
				const wasLoggedIn = session.loggedIn !== undefined;
				await session.changeStrategy(strategy);
				return `${STRATEGIES[strategy]}${wasLoggedIn ? " You are logged out: log in again." : ""}`;
			});
		});
	}
}

function factsOf(jwt: string): Record<string, string> {
	const { aud, sub, exp, fresh } = readClaims(jwt);
	const left = Math.floor(exp - Date.now() / 1000);
	const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} min`;
	return {
		"User id": aud,
		"Device id": sub,
		"Issued by": fresh ? "a login" : "a refresh",
		Valid: left > 0 ? `for ${clock}, until ${timeOf(exp)}` : `no longer: it ended at ${timeOf(exp)}`,
	};
}

function timeOf(seconds: number): string {
	return new Date(seconds * 1000).toLocaleTimeString();
}
