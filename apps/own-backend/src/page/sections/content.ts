import { onClickCopy } from "../copy.js";
import type { CurrentGroup } from "../current-group.js";
import { byId, control } from "../dom.js";
import { onSubmit } from "../forms.js";
import type { Session } from "../session.js";

/** A ciphertext is no secret: it stays in this browser, for each group. */
const item = (groupId: string): string => `encrypted-${groupId}`;

export function setUpContent(session: Session, current: CurrentGroup): void {
	const decryptForm = byId("decrypt", HTMLFormElement);
	const encryptedText = control(decryptForm, "encrypted", HTMLTextAreaElement);
	const decrypted = byId("decrypted", HTMLElement);

	onSubmit(byId("encrypt", HTMLFormElement), async ({ text = "" }) => {
		encryptedText.value = await current.group.encryptString(text, true);
		localStorage.setItem(item(current.id), encryptedText.value);
		return "Encrypted and signed. The result is below: keep it, send it, or decrypt it after a reload.";
	});
	onSubmit(decryptForm, async ({ encrypted = "" }) => {
		decrypted.hidden = true;
		const author = session.user.user_data.user_id;
		decrypted.textContent = await current.group.decryptString(encrypted.trim(), true, author);
		decrypted.hidden = false;
		return "Decrypted, and the signature is yours.";
	});
	onClickCopy(byId("copy-encrypted", HTMLButtonElement), () => encryptedText.value);
	current.onChange((group) => {
		decrypted.hidden = true;
		encryptedText.value = group ? (localStorage.getItem(item(group.data.group_id)) ?? "") : "";
	});
}
