/** What the own backend stored about the user. */
export interface Profile {
	user_id: string;
	email: string;
	full_name: string;
}

/** A note as the own backend stores it. */
export interface Note {
	note_id: string;
	author_id: string;
	/** Encrypted by a key of the group, signed by the author. */
	text: string;
	/** ms */
	time: number;
}

/** How long a request may take. */
export const TIMEOUT_MS = 15_000;

/** The own backend could not be reached, or refused. The message is a sentence for people. */
export class BackendError extends Error {
	/** The own backend says that the person may not see this: asking again is of no use. */
	readonly isForbidden: boolean;

	/** @param status of the answer, if there was one */
	constructor(sentence: string, status?: number) {
		super(sentence);
		this.isForbidden = status === 403;
	}
}

/** The own backend, as this page calls it. Answers of the API come back as text, for the SDK's `done…`. */
export class OwnBackend {
	readonly #fetch: typeof globalThis.fetch;

	constructor(fetch: typeof globalThis.fetch) {
		this.#fetch = fetch;
	}

	/** @param registration `input` is what `prepareRegister` made; e-mail and name are for the backend alone */
	register(registration: { input: string; email: string; full_name: string }): Promise<string> {
		return this.#send("POST", "/register", { body: JSON.stringify(registration) });
	}

	registerDevice(input: string): Promise<string> {
		return this.#send("POST", "/device", { body: input });
	}

	createGroup(jwt: string, input: string): Promise<string> {
		return this.#send("POST", "/group", { bearer: jwt, body: input });
	}

	/** @param input what `prepareCreateChildGroup` of the parent made */
	createChildGroup(jwt: string, parentId: string, input: string): Promise<string> {
		return this.#send("POST", `/group/${encodeURIComponent(parentId)}/child`, { bearer: jwt, body: input });
	}

	async deleteGroup(jwt: string, groupId: string): Promise<void> {
		await this.#send("DELETE", `/group/${encodeURIComponent(groupId)}`, { bearer: jwt });
	}

	/** @returns the encrypted name, or `null` when the group has none */
	async groupName(jwt: string, groupId: string): Promise<string | null> {
		return JSON.parse(await this.#send("GET", `/group/${encodeURIComponent(groupId)}/name`, { bearer: jwt })).name;
	}

	/** @param name encrypted */
	async nameGroup(jwt: string, groupId: string, name: string): Promise<void> {
		await this.#send("PUT", `/group/${encodeURIComponent(groupId)}/name`, { bearer: jwt, body: name });
	}

	/** The newest first. */
	async notes(jwt: string, groupId: string): Promise<Note[]> {
		return JSON.parse(await this.#send("GET", `/group/${encodeURIComponent(groupId)}/notes`, { bearer: jwt }));
	}

	/** @param text encrypted */
	async addNote(jwt: string, groupId: string, text: string): Promise<void> {
		await this.#send("POST", `/group/${encodeURIComponent(groupId)}/notes`, { bearer: jwt, body: text });
	}

	/** For everybody. */
	async deleteNote(jwt: string, groupId: string, noteId: string): Promise<void> {
		const path = `/group/${encodeURIComponent(groupId)}/notes/${encodeURIComponent(noteId)}`;
		await this.#send("DELETE", path, { bearer: jwt });
	}

	/** Full names by user id. */
	async names(jwt: string, userIds: readonly string[]): Promise<Record<string, string>> {
		return JSON.parse(await this.#send("POST", "/names", { bearer: jwt, body: JSON.stringify(userIds) }));
	}

	async me(jwt: string): Promise<Profile> {
		return JSON.parse(await this.#send("GET", "/me", { bearer: jwt }));
	}

	/** Puts the refresh token into the cookie. */
	async takeOver(jwt: string, refresh_token: string): Promise<void> {
		await this.#send("POST", "/refresh", { bearer: jwt, body: JSON.stringify({ refresh_token }) });
	}

	/** @returns the new JWT, by the refresh token in the cookie */
	refresh(oldJwt: string): Promise<string> {
		return this.#send("GET", "/refresh", { bearer: oldJwt });
	}

	/** Ends the session of the refresh token in the cookie, and drops the cookie. */
	async logOut(jwt: string): Promise<void> {
		await this.#send("POST", "/logout", { bearer: jwt });
	}

	/** Deletes the account. @param jwt issued by a login */
	async deleteMe(jwt: string): Promise<void> {
		await this.#send("DELETE", "/me", { bearer: jwt });
	}

	/** @param password of the help desk */
	async disableMfa(password: string, identifier: string): Promise<void> {
		await this.#send("POST", "/help-desk/disable-mfa", { bearer: password, body: identifier });
	}

	/** @param password of the help desk */
	async endSessions(password: string, identifier: string): Promise<void> {
		await this.#send("POST", "/help-desk/end-sessions", { bearer: password, body: identifier });
	}

	async #send(
		method: string,
		path: string,
		{ bearer, body }: { bearer?: string; body?: string } = {},
	): Promise<string> {
		const headers: Record<string, string> = {};
		if (bearer !== undefined) headers["Authorization"] = `Bearer ${bearer}`;
		if (body !== undefined) headers["Content-Type"] = "application/json";
		const fetch = this.#fetch;
		const signal = AbortSignal.timeout(TIMEOUT_MS);
		const response = await fetch(path, { method, headers, signal, ...(body !== undefined && { body }) }).catch(down);
		const text = await response.text().catch(down);
		if (!response.ok) throw new BackendError(sentenceOf(text), response.status);
		return text;
	}
}

function down(): never {
	throw new BackendError("Your backend can't be reached. Is it running?");
}

/** The own backend explains itself as `{"error": "…"}`, its refresh endpoints as plain text. */
function sentenceOf(text: string): string {
	try {
		return String(JSON.parse(text).error);
	} catch {
		return `${text}.`;
	}
}
