import { watchStream } from "@sentc-ts/transport";
import { type ByteStream, type Route, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Address } from "@sentc-ts/transport/limits";
import { Failure } from "../../failure.js";

/** Most parts of one address that are under way: 33 uploads of the SDK, which has three at a time. */
const MOST = 100;

/** Seconds. */
const RETRY_AFTER = 1;

/** Does it take or answer bytes, which may go on for long? */
export const isTransfer = ({ body, result }: Route): boolean => body.kind === "bytes" || result.kind === "bytes";

/** Uploads and downloads that are under way: nobody can keep so many open that there are none for others. */
export class Transfers {
	readonly #running: Map<string, number> = new Map();

	/**
	 * Does the work, which runs until the bytes that it answers, if any, were read or nobody wants more.
	 *
	 * @throws Failure 429
	 */
	async during<Result>(appId: string, address: Address | undefined, work: () => Promise<Result>): Promise<Result> {
		const network = address?.networks.at(0)?.key;
		if (network === undefined) return work();
		const end = this.#begin(`${appId} ${network}`);
		try {
			const result = await work();
			if (!isByteStream(result)) {
				end();
				return result;
			}
			return { ...result, stream: watchStream(result.stream, { ended: end }) };
		} catch (error) {
			end();
			throw error;
		}
	}

	#begin(who: string): () => void {
		const count = this.#running.get(who) ?? 0;
		if (count >= MOST) throw new Failure(SERVER_ERRORS.TOO_MANY_REQUESTS, RETRY_AFTER);
		this.#running.set(who, count + 1);
		return () => {
			const others = (this.#running.get(who) ?? 0) - 1;
			if (others > 0) this.#running.set(who, others);
			else this.#running.delete(who);
		};
	}
}

function isByteStream(result: unknown): result is ByteStream {
	return typeof result === "object" && result !== null && "stream" in result;
}
