import { byId } from "../dom.js";
import { onSubmit } from "../forms.js";
import type { Session } from "../session.js";

/** Both devices in one page: the new one asks, this one accepts. On two devices a QR code would carry the answer over. */
export function setUpDevice(session: Session): void {
	const form = byId("device", HTMLFormElement);
	onSubmit(form, async ({ identifier = "", password = "" }) => {
		const input = await session.sentc.prepareRegisterDeviceStartAsync(identifier, password);
		const answer = await session.backend.registerDevice(input);
		session.sentc.doneRegisterDeviceStart(answer);
		await session.user.registerDevice(answer);
		form.reset();
		return `The device ${identifier} is added: log in with its name and password, it opens the same groups.`;
	});
}
