import { type Group, KeyRotationUnfinished, SignerUnknown } from "@sentc-ts/sdk";
import { BackendError } from "./own-backend.js";
import type { Session } from "./session.js";

/** Signatures below keys are checked, and who signed has to exist. */
const STRICT = 2;

export type Listener = (group: Group | undefined) => void;

/** The group that is shown. */
export class CurrentGroup {
	readonly #session: Session;
	readonly #listeners: Listener[] = [];
	#group: Group | undefined;
	/** Of groups that are opened at the same time the last one counts. */
	#turn = 0;

	constructor(session: Session) {
		this.#session = session;
	}

	get isOpen(): boolean {
		return this.#group !== undefined;
	}

	get group(): Group {
		if (!this.#group) throw new BackendError("Open a group first.");
		return this.#group;
	}

	get id(): string {
		return this.group.data.group_id;
	}

	/** Calls the listener with the group that was opened or looked at again, and with nothing when it is left. */
	onChange(listener: Listener): void {
		this.#listeners.push(listener);
	}

	/** @throws SignerUnknown when a key is signed by somebody whom the person did not name */
	async open(groupId: string): Promise<void> {
		this.close();
		const turn = this.#turn;
		const group = await this.#session.user.getGroup(groupId, undefined, STRICT);
		await takeNewKeys(group);
		if (turn !== this.#turn) return;
		this.#group = group;
		this.#tell();
	}

	/** The own rank, and keys that others made, may be other ones by now. */
	async lookAgain(): Promise<void> {
		await takeNewKeys(this.group);
		this.#tell();
	}

	close(): void {
		this.#turn += 1;
		if (!this.#group) return;
		this.#group = undefined;
		this.#tell();
	}

	#tell(): void {
		for (const listener of this.#listeners) listener(this.#group);
	}
}

async function takeNewKeys(group: Group): Promise<void> {
	await group.groupUpdateCheck();
	if (!group.data.key_update) return;
	try {
		await group.finishKeyRotation(STRICT);
	} catch (error) {
		const stranger = error instanceof KeyRotationUnfinished ? error.failures.find(isByStranger)?.error : undefined;
		throw stranger ?? error;
	}
}

function isByStranger({ error }: { error: Error }): boolean {
	return error instanceof SignerUnknown;
}
