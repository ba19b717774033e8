/** What open pages are told. Contents never travel this way: a page that hears of a change asks for it. */
type Change = "notes" | "members" | "account";

/** A page that listens to a notebook. */
export interface Listener {
	readonly groupId: string;
	readonly userId: string;
	tell(change: Change): void;
	/** Ends the stream. Who may still read comes back, through the same checks as everybody. */
	end(): void;
}

/** Who listens to which notebook, in this process. */
export class Live {
	readonly #listeners = new Set<Listener>();
	readonly #most: number;

	/** @param most open streams of one user */
	constructor(most: number) {
		this.#most = most;
	}

	/** May the user open one more? */
	hasRoom(userId: string): boolean {
		return this.#those((listener) => listener.userId === userId).length < this.#most;
	}

	/** @returns stops listening */
	listen(listener: Listener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	notesChanged(groupId: string): void {
		for (const listener of this.#of(groupId)) listener.tell("notes");
	}

	/** Somebody came, went, or asks to come. A member who was removed must not hear more, so everybody has to come back. */
	membersChanged(groupId: string): void {
		sendBack(this.#of(groupId), "members");
	}

	/** So it is with a device that was removed. */
	accountChanged(userId: string): void {
		sendBack(
			this.#those((listener) => listener.userId === userId),
			"account",
		);
	}

	close(): void {
		for (const listener of this.#those(() => true)) listener.end();
	}

	#of(groupId: string): Listener[] {
		return this.#those((listener) => listener.groupId === groupId);
	}

	#those(wanted: (listener: Listener) => boolean): Listener[] {
		return [...this.#listeners].filter(wanted);
	}
}

function sendBack(listeners: readonly Listener[], change: Change): void {
	for (const listener of listeners) {
		listener.tell(change);
		listener.end();
	}
}
