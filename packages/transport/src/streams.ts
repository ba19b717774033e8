/** What is done along a stream. */
export interface StreamWatch {
	/** Sees each chunk before it goes on; what it throws ends both streams. */
	each?(chunk: Uint8Array): void;
	/** Makes the error to fail with when the source did. */
	failure?(cause: unknown): unknown;
	/**
	 * Ends both streams. A `fetch` that has answered can't be relied on for that: once its request is garbage, Node's forgets
	 * the signal.
	 */
	signal?: AbortSignal;
	/** Is called once: when the last byte has gone on, the source has failed, or nobody wants more. */
	ended?(): void;
}

/** What has a body of bytes, such as a `Request`. */
export interface StreamBody {
	readonly body: ReadableStream<Uint8Array> | null;
}

/** The same bytes, chunk by chunk as they are asked for. */
export function watchStream(
	source: ReadableStream<Uint8Array>,
	{ each, failure = (cause) => cause, signal, ended }: StreamWatch,
): ReadableStream<Uint8Array> {
	const reader = source.getReader();
	let end = (): void => undefined;
	return new ReadableStream(
		{
			start(controller) {
				const abort = (): void => {
					end();
					controller.error(failure(signal?.reason));
					reader.cancel(signal?.reason).catch(() => undefined);
				};
				end = () => {
					end = () => undefined;
					signal?.removeEventListener("abort", abort);
					ended?.();
				};
				if (signal?.aborted) return abort();
				signal?.addEventListener("abort", abort);
			},
			async pull(controller) {
				try {
					const { done, value } = await reader.read().catch((cause: unknown) => Promise.reject(failure(cause)));
					if (!done) {
						each?.(value);
						return controller.enqueue(value);
					}
					end();
					controller.close();
				} catch (error) {
					end();
					// Not awaited: a sender that never ends would keep the error from being seen.
					reader.cancel(error).catch(() => undefined);
					throw error;
				}
			},
			cancel(reason) {
				end();
				return reader.cancel(reason);
			},
		},
		{ highWaterMark: 0 },
	);
}

/**
 * The body of a request that fails as soon as it is longer than allowed; nothing is read until somebody reads.
 *
 * @param maxBytes most bytes that are let through
 * @param tooLarge makes the error that the stream fails with
 * @param brokenOff makes the error for a sender that ends before its body does; absent = what the runtime throws
 */
export function limitedBody(
	{ body }: StreamBody,
	maxBytes: number,
	tooLarge: () => Error,
	brokenOff?: () => Error,
): ReadableStream<Uint8Array> {
	let length = 0;
	return watchStream(body ?? new Blob().stream(), {
		each(chunk) {
			length += chunk.length;
			if (length > maxBytes) throw tooLarge();
		},
		failure: (cause) => brokenOff?.() ?? cause,
	});
}

/**
 * Reads a body that fits into memory, at most so much of it.
 *
 * @param maxBytes most bytes that are read
 * @param tooLarge makes the error for a longer body; it is thrown before the rest is read
 * @param brokenOff as for {@link limitedBody}
 */
export async function readLimited(
	request: StreamBody,
	maxBytes: number,
	tooLarge: () => Error,
	brokenOff?: () => Error,
): Promise<Uint8Array> {
	if (request.body === null) return new Uint8Array();
	return readAll(limitedBody(request, maxBytes, tooLarge, brokenOff));
}

/**
 * Reads a stream to its end. `Response` would do the same, but in browsers it fails with an error of its own instead of the
 * stream's.
 */
export async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	const reader = stream.getReader();
	for (let part = await reader.read(); !part.done; part = await reader.read()) chunks.push(part.value);
	const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const chunk of chunks) {
		bytes.set(chunk, at);
		at += chunk.length;
	}
	return bytes;
}
