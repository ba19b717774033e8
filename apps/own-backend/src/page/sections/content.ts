import type { Group } from "@sentc-ts/sdk";
import { byId, control } from "../dom.js";
import { onSubmit } from "../forms.js";
import type { Session } from "../session.js";

/** @param groupId the id of the group whose key is used */
export function setUpContent(session: Session, groupId: () => string): void {
	const decryptForm = byId("decrypt", HTMLFormElement);
	const encryptedText = control(decryptForm, "encrypted", HTMLTextAreaElement);
	const decrypted = byId("decrypted", HTMLElement);
	const group = (): Promise<Group> => session.user.getGroup(groupId(), undefined, 2);

	onSubmit(byId("encrypt", HTMLFormElement), async ({ text = "" }) => {
		encryptedText.value = await (await group()).encryptString(text, true);
		return "Encrypted and signed. The result is below: keep it, send it, or decrypt it after a reload.";
	});
	onSubmit(decryptForm, async ({ encrypted = "" }) => {
		decrypted.hidden = true;
		const author = session.user.user_data.user_id;
		decrypted.textContent = await (await group()).decryptString(encrypted.trim(), true, author);
		decrypted.hidden = false;
		return "Decrypted, and the signature is yours.";
	});
	session.onChange(() => {
		decrypted.hidden = true;
	});
}
