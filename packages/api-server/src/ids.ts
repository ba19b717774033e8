import { randomBytes } from "node:crypto";

const UUID_4_OR_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The format check of ids that come from outside (protocol/http-api §2.1). */
export function isId(text: string): boolean {
	return UUID_4_OR_7.test(text);
}

/**
 * Makes UUIDs of version 7 that rise strictly, also within one millisecond (RFC 9562 §6.2, method 1), so that lists
 * ordered by time and id keep the order of creation.
 *
 * @param now the clock, ms
 */
export function createIds(now: () => number): () => string {
	let time = 0;
	let counter = 0;
	return () => {
		const current = now();
		if (current > time) {
			time = current;
			counter = 0;
		} else if (++counter > 0xfff) {
			time++;
			counter = 0;
		}
		const head = time.toString(16).padStart(12, "0");
		const random = randomBytes(8);
		random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
		const tail = random.toString("hex");
		return `${head.slice(0, 8)}-${head.slice(8)}-7${counter.toString(16).padStart(3, "0")}-${tail.slice(0, 4)}-${tail.slice(4)}`;
	};
}
