import { createDeviceHandover, readDeviceHandover } from "@sentc-ts/sdk";
import { byId, control } from "../dom.js";
import { onSubmit } from "../forms.js";
import { qrCode } from "../qr-code.js";
import type { Session } from "../session.js";

/**
 * Both devices in one page: the new one asks, the one that is logged in accepts. On two, the second scans the QR code.
 *
 * @param onAccepted called when the account has one more device
 */
export function setUpDevice(session: Session, onAccepted: () => void): void {
	const asking = byId("device", HTMLFormElement);
	const accepting = byId("accept-device", HTMLFormElement);
	const figure = byId("handover", HTMLElement);
	const handover = control(accepting, "handover", HTMLTextAreaElement);

	onSubmit(asking, async ({ identifier = "", password = "" }) => {
		figure.hidden = true;
		const input = await session.sentc.prepareRegisterDeviceStartAsync(identifier, password);
		const answer = await session.backend.registerDevice(input);
		session.sentc.doneRegisterDeviceStart(answer);
		handover.value = createDeviceHandover(answer);
		figure.replaceChildren(qrCode(handover.value, "QR code of the device that waits"));
		figure.hidden = false;
		asking.reset();
		return `${identifier} waits: a device that is logged in has to accept it.`;
	});
	onSubmit(accepting, async ({ handover: text = "" }) => {
		await session.user.registerDevice(readDeviceHandover(text));
		accepting.reset();
		figure.hidden = true;
		onAccepted();
		return "The device is added: log in with its name and password, it opens the same groups.";
	});
}
