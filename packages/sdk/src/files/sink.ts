import { InvalidInput, isSentcError } from "@sentc-ts/core-crypto";
import { FileError } from "../file-errors.js";
import type { FileSink, NodeWritable } from "./types.js";

/** A file as a stream: the next part is asked for when it is read, and what is read no more is not loaded. */
export function toStream(parts: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
	return new ReadableStream(
		{
			async pull(controller) {
				const next = await parts.next();
				if (next.done) controller.close();
				else controller.enqueue(next.value);
			},
			async cancel() {
				await parts.return(undefined);
			},
		},
		{ highWaterMark: 0 },
	);
}

/**
 * A file as the URL of a Blob, which browsers keep on the disk when it is large. Nothing is given out before all of it is checked. Its type
 * keeps browsers from guessing one (MIME Sniffing §7): a page that somebody sent would run in the origin of the app.
 *
 * @param cancelled asked after each part: `true` gives the empty text
 */
export async function toUrl(parts: AsyncIterable<Uint8Array>, cancelled?: () => boolean): Promise<string> {
	const blobs: Blob[] = [];
	for await (const part of parts) {
		blobs.push(new Blob([part as BlobPart]));
		if (cancelled?.()) return "";
	}
	return URL.createObjectURL(new Blob(blobs, { type: "application/octet-stream" }));
}

/**
 * Writes a file; the next part waits until one is written. After a failure the sink is given up, not closed.
 *
 * @throws FileError `FILE_UNWRITABLE` · InvalidInput `sink` · what the parts throw
 */
export async function writeTo(parts: AsyncIterable<Uint8Array>, sink: FileSink): Promise<void> {
	const writer = writerOf(sink);
	try {
		for await (const part of parts) await writer.write(part).catch(unwritable);
		await writer.close().catch(unwritable);
	} catch (error) {
		await writer.abort(error).catch(() => undefined);
		throw error;
	}
}

interface Writer {
	write(part: Uint8Array): Promise<void>;
	close(): Promise<void>;
	abort(reason: unknown): Promise<void>;
}

function writerOf(sink: FileSink): Writer {
	if (typeof sink === "object" && sink !== null) {
		if ("getWriter" in sink) return sink.getWriter();
		if ("write" in sink && "end" in sink && "destroy" in sink && "on" in sink) return nodeWriter(sink);
	}
	throw new InvalidInput("sink", "must be a WritableStream, or a Writable of Node");
}

function nodeWriter(sink: NodeWritable): Writer {
	let failed = (_error: Error): void => undefined;
	const failure = new Promise<never>((_, reject) => {
		failed = reject;
	});
	failure.catch(() => undefined);
	sink.on("error", failed);
	return {
		write: (part) =>
			Promise.race([
				failure,
				new Promise<void>((resolve, reject) => {
					sink.write(part, (error) => (error ? reject(error) : resolve()));
				}),
			]),
		close: () => Promise.race([failure, new Promise<void>((resolve) => void sink.end(resolve))]),
		abort: async (reason) => {
			sink.destroy(reason instanceof Error ? reason : undefined);
		},
	};
}

function unwritable(cause: unknown): never {
	throw isSentcError(cause) ? cause : new FileError("FILE_UNWRITABLE", cause);
}
