import { TransferControl } from "@sentc-ts/sdk";
import type { Attachments } from "./attachments.js";
import type { Attachment } from "./content.js";

interface UploadState {
	/** 0 to 1. */
	fraction: number;
	isPaused: boolean;
	/** Why it does not go on. */
	error: unknown;
}

/** One file on its way to the API. Components subscribe to its state. */
export class Upload {
	readonly file: File;
	/** For lists: files may have the same name. */
	readonly id = crypto.getRandomValues(new Uint32Array(1))[0];
	readonly #attachments: Attachments;
	readonly #onDone: (attachment: Attachment) => void;
	readonly #control = new TransferControl();
	readonly #cancel = new AbortController();
	readonly #listeners = new Set<() => void>();
	#running = Promise.resolve();
	#state: UploadState = { fraction: 0, isPaused: false, error: undefined };

	constructor(attachments: Attachments, file: File, onDone: (attachment: Attachment) => void) {
		this.#attachments = attachments;
		this.file = file;
		this.#onDone = onDone;
		this.start();
	}

	readonly getState = (): UploadState => this.#state;

	/** @returns stops telling */
	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	/** Also goes on with what broke off. */
	start(): void {
		this.#set({ error: undefined });
		this.#running = this.#send();
	}

	pause(): void {
		this.#control.pause();
		this.#set({ isPaused: true });
	}

	resume(): void {
		this.#control.resume();
		this.#set({ isPaused: false });
	}

	/** Nothing of it stays at the API, unless that can't be reached. */
	async cancel(): Promise<void> {
		this.#cancel.abort();
		await this.#running;
		await this.#attachments.giveUp(this.file).catch(console.error);
	}

	async #send(): Promise<void> {
		const { signal } = this.#cancel;
		try {
			const attachment = await this.#attachments.upload(this.file, {
				control: this.#control,
				signal,
				on_progress: ({ fraction = 0 }) => this.#set({ fraction }),
			});
			// Its end may have come before the cancellation.
			if (signal.aborted) await this.#attachments.drop([attachment]);
			else this.#onDone(attachment);
		} catch (error) {
			if (!signal.aborted) this.#set({ error });
		}
	}

	#set(change: Partial<UploadState>): void {
		this.#state = { ...this.#state, ...change };
		for (const listener of this.#listeners) listener();
	}
}
