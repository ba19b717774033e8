import {
	type Client,
	decodeJwt,
	isMissingRoute,
	type Refresh,
	RefreshFailed,
	SessionEnded,
	withDeadline,
} from "@sentc-ts/transport";
import { sessionRoutes } from "@sentc-ts/transport/contract";
import type { UserData } from "../types.js";

/** A JWT with less time than this is replaced before it is used, seconds (protocol/sdk-api §2.1). */
const REFRESH_BEFORE_SECONDS = 30;

/** How long the API may take to end a session, ms: nobody should wait long to log out. */
const END_TIMEOUT_MS = 5000;

/** What a login gives to go on without the password. */
export type SessionTokens = Pick<UserData, "jwt" | "refresh_token">;

/** Whose tokens they are. */
export interface TokenOwner {
	/** @throws SessionEnded after log out */
	readonly data: UserData;
	/** Another tab may have another session of the same device. */
	reload(): Promise<void>;
	save(): Promise<void>;
}

/** Keeps the JWT of one user valid. */
export class JwtSource {
	readonly #owner: TokenOwner;
	readonly #refresh: Refresh;
	readonly #onEnd: (reason: SessionEnded) => void;
	#refreshing: Promise<string> | undefined;
	#refusal: SessionEnded | undefined;

	constructor(owner: TokenOwner, refresh: Refresh, onEnd: (reason: SessionEnded) => void) {
		this.#owner = owner;
		this.#refresh = refresh;
		this.#onEnd = onEnd;
	}

	/**
	 * A JWT that is valid for at least 30 seconds.
	 *
	 * @throws SessionEnded after log out, or when the API refused to go on
	 * @throws RefreshFailed when no new JWT came
	 */
	async get(): Promise<string> {
		const { jwt } = this.#owner.data;
		if (decodeJwt(jwt).exp > Date.now() / 1000 + REFRESH_BEFORE_SECONDS) return jwt;
		return this.refresh();
	}

	/** Replaces the JWT; calls that come meanwhile wait for the same one. */
	refresh(refresh: Refresh = this.#refresh): Promise<string> {
		return this.#refreshing ?? this.#alone(() => this.#replace(refresh));
	}

	/**
	 * Goes on with the tokens of a new login; calls that need another JWT meanwhile wait for it.
	 *
	 * @throws RefreshFailed when the login failed
	 */
	async renew(login: () => Promise<SessionTokens>): Promise<void> {
		while (this.#refreshing) await this.#refreshing.catch(() => undefined);
		await this.#alone(() => this.#adopt(login));
	}

	#alone(run: () => Promise<string>): Promise<string> {
		this.#refreshing = run().finally(() => {
			this.#refreshing = undefined;
		});
		return this.#refreshing;
	}

	async #adopt(login: () => Promise<SessionTokens>): Promise<string> {
		const tokens = await login().catch((cause: unknown) => {
			throw new RefreshFailed("The login for a new session failed", { cause });
		});
		Object.assign(this.#owner.data, tokens);
		this.#refusal = undefined;
		await this.#owner.save();
		return tokens.jwt;
	}

	async #replace(refresh: Refresh, again = true): Promise<string> {
		if (this.#refusal) throw this.#refusal;
		await this.#owner.reload();
		const { jwt, refresh_token } = this.#owner.data;
		const answer = await refresh(jwt, refresh_token, true).catch((error: unknown) => ({ error }));
		await this.#owner.reload();
		// After a log out `data` throws: a refresh that comes back late must not bring the session back.
		const { data } = this.#owner;
		// Another tab may have gone on with another session: a changed password ends the one of this answer.
		const expected = [refresh_token, "error" in answer ? undefined : answer.refresh_token];
		if (again && !expected.includes(data.refresh_token)) return this.#replace(refresh, false);
		if ("error" in answer) return this.#refused(answer.error);
		Object.assign(data, answer);
		await this.#owner.save();
		return answer.jwt;
	}

	#refused(error: unknown): never {
		if (error instanceof SessionEnded) {
			this.#refusal = error;
			this.#onEnd(error);
		}
		throw error;
	}
}

/**
 * Why a session goes on at the API after a log out, until its refresh token expires there: `unsupported` = the API, as the
 * reference's, has no way to end one; `failed` = it could not be reached, or refused.
 */
export type SessionLeft = "unsupported" | "failed";

/**
 * Ends a session at the API, if that can be reached: otherwise a refresh token that nobody has stays valid there.
 *
 * @returns `undefined` when it has ended, or is the own backend's to end
 */
export async function endSession(client: Client, tokens: SessionTokens): Promise<SessionLeft | undefined> {
	const { jwt, refresh_token } = tokens;
	if (refresh_token === "") return undefined;
	const call = async (): Promise<undefined> => {
		const signal = AbortSignal.timeout(END_TIMEOUT_MS);
		await client.call(sessionRoutes.endSession, { jwt, body: { refresh_token }, signal });
	};
	const overdue = (): Error => new Error("The API did not answer in time");
	return withDeadline(call, END_TIMEOUT_MS, overdue).catch((error: unknown) =>
		isMissingRoute(error) ? "unsupported" : "failed",
	);
}
