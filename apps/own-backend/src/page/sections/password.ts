import { byId } from "../dom.js";
import { onSubmit } from "../forms.js";
import { secondFactor } from "../second-factor.js";
import type { Session } from "../session.js";

export function setUpPassword(session: Session): void {
	const change = byId("change-password", HTMLFormElement);
	onSubmit(change, async ({ old_password = "", new_password = "", code = "" }) => {
		await session.user.changePassword(old_password, new_password, ...secondFactor(code));
		change.reset();
		return "The password of this device is changed. Whoever else was logged in as you is logged out, on all devices.";
	});
	const reset = byId("reset-password", HTMLFormElement);
	onSubmit(reset, async ({ new_password = "", code = "" }) => {
		await session.user.resetPassword(new_password, ...secondFactor(code));
		reset.reset();
		return "The password of this device is set. Whoever else was logged in on it is logged out.";
	});
}
