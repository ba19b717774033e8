import { decodeJwt, type RefreshStrategy, SessionEnded } from "@sentc-ts/transport";
import type { UserData } from "../types.js";

/** A JWT with less time than this is replaced before it is used, seconds (spec sdk-api §2.1). */
const REFRESH_BEFORE_SECONDS = 30;

/** Whose tokens they are. */
export interface SessionOwner {
	/** @throws SessionEnded after log out */
	readonly data: UserData;
	save(): Promise<void>;
}

/** Keeps the JWT of one user valid. */
export class Session {
	readonly #owner: SessionOwner;
	readonly #strategy: RefreshStrategy;
	readonly #onEnd: (reason: SessionEnded) => void;
	#refreshing: Promise<string> | undefined;
	#refusal: SessionEnded | undefined;

	constructor(owner: SessionOwner, strategy: RefreshStrategy, onEnd: (reason: SessionEnded) => void) {
		this.#owner = owner;
		this.#strategy = strategy;
		this.#onEnd = onEnd;
	}

	/**
	 * A JWT that is valid for at least 30 seconds.
	 *
	 * @throws SessionEnded after log out, or when the API refused to go on
	 * @throws RefreshFailed when no new JWT came
	 */
	async getJwt(): Promise<string> {
		const { jwt } = this.#owner.data;
		if (decodeJwt(jwt).exp > Date.now() / 1000 + REFRESH_BEFORE_SECONDS) return jwt;
		return this.refresh(this.#strategy);
	}

	/** Replaces the JWT; calls that come meanwhile wait for the same one. */
	refresh(strategy: RefreshStrategy): Promise<string> {
		this.#refreshing ??= this.#replace(strategy).finally(() => {
			this.#refreshing = undefined;
		});
		return this.#refreshing;
	}

	async #replace(strategy: RefreshStrategy): Promise<string> {
		if (this.#refusal) throw this.#refusal;
		const { jwt, refresh_token } = this.#owner.data;
		const next = await strategy.refresh(jwt, refresh_token).catch((error: unknown) => this.#refused(error));
		// After a log out `data` throws: a refresh that comes back late must not bring the session back.
		this.#owner.data.jwt = next;
		await this.#owner.save();
		return next;
	}

	#refused(error: unknown): never {
		if (error instanceof SessionEnded) {
			this.#refusal = error;
			this.#onEnd(error);
		}
		throw error;
	}
}
