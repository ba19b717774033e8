import { RequestError } from "@sentc-ts/transport";

/**
 * Pauses a transfer and goes on with it: what is under way comes to its end, nothing new begins. One may be given to several transfers.
 *
 * @example
 * ```ts
 * import { type Group, TransferControl } from "@sentc-ts/sdk";
 *
 * export function upload(group: Group, file: File, button: HTMLButtonElement): Promise<unknown> {
 * 	const control = new TransferControl();
 * 	button.onclick = () => (control.paused ? control.resume() : control.pause());
 * 	return group.createFile(file, { control });
 * }
 * ```
 */
export class TransferControl {
	#resumed: PromiseWithResolvers | undefined;

	get paused(): boolean {
		return this.#resumed !== undefined;
	}

	pause(): void {
		this.#resumed ??= withResolvers();
	}

	resume(): void {
		this.#resumed?.resolve();
		this.#resumed = undefined;
	}

	/** Resolves at once unless it is paused. */
	async running(): Promise<void> {
		while (this.#resumed) await this.#resumed.promise;
	}
}

interface PromiseWithResolvers {
	readonly promise: Promise<void>;
	resolve(): void;
}

function withResolvers(): PromiseWithResolvers {
	let resolve = (): void => undefined;
	const promise = new Promise<void>((resolved) => {
		resolve = resolved;
	});
	return { promise, resolve };
}

/**
 * Waits while a transfer is paused.
 *
 * @throws RequestError `REQUEST_ABORTED`
 */
export async function mayGoOn(control: TransferControl | undefined, signal: AbortSignal | undefined): Promise<void> {
	if (control?.paused) await untilAborted(control.running(), signal);
	if (signal?.aborted) throw aborted(signal);
}

/** @param ms how long to wait @throws RequestError `REQUEST_ABORTED` */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const over = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, ms);
	});
	return untilAborted(over, signal).finally(() => clearTimeout(timer));
}

function aborted({ reason }: AbortSignal): RequestError {
	return new RequestError("REQUEST_ABORTED", "The transfer was aborted", { cause: reason });
}

async function untilAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
	if (!signal) return promise;
	if (signal.aborted) throw aborted(signal);
	let abort = (): void => undefined;
	const ended = new Promise<never>((_, reject) => {
		abort = () => reject(aborted(signal));
		signal.addEventListener("abort", abort);
	});
	return Promise.race([promise, ended]).finally(() => signal.removeEventListener("abort", abort));
}
