/** What open pages are told. Contents never travel this way: a page that hears of a change asks for it. */
type Change = "notes" | "members";

/** Somebody who listens to a notebook. */
interface Listener {
	tell(change: Change): void;
	/** Ends the stream. Who may still read comes back, through the same checks as everybody. */
	end(): void;
}

/** Who listens to which notebook, in this process. */
export class Live {
	readonly #listeners = new Map<string, Set<Listener>>();
	/** How many streams a user has open. */
	readonly #open = new Map<string, number>();
	readonly #most: number;

	/** @param most open streams of one user */
	constructor(most: number) {
		this.#most = most;
	}

	/** May the user open one more? */
	hasRoom(userId: string): boolean {
		return (this.#open.get(userId) ?? 0) < this.#most;
	}

	/** @returns stops listening */
	listen(groupId: string, userId: string, listener: Listener): () => void {
		const listeners = this.#listeners.get(groupId) ?? new Set();
		this.#listeners.set(groupId, listeners.add(listener));
		this.#count(userId, 1);
		return () => {
			if (listeners.delete(listener)) this.#count(userId, -1);
			if (listeners.size === 0) this.#listeners.delete(groupId);
		};
	}

	#count(userId: string, more: number): void {
		const open = (this.#open.get(userId) ?? 0) + more;
		if (open === 0) this.#open.delete(userId);
		else this.#open.set(userId, open);
	}

	notesChanged(groupId: string): void {
		for (const listener of this.#listeners.get(groupId) ?? []) listener.tell("notes");
	}

	/** A member who was removed must not hear more, so everybody has to come back. */
	membersChanged(groupId: string): void {
		for (const listener of [...(this.#listeners.get(groupId) ?? [])]) {
			listener.tell("members");
			listener.end();
		}
	}

	close(): void {
		for (const listeners of [...this.#listeners.values()]) for (const listener of [...listeners]) listener.end();
	}
}
