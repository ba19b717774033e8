/** So many bytes, the same ones each time. */
export const bytes = (length: number): Uint8Array => new Uint8Array(length).map((_, at) => (at * 7 + (at >> 8)) % 256);

export function pieces(content: Uint8Array, length: number): Uint8Array[] {
	const count = Math.ceil(content.length / length);
	return Array.from({ length: count }, (_, at) => content.subarray(at * length, (at + 1) * length));
}

/** What an object URL stands for; it is revoked. */
export async function contentOf(url: string): Promise<Uint8Array> {
	const content = await (await fetch(url)).arrayBuffer();
	URL.revokeObjectURL(url);
	return new Uint8Array(content);
}

export async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
	return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

/** As not every type of the platform knows `ReadableStream.from`. */
export function streamOf(list: Iterable<unknown>): ReadableStream<Uint8Array> {
	const iterator = list[Symbol.iterator]();
	return new ReadableStream<unknown>({
		pull(controller) {
			const { done, value } = iterator.next();
			if (done) controller.close();
			else controller.enqueue(value);
		},
	}) as ReadableStream<Uint8Array>;
}
