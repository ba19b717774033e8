import { type Tab, until } from "@sentc-ts/browsers";

export const PASSWORD = "correct horse battery staple";

/** Goes to the part of the page that has the form; for what belongs to a group, to the first group. */
export async function show(tab: Tab, form: string): Promise<void> {
	const [view = "", isShown] = await tab.evaluate((id): [string | undefined, boolean] => {
		const part = document.getElementById(id)?.closest<HTMLElement>("[data-view]");
		return [part?.dataset["view"], part?.hidden === false];
	}, form);
	if (view === "") return;
	if (view === "group" && !isShown) await openFirstGroup(tab);
	else if (!isShown) await goTo(tab, `#/${view}`);
	if (view === "group") await waitForElement(tab, "[data-view=group] [data-open-group]:not([hidden])");
}

/** Opens a part of the page by its address. */
export async function goTo(tab: Tab, hash: string): Promise<void> {
	await tab.evaluate((wanted) => {
		location.hash = wanted;
	}, hash);
	const view = hash.split("/")[1];
	await waitForElement(tab, `[data-view="${view}"]:not([hidden])`);
}

async function openFirstGroup(tab: Tab): Promise<void> {
	await goTo(tab, "#/groups");
	await waitForElement(tab, "#group-list a");
	await tab.click("#group-list a");
}

/** Answers yes to the page's question. */
export async function confirm(tab: Tab): Promise<void> {
	await waitForElement(tab, "#question[open]");
	await tab.click("#question [value=yes]");
}

/** Fills and sends a form, and waits for its sentence. */
export async function submit(tab: Tab, form: string, fields: Record<string, string>, button: string): Promise<string> {
	await show(tab, form);
	for (const [name, value] of Object.entries(fields)) await tab.fill(`#${form} [name="${name}"]`, value);
	await tab.click(`//form[@id="${form}"]//button[normalize-space()="${button}"]`);
	return sentence(tab, form);
}

/** What the form says when it is done. */
export async function sentence(tab: Tab, form: string): Promise<string> {
	await waitForElement(tab, `#${form}[aria-busy="false"] .message:not(:empty, .wait)`);
	return textOf(tab, `#${form} .message`);
}

export async function register(tab: Tab, name: string): Promise<string> {
	const profile = { email: "ada@example.com", full_name: "Ada Lovelace" };
	return submit(tab, "register", { identifier: name, password: PASSWORD, ...profile }, "Register");
}

/** Opens the group's card of invitations, and reads the link. */
export async function invitationLink(tab: Tab): Promise<string> {
	await tab.click("#invite summary");
	await waitForElement(tab, "#invite-link input");
	return fieldValue(tab, "#invite-link input");
}

/** A person without an account opens a link, registers, logs in, and asks to join. */
export async function askToJoin(tab: Tab, link: string, name: string): Promise<void> {
	await tab.goto(link);
	await waitForElement(tab, "#invited:not([hidden])");
	const profile = { email: "grace@example.com", full_name: "Grace Hopper" };
	await submit(tab, "register", { identifier: name, password: PASSWORD, ...profile }, "Register");
	await submit(tab, "login", { identifier: name, password: PASSWORD }, "Log in");
	await waitForElement(tab, "#inviter .number");
	await tab.click("#join button");
	await sentence(tab, "join");
}

/** Logs in, and waits for the groups, which a login shows. */
export async function logIn(tab: Tab, name: string, password: string = PASSWORD): Promise<string> {
	const said = await submit(tab, "login", { identifier: name, password }, "Log in");
	await waitForElement(tab, '#group-list:not([aria-busy="true"])');
	return said;
}

export async function logOut(tab: Tab): Promise<string> {
	await tab.click("#logout");
	return sentence(tab, "login");
}

/** Chooses who refreshes the JWT. */
export async function chooseStrategy(tab: Tab, strategy: string): Promise<string> {
	await show(tab, "strategy");
	await tab.click(`#strategy [value="${strategy}"]`);
	return sentence(tab, "strategy");
}

/** Deletes the group that is open. */
export async function deleteGroup(tab: Tab): Promise<string> {
	await show(tab, "leave");
	await tab.click("#delete-group");
	await confirm(tab);
	await waitForElement(tab, "[data-view=groups]:not([hidden])");
	return textOf(tab, "#group .message");
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

function waitForElement(tab: Tab, selector: string): Promise<void> {
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
