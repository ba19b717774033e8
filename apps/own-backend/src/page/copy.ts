import { create } from "./dom.js";

const SHOWN_MS = 2000;

export function copyButton(label: string, text: () => string): HTMLButtonElement {
	const button = create("button", label, "quiet");
	button.type = "button";
	onClickCopy(button, text);
	return button;
}

/** Has the button copy the text, and say so. */
export function onClickCopy(button: HTMLButtonElement, text: () => string): void {
	const label = button.textContent;
	button.addEventListener("click", async () => {
		button.textContent = (await copy(text(), button)) ? "Copied" : "Select it, and copy it by hand";
		setTimeout(() => {
			button.textContent = label;
		}, SHOWN_MS);
	});
}

/** The clipboard is there for pages by `https:` and on this machine; elsewhere a selected text can be copied. */
async function copy(text: string, near: HTMLElement): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		const area = create("textarea", text, "away");
		near.after(area);
		area.select();
		const copied = document.execCommand("copy");
		area.remove();
		near.focus();
		return copied;
	}
}

/** A text as a file of the person. */
export function saveButton(label: string, fileName: string, text: () => string): HTMLButtonElement {
	const button = create("button", label, "quiet");
	button.type = "button";
	button.addEventListener("click", () => {
		const link = create("a");
		link.download = fileName;
		link.href = URL.createObjectURL(new Blob([text()], { type: "text/plain" }));
		link.click();
		URL.revokeObjectURL(link.href);
	});
	return button;
}
