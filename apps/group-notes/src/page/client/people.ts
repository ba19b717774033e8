import type { Backend } from "./backend.js";

/** How many the backend answers at once. */
const PAGE = 100;

/** Names of people, from the backend. */
export class People {
	readonly #backend: Backend;
	readonly #names = new Map<string, string>();

	constructor(backend: Backend) {
		this.#backend = backend;
	}

	/** Asks for the names that are not known yet. */
	async load(userIds: readonly string[]): Promise<void> {
		const unknown = [...new Set(userIds)].filter((id) => !this.#names.has(id)).toSorted();
		for (let start = 0; start < unknown.length; start += PAGE) {
			const names = await this.#backend.people(unknown.slice(start, start + PAGE));
			for (const [id, name] of Object.entries(names)) this.#names.set(id, name);
		}
	}

	/** For those whose name is loaded. */
	nameOf(userId: string): string {
		return this.#names.get(userId) ?? `Somebody (${userId.slice(0, 8)})`;
	}
}
