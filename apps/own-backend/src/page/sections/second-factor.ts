import { copyButton, saveButton } from "../copy.js";
import { byId, create } from "../dom.js";
import { type Fields, onClick, onSubmit, run } from "../forms.js";
import { qrCode } from "../qr-code.js";
import type { Router } from "../router.js";
import { secondFactor } from "../second-factor.js";
import type { Session } from "../session.js";
import { forgetUnconfirmed, keepUnconfirmed, readUnconfirmed } from "../unconfirmed.js";

const ISSUER = "sentc-ts";

/**
 * The API asks for a code as soon as there is a secret. Here it counts when the person's app has shown a first code: whoever scanned
 * nothing would be locked out. Otherwise the page takes it back, with a recovery key.
 */
export function setUpSecondFactor(session: Session, router: Router): void {
	const form = byId("second-factor", HTMLFormElement);
	const firstCode = byId("first-code", HTMLFormElement);
	const unconfirmed = byId("unconfirmed", HTMLFormElement);
	const enrolment = byId("enrolment", HTMLElement);
	const secrets = setUpRecoveryKeys();
	/** While the first code is awaited. */
	let password: string | undefined;

	const show = (): void => {
		const isOpen = readUnconfirmed(session.name) !== undefined;
		form.hidden = isOpen;
		firstCode.hidden = !isOpen || password === undefined;
		unconfirmed.hidden = !isOpen || password !== undefined;
	};
	const hideSecrets = (): void => {
		enrolment.hidden = true;
		enrolment.replaceChildren();
		secrets.hide();
	};
	const enrol = ([url, recoveryKeys]: [string, string[]], typed: string): void => {
		keepUnconfirmed({ name: session.name, recoveryKeys });
		password = typed;
		enrolment.replaceChildren(
			qrCode(url, "QR code for the authenticator app"),
			create("code", url),
			copyButton("Copy it", () => url),
		);
		enrolment.hidden = false;
		secrets.show(recoveryKeys);
		firstCode.reset();
	};
	const takeBack = async (typed: string): Promise<string> => {
		const [key] = readUnconfirmed(session.name)?.recoveryKeys ?? [];
		if (key !== undefined) await session.user.disableOtp(typed, key, true);
		forgetUnconfirmed();
		password = undefined;
		hideSecrets();
		show();
		return "The second factor is off: the password alone logs you in.";
	};

	const act = async ({ action, password: typed = "", code = "" }: Fields): Promise<string> => {
		const { user } = session;
		const proof = [typed, ...secondFactor(code)] as const;
		if (!user.enabledMfa()) {
			enrol(await user.registerOtp(ISSUER, session.name, ...proof), typed);
			return "";
		}
		switch (action) {
			case "reset":
				enrol(await user.resetOtp(ISSUER, session.name, ...proof), typed);
				return "";
			case "disable":
				await user.disableOtp(...proof);
				return "The second factor is off: the password alone logs you in.";
			default: {
				const recoveryKeys = await user.getOtpRecoverKeys(...proof);
				secrets.show(recoveryKeys);
				return `${recoveryKeys.length} recovery keys are left. Each one works once.`;
			}
		}
	};
	onSubmit(form, async (fields) => {
		hideSecrets();
		const sentence = await act(fields);
		form.reset();
		show();
		return sentence || "Scan the code with your app, keep the recovery keys, and type the first code of the app.";
	});
	onSubmit(firstCode, async ({ code = "" }) => {
		await session.user.getOtpRecoverKeys(password ?? "", ...secondFactor(code));
		forgetUnconfirmed();
		password = undefined;
		enrolment.hidden = true;
		enrolment.replaceChildren();
		show();
		return "The second factor is on. Keep the recovery keys: each one stands in for the app, once.";
	});
	const takeBackNow = async (): Promise<string> => takeBack(password ?? "");
	onClick(byId("take-back", HTMLButtonElement), takeBackNow);
	onSubmit(unconfirmed, async ({ password: typed = "" }) => {
		const sentence = await takeBack(typed);
		unconfirmed.reset();
		return sentence;
	});
	router.onShow(({ view }) => {
		show();
		if (view === "security") return;
		hideSecrets();
		if (password !== undefined && session.loggedIn) void run(firstCode, takeBackNow);
	});
	session.onChange(() => {
		password = undefined;
		hideSecrets();
		show();
	});
}

interface RecoveryKeys {
	show(keys: readonly string[]): void;
	hide(): void;
}

function setUpRecoveryKeys(): RecoveryKeys {
	const part = byId("recovery", HTMLElement);
	const list = byId("recovery-keys", HTMLOListElement);
	const text = (): string => [...list.children].map((item) => item.textContent).join("\n");
	byId("recovery-actions", HTMLElement).append(
		copyButton("Copy them", text),
		saveButton("Save them", "recovery-keys.txt", text),
	);
	const show = (keys: readonly string[]): void => {
		list.replaceChildren(...keys.map((key) => create("li", key)));
		part.hidden = keys.length === 0;
	};
	return { show, hide: () => show([]) };
}
