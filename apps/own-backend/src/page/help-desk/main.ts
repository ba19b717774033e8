import { byId } from "../dom.js";
import { onSubmit } from "../forms.js";
import { OwnBackend } from "../own-backend.js";
import { recordingFetch } from "../travels.js";

const backend = new OwnBackend(recordingFetch);

/** Not for users: what the people of a help desk do for somebody who can't log in. */
onSubmit(byId("help-desk", HTMLFormElement), async ({ action, desk_password = "", identifier = "" }) => {
	if (action === "sessions") {
		await backend.endSessions(desk_password, identifier);
		return `Every session of ${identifier} has ended.`;
	}
	await backend.disableMfa(desk_password, identifier);
	return `${identifier} logs in with the password alone.`;
});
