import { createDeviceHandover, deviceFingerprint, readDeviceHandover } from "@sentc-ts/sdk";
import { copyButton } from "../copy.js";
import { byId, control, create } from "../dom.js";
import { onSubmit } from "../forms.js";
import { qrCode } from "../qr-code.js";
import type { Session } from "../session.js";

/**
 * The new device asks, the one that is logged in scans its QR code, or gets its text, and accepts. The person compares the digits, as all
 * keys of the account go to the device that is accepted. A page in which somebody is logged in can play both.
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
		const text = createDeviceHandover(answer, input);
		if (session.loggedIn) handover.value = text;
		showDigits();
		const ownDigits = create("p", `Digits of the device that waits: ${deviceFingerprint(input)}`);
		const copy = copyButton("Copy its text", () => text);
		figure.replaceChildren(qrCode(text, "QR code of the device that waits"), ownDigits, copy);
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
