/** One answer of the API that is changed on its way. */
export interface Alteration {
	/** End of the path of the requests whose answer is changed. */
	path: string;
	/** @returns the text that arrives */
	change(answer: string): string;
	/** HTTP status; default: the API's. */
	status?: number;
}

export interface AlteringFetch {
	fetch: typeof globalThis.fetch;
	/** Runs the call while the alteration is in force. */
	during<Result>(alteration: Alteration | undefined, call: () => Promise<Result>): Promise<Result>;
}

/** A `fetch` whose answers can be changed. */
export function createAlteringFetch(send: typeof globalThis.fetch): AlteringFetch {
	let alteration: Alteration | undefined;
	return {
		async fetch(input, init) {
			const request = new Request(input, init);
			const response = await send(request);
			if (!alteration || !new URL(request.url).pathname.endsWith(alteration.path)) return response;
			const { change, status = response.status } = alteration;
			return new Response(change(await response.text()), { status });
		},
		async during(next, call) {
			alteration = next;
			return call().finally(() => {
				alteration = undefined;
			});
		},
	};
}

export type Json = Record<string, unknown>;

/** Changes the result of an answer in place. */
export const inResult =
	(change: (result: Json) => unknown) =>
	(answer: string): string => {
		const envelope: { result: Json } = JSON.parse(answer);
		change(envelope.result);
		return JSON.stringify(envelope);
	};

/** Puts another result into an answer. */
export const resultIs = (result: unknown) => (): string => JSON.stringify({ status: true, result });
