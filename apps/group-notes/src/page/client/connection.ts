import { isSentcError } from "@sentc-ts/sdk";
import { dropKept, keep, readKept } from "../offline/kept.js";

/** How long a request may take, ms. */
export const TIMEOUT = 15_000;

/** The backend could not be reached, or refused. The message is a sentence for people. */
export class BackendError extends Error {
	/** HTTP status, 0 = no answer. */
	readonly status: number;

	constructor(message: string, status: number) {
		super(message);
		this.status = status;
	}
}

const UNREACHED = ["REQUEST_FAILED", "REQUEST_TIMEOUT", "REFRESH_FAILED"];

/** Did nobody answer? Then there may be something that was kept. */
export function isUnreached(error: unknown): boolean {
	if (error instanceof BackendError) return error.status === 0 || error.status >= 500;
	return isSentcError(error) && UNREACHED.includes(error.code);
}

/** Tells whether pages show what is new, or what was kept. */
export class Connection {
	isOnline = true;
	readonly #listeners = new Set<() => void>();

	readonly getState = (): boolean => this.isOnline;

	/** @returns stops telling */
	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	/** What the work answers. */
	async asking(work: () => Promise<string>): Promise<string> {
		try {
			const text = await work();
			this.set(true);
			return text;
		} catch (error) {
			if (isUnreached(error)) this.set(false);
			throw error;
		}
	}

	/**
	 * What the work answers; when it reaches nobody, what it answered last.
	 *
	 * @param path names it
	 */
	async keeping(path: string, work: () => Promise<string>): Promise<string> {
		try {
			const text = await this.asking(work);
			await keep(path, text);
			return text;
		} catch (error) {
			if (!isUnreached(error)) {
				await dropKept(path);
				throw error;
			}
			const kept = await readKept(path);
			if (kept === undefined) throw error;
			return kept;
		}
	}

	set(isOnline: boolean): void {
		if (this.isOnline === isOnline) return;
		this.isOnline = isOnline;
		for (const listener of this.#listeners) listener();
	}
}
