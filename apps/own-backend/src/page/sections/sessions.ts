import type { UserSession } from "@sentc-ts/sdk";
import { byId, create } from "../dom.js";
import { onSubmit } from "../forms.js";
import { secondFactor } from "../second-factor.js";
import type { Session } from "../session.js";

export function setUpSessions(session: Session): void {
	const form = byId("sessions", HTMLFormElement);
	const list = byId("session-list", HTMLUListElement);

	const load = async (): Promise<number> => {
		const { device_id } = session.user.user_data;
		const sessions = await session.user.getSessions();
		list.replaceChildren(...sessions.map((item) => create("li", inWords(item, device_id))));
		return sessions.length;
	};
	onSubmit(form, async ({ action, password = "", code = "" }) => {
		if (action === "list") return `The newest sessions: ${await load()}.`;
		await session.user.endOtherSessions(password, ...secondFactor(code));
		form.reset();
		await load();
		return "Whoever else was logged in as you is logged out, on all devices: in 5 minutes at the latest.";
	});
	session.onChange(() => list.replaceChildren());
}

function inWords({ current, device_id, last_used, time }: UserSession, thisDevice: string): string {
	const device = device_id === thisDevice ? "this device" : device_id;
	const [began, used] = [time, last_used].map((ms) => new Date(ms).toLocaleString());
	return `${current ? "This session" : "A session"} on ${device}, since ${began}, last used ${used}`;
}
