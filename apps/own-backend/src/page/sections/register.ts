import { byId, control } from "../dom.js";
import { type Fields, onSubmit } from "../forms.js";
import type { Session } from "../session.js";

/** prepare → own backend → API → done, each step shown. */
export function setUpRegister(session: Session): void {
	const steps = [...byId("register-steps", HTMLOListElement).children] as HTMLElement[];
	const form = byId("register", HTMLFormElement);
	onSubmit(form, async ({ identifier = "", password = "", email = "", full_name = "" }: Fields) => {
		for (const step of steps) delete step.dataset["state"];
		try {
			const input = await session.sentc.prepareRegisterAsync(identifier, password);
			mark(steps.slice(0, 1));
			const answer = await session.backend.register({ input, email, full_name });
			mark(steps.slice(0, 3));
			const userId = session.sentc.doneRegister(answer);
			mark(steps);
			control(byId("login", HTMLFormElement), "identifier", HTMLInputElement).value = identifier;
			return `${identifier} is registered, with the user id ${userId}. Now log in.`;
		} catch (error) {
			const failed = steps.find((step) => step.dataset["state"] === undefined);
			if (failed) failed.dataset["state"] = "failed";
			throw error;
		}
	});
}

function mark(steps: HTMLElement[]): void {
	for (const step of steps) step.dataset["state"] = "done";
}
