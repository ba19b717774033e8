import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { Failure } from "../../failure.js";
import { Lru } from "../../lru.js";

const REMEMBERED = 10_000;

interface Bucket {
	readonly tokens: number;
	/** When it held so many, ms. */
	readonly at: number;
}

interface AddressLimitOptions {
	readonly burst: number;
	readonly perSecond: number;
	readonly now: () => number;
}

/** A bucket of tokens for each client: a request takes one, and they come back with time. */
export class AddressLimit {
	readonly #options: AddressLimitOptions;
	readonly #buckets: Lru<Bucket> = new Lru(REMEMBERED);

	constructor(options: AddressLimitOptions) {
		this.#options = options;
	}

	/** How many clients are remembered. */
	get size(): number {
		return this.#buckets.size;
	}

	/** @throws Failure 429 when the bucket of the client is empty */
	take(client: string): void {
		const { burst, perSecond, now } = this.#options;
		const at = now();
		const bucket = this.#buckets.get(client) ?? { tokens: burst, at };
		const regained = (Math.max(0, at - bucket.at) / 1000) * perSecond;
		const tokens = Math.min(burst, bucket.tokens + regained);
		this.#buckets.set(client, { tokens: tokens < 1 ? tokens : tokens - 1, at });
		if (tokens < 1) throw new Failure(SERVER_ERRORS.TOO_MANY_REQUESTS, Math.ceil((1 - tokens) / perSecond));
	}
}
