import { createDeviceHandover, deviceFingerprint, readDeviceHandover } from "@sentc-ts/sdk";
import { byId, control, create } from "../dom.js";
import { onSubmit } from "../forms.js";
import { qrCode } from "../qr-code.js";
import type { Session } from "../session.js";

/**
 * Both devices in one page: the new one asks, the one that is logged in accepts. On two, the second scans the QR code, and the
 * person compares the digits, as all keys of the account go to the device that is accepted.
 *
 * @param onAccepted called when the account has one more device
 */
export function setUpDevice(session: Session, onAccepted: () => void): void {
	const asking = byId("device", HTMLFormElement);
	const accepting = byId("accept-device", HTMLFormElement);
	const figure = byId("handover", HTMLElement);
	const digits = byId("scanned-digits", HTMLParagraphElement);
	const handover = control(accepting, "handover", HTMLTextAreaElement);
	const showDigits = (): void => {
		digits.textContent = digitsOf(handover.value);
		digits.hidden = digits.textContent === "";
	};
	handover.addEventListener("input", showDigits);

	onSubmit(asking, async ({ identifier = "", password = "" }) => {
		figure.hidden = true;
		const input = await session.sentc.prepareRegisterDeviceStartAsync(identifier, password);
		const answer = await session.backend.registerDevice(input);
		session.sentc.doneRegisterDeviceStart(answer, input);
		handover.value = createDeviceHandover(answer, input);
		showDigits();
		const ownDigits = create("p", `Digits of the device that waits: ${deviceFingerprint(input)}`);
		figure.replaceChildren(qrCode(handover.value, "QR code of the device that waits"), ownDigits);
		figure.hidden = false;
		asking.reset();
		return `${identifier} waits: a device that is logged in has to accept it.`;
	});
	onSubmit(accepting, async ({ handover: text = "" }) => {
		await session.user.registerDevice(readDeviceHandover(text));
		accepting.reset();
		showDigits();
		figure.hidden = true;
		onAccepted();
		return "The device is added: log in with its name and password, it opens the same groups.";
	});
}

/** Of a device that was scanned; nothing while the text is not whole. */
function digitsOf(text: string): string {
	try {
		return `Digits of the scanned device: ${deviceFingerprint(readDeviceHandover(text))}`;
	} catch {
		return "";
	}
}
