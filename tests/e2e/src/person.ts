import { type Tab, until } from "@sentc-ts/browsers";

export const PASSWORD = "correct horse battery staple";

/** Fills and sends a form, and waits for its sentence. */
export async function submit(tab: Tab, form: string, fields: Record<string, string>, button: string): Promise<string> {
	for (const [name, value] of Object.entries(fields)) await tab.fill(`#${form} [name="${name}"]`, value);
	await tab.click(`//form[@id="${form}"]//button[normalize-space()="${button}"]`);
	return sentence(tab, form);
}

/** What the form says when it is done. */
export async function sentence(tab: Tab, form: string): Promise<string> {
	await waitForElement(tab, `#${form}[aria-busy="false"] .message:not(:empty)`);
	return textOf(tab, `#${form} .message`);
}

export async function register(tab: Tab, name: string): Promise<string> {
	const profile = { email: "ada@example.com", full_name: "Ada Lovelace" };
	return submit(tab, "register", { identifier: name, password: PASSWORD, ...profile }, "Register");
}

/** Logs in, and waits for the lists of groups and devices that a login loads. */
export async function logIn(tab: Tab, name: string, password: string = PASSWORD): Promise<string> {
	const said = await submit(tab, "login", { identifier: name, password }, "Log in");
	for (const form of ["group", "devices"]) await waitForElement(tab, `#${form} select:not([aria-busy="true"])`);
	return said;
}

export async function logOut(tab: Tab): Promise<string> {
	await tab.click("#logout");
	return sentence(tab, "login");
}

/** Chooses who refreshes the JWT. */
export async function chooseStrategy(tab: Tab, strategy: string): Promise<string> {
	await tab.click(`#strategy [value="${strategy}"]`);
	return sentence(tab, "strategy");
}

/** What the page says about the JWT it has then. */
export function getJwt(tab: Tab): Promise<string> {
	return submit(tab, "refresh", {}, "Get the JWT");
}

/** Lets the page believe that it is later, so that every JWT is about to end: 20 seconds of it are left. Ends with a reload. */
export function putClockForward(tab: Tab): Promise<void> {
	return tab.evaluate(() => {
		const { now } = Date;
		Date.now = () => now() + 280_000;
	});
}

/** Waits until the page says who is logged in, for example `Not logged in`. */
export function waitForStatus(tab: Tab, status: string): Promise<void> {
	return until(`The page says "${status}"`, async () => (await textOf(tab, "#status")) === status);
}

export function waitForElement(tab: Tab, selector: string): Promise<void> {
	return until(`The page has ${selector}`, () =>
		tab.evaluate((wanted) => document.querySelector(wanted) !== null, selector),
	);
}

export function textOf(tab: Tab, selector: string): Promise<string> {
	return tab.evaluate((wanted) => document.querySelector(wanted)?.textContent ?? "", selector);
}

/** What stands in a field. */
export function fieldValue(tab: Tab, selector: string): Promise<string> {
	return tab.evaluate((wanted) => document.querySelector<HTMLTextAreaElement>(wanted)?.value ?? "", selector);
}
