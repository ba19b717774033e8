import { byId, create } from "../dom.js";
import { type Fields, onSubmit } from "../forms.js";
import { qrCode } from "../qr-code.js";
import { secondFactor } from "../second-factor.js";
import type { Session } from "../session.js";

const ISSUER = "sentc-ts";

export function setUpSecondFactor(session: Session): void {
	const form = byId("second-factor", HTMLFormElement);
	const enrolment = byId("enrolment", HTMLElement);
	const keys = byId("recovery-keys", HTMLOListElement);
	const hideSecrets = (): void => {
		enrolment.hidden = true;
		enrolment.replaceChildren();
		keys.hidden = true;
		keys.replaceChildren();
	};
	const showKeys = (recoveryKeys: readonly string[]): void => {
		keys.replaceChildren(...recoveryKeys.map((key) => create("li", key)));
		keys.hidden = recoveryKeys.length === 0;
	};
	const showEnrolment = ([url, recoveryKeys]: [string, string[]]): void => {
		const secret = create("code", url);
		enrolment.replaceChildren(qrCode(url, "QR code for the authenticator app"), secret);
		enrolment.hidden = false;
		showKeys(recoveryKeys);
	};

	const act = async ({ action, password = "", code = "" }: Fields): Promise<string> => {
		const { user } = session;
		const proof = [password, ...secondFactor(code)] as const;
		if (!user.enabledMfa()) {
			showEnrolment(await user.registerOtp(ISSUER, session.name, ...proof));
			return "The second factor is on. Scan the code with your app now, and write the recovery keys down.";
		}
		switch (action) {
			case "reset":
				showEnrolment(await user.resetOtp(ISSUER, session.name, ...proof));
				return "The secret and the recovery keys are new ones: the old ones are void.";
			case "disable":
				await user.disableOtp(...proof);
				return "The second factor is off: the password alone logs you in.";
			default: {
				const recoveryKeys = await user.getOtpRecoverKeys(...proof);
				showKeys(recoveryKeys);
				return `${recoveryKeys.length} recovery keys are left. Each one works once.`;
			}
		}
	};
	onSubmit(form, async (fields) => {
		hideSecrets();
		const sentence = await act(fields);
		form.reset();
		return sentence;
	});
	session.onChange(hideSecrets);
}
