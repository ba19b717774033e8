import { NoActualUser } from "../errors.js";
import type { Context } from "../session/context.js";
import { Session } from "../session/session.js";
import { readStoredUser } from "../session/stored.js";
import { storageKeys } from "../storage/keys.js";
import { User } from "./user.js";

/** A user of this instance. */
export interface Login {
	readonly session: Session;
	readonly user: User;
}

/** The users of one instance: one object per identifier, so that a JWT is refreshed once. */
export class Logins {
	readonly #context: Context;
	readonly #logins: Map<string, Login> = new Map();

	constructor(context: Context) {
		this.#context = context;
	}

	remember(session: Session): Login {
		const login = { session, user: new User(session) };
		this.#logins.set(session.identifier, login);
		return login;
	}

	/** The user who logged in last. @throws NoActualUser when nobody is logged in */
	async actual(): Promise<Login> {
		const identifier = await this.#actualIdentifier();
		if (identifier === undefined) throw new NoActualUser();
		const found = await this.stored(identifier);
		if (!found) throw new NoActualUser("The stored session of the user is missing or damaged");
		return found;
	}

	/** {@link Logins.actual}, if anybody. */
	async current(): Promise<Login | undefined> {
		return this.actual().catch((error: unknown) => {
			if (error instanceof NoActualUser) return undefined;
			throw error;
		});
	}

	/**
	 * The session of {@link Logins.current}. Of one that is known here the stored data is not checked again, only that it is there:
	 * another tab may have logged out.
	 */
	async currentSession(): Promise<Session | undefined> {
		const identifier = await this.#actualIdentifier();
		const known = identifier === undefined ? undefined : this.#logins.get(identifier)?.session;
		if (known?.loggedIn) {
			const stored = await this.#context.store.read(storageKeys.userData(known.identifier));
			if (stored !== undefined && known.loggedIn) return known;
		}
		return (await this.current())?.session;
	}

	/** The user whose session is stored under the identifier. */
	async stored(identifier: string): Promise<Login | undefined> {
		const known = this.#logins.get(identifier);
		await known?.session.settled();
		const wasLoggedIn = known?.session.loggedIn;
		const data = await readStoredUser(this.#context.store, identifier);
		// A log out that came meanwhile made of `data` what it should not be any more.
		if (wasLoggedIn && !known?.session.loggedIn) return this.stored(identifier);
		if (!data) return undefined;
		return wasLoggedIn ? known : this.remember(new Session(this.#context, identifier, data, "storage"));
	}

	async #actualIdentifier(): Promise<string | undefined> {
		const identifier = await this.#context.store.read(storageKeys.actualUser);
		return typeof identifier === "string" && identifier !== "" ? identifier : undefined;
	}
}
