import { byId } from "../dom.js";
import { farewell, onSubmit } from "../forms.js";
import type { Session } from "../session.js";

export function setUpAccount(session: Session): void {
	const identifier = byId("identifier", HTMLFormElement);
	onSubmit(identifier, async ({ identifier: name = "" }) => {
		await session.rename(name);
		identifier.reset();
		return `From now on this device logs in as ${name}.`;
	});
	const deletion = byId("delete-account", HTMLFormElement);
	onSubmit(deletion, async () => {
		await session.backend.deleteMe(await session.user.getJwt());
		deletion.reset();
		await session.logOut();
		return farewell("Your account is deleted, at the API and in your backend.");
	});
}
