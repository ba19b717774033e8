import { CurrentGroup } from "./current-group.js";
import { byId } from "./dom.js";
import { BackendError, OwnBackend, TIMEOUT_MS } from "./own-backend.js";
import { People } from "./people.js";
import { Router } from "./router.js";
import { setUpScanning } from "./scan.js";
import { setUpAccount } from "./sections/account.js";
import { setUpChildren } from "./sections/children.js";
import { setUpContent } from "./sections/content.js";
import { setUpDevice } from "./sections/device.js";
import { setUpDevices } from "./sections/devices.js";
import { setUpGroup } from "./sections/group.js";
import { setUpGroups } from "./sections/groups.js";
import { setUpInvite } from "./sections/invite.js";
import { setUpJoin } from "./sections/join.js";
import { setUpKeys } from "./sections/keys.js";
import { setUpLeave } from "./sections/leave.js";
import { setUpLogin } from "./sections/login.js";
import { setUpMe } from "./sections/me.js";
import { setUpMembers } from "./sections/members.js";
import { setUpNotes } from "./sections/notes.js";
import { setUpPassword } from "./sections/password.js";
import { setUpRefresh } from "./sections/refresh.js";
import { setUpRegister } from "./sections/register.js";
import { setUpSecondFactor } from "./sections/second-factor.js";
import { setUpSessions } from "./sections/sessions.js";
import { type Config, Session } from "./session.js";
import { recordingFetch } from "./travels.js";
import { inWords } from "./words.js";

async function start(): Promise<void> {
	const session = new Session(await loadConfig(), new OwnBackend(recordingFetch), recordingFetch);
	const router = new Router(() => session.loggedIn !== undefined);
	const update = (): void => {
		showStatus(session);
		showForUser(session.loggedIn !== undefined);
		showForSecondFactor(session.loggedIn?.user.enabledMfa() ?? false);
	};
	session.onChange(update);
	document.addEventListener("done", update);
	setUpGroups(session, router);
	setUpGroupParts(session, router);
	setUpRegister(session);
	setUpMe(session);
	setUpDevice(session, setUpDevices(session, router));
	setUpRefresh(session);
	setUpSessions(session);
	setUpPassword(session);
	setUpSecondFactor(session, router);
	setUpKeys(session);
	setUpAccount(session);
	setUpScanning();
	// Shows the part that the address asks for: after all others know who is logged in.
	setUpLogin(session, router);
	update();
	router.show();
	await resume(session, router);
}

function setUpGroupParts(session: Session, router: Router): void {
	const people = new People(session);
	const current = new CurrentGroup(session);
	setUpJoin(session, people, router);
	setUpNotes(session, people, current);
	setUpInvite(session, people, current, setUpMembers(people, current));
	setUpChildren(session, current, router);
	setUpContent(session, current);
	setUpLeave(session, current, router);
	setUpGroup(session, people, current, router);
}

async function loadConfig(): Promise<Config> {
	const response = await fetch("/config.json", { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
		throw new BackendError("Your backend can't be reached. Is it running?");
	});
	return response.json();
}

/** A sentence above everything, with a button to try again. */
function showProblem(error: unknown, again: () => void): void {
	const problem = byId("problem", HTMLElement);
	const [sentence, button] = [problem.querySelector("p"), problem.querySelector("button")];
	if (!sentence || !button) throw new Error("The problem has no sentence or no button");
	sentence.textContent = inWords(error);
	button.textContent = "Try again";
	button.disabled = false;
	button.onclick = () => {
		button.textContent = "Trying …";
		button.disabled = true;
		again();
	};
	problem.hidden = false;
}

/** Goes on with the stored session. When the API can't be asked, the person stays logged in, and may try again. */
async function resume(session: Session, router: Router): Promise<void> {
	const hide = (): void => {
		byId("problem", HTMLElement).hidden = true;
	};
	const again = async (): Promise<void> => {
		try {
			await session.user.getGroups();
			hide();
			router.show();
		} catch (error) {
			tell(error);
		}
	};
	const tell = (error: unknown): void => {
		if (session.loggedIn) showProblem(error, () => void again());
	};
	session.onChange(() => {
		if (!session.loggedIn) hide();
	});
	const error = await session.start();
	if (error) tell(error);
}

/** What needs a user is there only while there is one. */
function showForUser(isLoggedIn: boolean): void {
	for (const part of document.querySelectorAll<HTMLElement>("[data-signed-in]")) part.hidden = !isLoggedIn;
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

start().catch((error: unknown) => showProblem(error, () => location.reload()));
