import { byId } from "./dom.js";
import { say } from "./forms.js";
import { OwnBackend } from "./own-backend.js";
import { setUpAccount } from "./sections/account.js";
import { setUpContent } from "./sections/content.js";
import { setUpDevice } from "./sections/device.js";
import { setUpDevices } from "./sections/devices.js";
import { setUpGroup } from "./sections/group.js";
import { setUpHelpDesk } from "./sections/help-desk.js";
import { setUpKeys } from "./sections/keys.js";
import { setUpLogin } from "./sections/login.js";
import { setUpMe } from "./sections/me.js";
import { setUpPassword } from "./sections/password.js";
import { setUpRefresh } from "./sections/refresh.js";
import { setUpRegister } from "./sections/register.js";
import { setUpSecondFactor } from "./sections/second-factor.js";
import { setUpSessions } from "./sections/sessions.js";
import { Session } from "./session.js";
import { recordingFetch } from "./travels.js";
import { inWords } from "./words.js";

async function start(): Promise<void> {
	const config = await (await fetch("/config.json")).json();
	const session = new Session(config, new OwnBackend(recordingFetch), recordingFetch);
	let groupId = (): string => "";
	const update = (): void => {
		showStatus(session);
		enable("user", session.loggedIn !== undefined);
		enable("group", session.loggedIn !== undefined && groupId() !== "");
		showForSecondFactor(session.loggedIn?.user.enabledMfa() ?? false);
	};
	session.onChange(update);
	document.addEventListener("done", update);
	groupId = setUpGroup(session, update);
	setUpRegister(session);
	setUpLogin(session);
	setUpMe(session);
	setUpDevice(session, setUpDevices(session));
	setUpContent(session, groupId);
	setUpRefresh(session);
	setUpSessions(session);
	setUpPassword(session);
	setUpSecondFactor(session);
	setUpKeys(session);
	setUpAccount(session);
	setUpHelpDesk(session);
	update();
	const problem = await session.start();
	if (problem) say(byId("login", HTMLFormElement), inWords(problem), "error");
}

/** What needs a user or a group can be used only while there is one. */
function enable(need: string, possible: boolean): void {
	for (const fieldset of document.querySelectorAll<HTMLFieldSetElement>(`fieldset[data-needs="${need}"]`)) {
		fieldset.disabled = !possible;
	}
}

/** What is of use only with a second factor, or only without. */
function showForSecondFactor(isOn: boolean): void {
	for (const part of document.querySelectorAll<HTMLElement>("[data-mfa]")) {
		part.hidden = isOn !== (part.dataset["mfa"] === "on");
	}
}

function showStatus({ loggedIn }: Session): void {
	const status = byId("status", HTMLElement);
	status.textContent = loggedIn ? `Logged in as ${loggedIn.name}` : "Not logged in";
	status.classList.toggle("on", loggedIn !== undefined);
}

start().catch((error: unknown) => {
	byId("status", HTMLElement).textContent = inWords(error);
});
