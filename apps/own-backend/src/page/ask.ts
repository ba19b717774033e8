import { byId } from "./dom.js";

/** Asks before what can't be taken back. @param yes what the button says that does it */
export function ask(question: string, yes: string): Promise<boolean> {
	const dialog = byId("question", HTMLDialogElement);
	const [sure, cancel] = dialog.querySelectorAll("button");
	if (!sure || !cancel) throw new Error("The question has no buttons");
	byId("question-text", HTMLParagraphElement).textContent = question;
	sure.textContent = yes;
	return new Promise((resolve) => {
		sure.onclick = () => dialog.close("yes");
		cancel.onclick = () => dialog.close("no");
		// Escape closes without a value.
		dialog.onclose = () => resolve(dialog.returnValue === "yes");
		dialog.returnValue = "no";
		dialog.showModal();
	});
}
