import { byId } from "./dom.js";
import { inWords } from "./words.js";

/** What a person typed, by the name of the control; a form with several submit buttons has the chosen one's `action`, too. */
export type Fields = Readonly<Record<string, string>>;

/** What runs when a form is submitted; resolves to the sentence to show. */
export type Action = (fields: Fields) => Promise<string>;

/** After that time a person wonders. */
const WAIT_MS = 400;

/** Runs the action when the form is submitted. */
export function onSubmit(form: HTMLFormElement, action: Action): void {
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		void run(form, action, event.submitter);
	});
}

/** Runs the action when the button is clicked, with the message in the button's form. */
export function onClick(button: HTMLButtonElement, action: Action): void {
	button.addEventListener("click", () => {
		if (button.form) void run(button.form, action);
	});
}

/** Runs an action once at a time and shows its sentence, or its error in words; then the form's event `done` bubbles up. */
export async function run(form: HTMLFormElement, action: Action, submitter?: HTMLElement | null): Promise<void> {
	if (form.ariaBusy === "true") return;
	form.ariaBusy = "true";
	say(form, "");
	const waiting = setTimeout(() => say(form, "One moment …", "wait"), WAIT_MS);
	try {
		say(form, await action(fieldsOf(form, submitter)));
	} catch (error) {
		say(form, inWords(error), "error");
	} finally {
		clearTimeout(waiting);
		form.ariaBusy = "false";
		form.dispatchEvent(new Event("done", { bubbles: true }));
	}
}

/** Shows a sentence below the form; a screen reader speaks it. */
export function say(form: HTMLFormElement, sentence: string, kind: "" | "error" | "wait" = ""): void {
	const message = form.querySelector(".message");
	if (!message) return;
	message.className = `message ${kind}`.trim();
	message.textContent = sentence;
}

/** Says it where people log in, too: whoever is logged out by an action sees that part of the page next. */
export function farewell(sentence: string): string {
	say(byId("login", HTMLFormElement), sentence);
	return sentence;
}

function fieldsOf(form: HTMLFormElement, submitter: HTMLElement | null | undefined): Fields {
	const texts = [...new FormData(form, submitter)].map(([name, value]) => [name, String(value)] as const);
	return Object.fromEntries(texts);
}
