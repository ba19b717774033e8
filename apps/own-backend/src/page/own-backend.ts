/** What the own backend stored about the user. */
export interface Profile {
	user_id: string;
	email: string;
	full_name: string;
}

/** The own backend could not be reached, or refused. The message is a sentence for people. */
export class BackendError extends Error {}

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
		return this.#send("POST", "/group", { jwt, body: input });
	}

	deleteGroup(jwt: string, groupId: string): Promise<string> {
		return this.#send("DELETE", `/group/${encodeURIComponent(groupId)}`, { jwt });
	}

	async me(jwt: string): Promise<Profile> {
		return JSON.parse(await this.#send("GET", "/me", { jwt }));
	}

	/** Puts the refresh token into the cookie. */
	async takeOver(jwt: string, refresh_token: string): Promise<void> {
		await this.#send("POST", "/refresh", { jwt, body: JSON.stringify({ refresh_token }) });
	}

	/** @returns the new JWT, by the refresh token in the cookie */
	refresh(oldJwt: string): Promise<string> {
		return this.#send("GET", "/refresh", { jwt: oldJwt });
	}

	/** Drops the cookie. */
	async clearCookie(): Promise<void> {
		await this.#send("POST", "/refresh/clear");
	}

	async #send(method: string, path: string, { jwt, body }: { jwt?: string; body?: string } = {}): Promise<string> {
		const headers: Record<string, string> = {};
		if (jwt !== undefined) headers["Authorization"] = `Bearer ${jwt}`;
		if (body !== undefined) headers["Content-Type"] = "application/json";
		const fetch = this.#fetch;
		const response = await fetch(path, { method, headers, ...(body !== undefined && { body }) }).catch(() => {
			throw new BackendError("Your backend can't be reached. Is it running?");
		});
		const text = await response.text();
		if (!response.ok) throw new BackendError(sentenceOf(text));
		return text;
	}
}

/** The own backend explains itself as `{"error": "…"}`, its refresh endpoints as plain text. */
function sentenceOf(text: string): string {
	try {
		return String(JSON.parse(text).error);
	} catch {
		return `${text}.`;
	}
}
