import { limitedBody, watchStream } from "@sentc-ts/transport";
import { type ByteStream, MAX_FILE_PART_BYTES } from "@sentc-ts/transport/contract";

/**
 * Where an own backend keeps encrypted parts of files, by their ids, which are UUIDs. `folderStorage` and `s3Storage` of
 * `@sentc-ts/api-server` are such.
 */
export interface PartStore {
	/**
	 * Stores a part as it comes. Whoever reads it meanwhile sees nothing of it. One that is there already is replaced: it is sent
	 * again when an answer got lost. A part whose writing fails may leave something behind that {@link PartStore.read} does not find.
	 *
	 * @throws what the stream fails with: then the part is removed
	 */
	write(partId: string, bytes: ReadableStream<Uint8Array>): Promise<void>;
	/** @returns `undefined` when there is no such part */
	read(partId: string): Promise<ByteStream | undefined>;
	/** Removes a part, and whatever a failed {@link PartStore.write} left; one that is not there is no error. */
	remove(partId: string): Promise<void>;
}

export class PartTooLarge extends Error {}

/** Somebody sends the same part again: whoever sent it before may be gone, without that it was noticed. */
export class PartSentAgain extends Error {}

/** A part that is being written. */
interface Writing {
	readonly ending: AbortController;
	/** Resolves when it has ended, well or not. */
	readonly ended: Promise<unknown>;
}

/** Writes parts into a store, each by one sender at a time: the last one who sends it. */
export class PartWriter {
	readonly #store: PartStore;
	readonly #onError: (error: unknown) => void;
	readonly #writings: Map<string, Writing> = new Map();

	/** @param onError hears why something could not be removed */
	constructor(store: PartStore, onError: (error: unknown) => void) {
		this.#store = store;
		this.#onError = onError;
	}

	/**
	 * Stores the body of a request as a part. When that fails nothing of the part stays.
	 *
	 * @throws PartTooLarge · PartSentAgain when another one has taken over · what the store or the body fails with
	 */
	async write(partId: string, request: Request): Promise<void> {
		const before = this.#writings.get(partId);
		before?.ending.abort(new PartSentAgain());
		const ending = new AbortController();
		const written = (before?.ended ?? Promise.resolve()).then(() => this.#write(partId, request, ending.signal));
		const writing: Writing = { ending, ended: written.catch(() => undefined) };
		this.#writings.set(partId, writing);
		try {
			await written;
		} finally {
			if (this.#writings.get(partId) === writing) this.#writings.delete(partId);
		}
	}

	async #write(partId: string, request: Request, signal: AbortSignal): Promise<void> {
		try {
			await this.#store.write(partId, watchStream(wholeBody(request), { signal }));
		} catch (error) {
			await this.#store.remove(partId).catch(this.#onError);
			throw signal.aborted ? signal.reason : error;
		}
	}
}

/** Fails where a sender has gone before the end: Node's body may end then like one that is complete. */
function wholeBody(request: Request): ReadableStream<Uint8Array> {
	const announced = request.headers.get("Content-Length");
	let length = 0;
	const counting = new TransformStream<Uint8Array, Uint8Array>({
		transform(chunk, controller) {
			length += chunk.length;
			controller.enqueue(chunk);
		},
		flush() {
			if (announced !== null && Number(announced) !== length) throw new Error("The part was not sent to its end");
		},
	});
	return limitedBody(request, MAX_FILE_PART_BYTES, () => new PartTooLarge()).pipeThrough(counting);
}
