import type { Session } from "./session.js";

/** How many the backend answers at once. */
const PAGE = 100;

/** Names of people, from the own backend. */
export class People {
	readonly #session: Session;
	readonly #names = new Map<string, string>();

	constructor(session: Session) {
		this.#session = session;
		session.onChange(() => this.#names.clear());
	}

	/** Asks for the names that are not known yet. */
	async load(userIds: readonly string[]): Promise<void> {
		const unknown = [...new Set(userIds)].filter((id) => !this.#names.has(id));
		for (let start = 0; start < unknown.length; start += PAGE) {
			const { backend, user } = this.#session;
			const names = await backend.names(await user.getJwt(), unknown.slice(start, start + PAGE));
			for (const [id, name] of Object.entries(names)) this.#names.set(id, name);
		}
	}

	/** For those whose name is loaded. */
	nameOf(userId: string): string {
		if (userId === this.#session.loggedIn?.user.user_data.user_id) return "You";
		return this.#names.get(userId) ?? `Somebody without a name (${userId.slice(0, 8)})`;
	}

	/** The same on the pages of both, if the API gave neither of them a false key. */
	async safetyNumber(userId: string): Promise<string> {
		const { sentc, user } = this.#session;
		const { public_key_sig_key_id: verify_key_id } = await sentc.getUserPublicKey(userId);
		if (verify_key_id === undefined) return "none: the key of this person is not signed";
		return user.createSafetyNumber({ user_id: userId, verify_key_id });
	}
}
