/** Nonces that are asked for at once: that costs hardly more than asking for one. */
const pooled = 64;

/** Random bytes of one length, each of which are given out once. */
export interface Nonces {
	/** Of one, bytes. */
	readonly length: number;
	take(): Uint8Array;
	/** Those that were not given out are no more. */
	clear(): void;
}

/**
 * A supply of nonces. It holds nothing secret, but none may come twice: what is given out is a copy, and is overwritten here.
 *
 * @param length of one, bytes
 * @param fill overwrites all bytes by random ones
 */
export function createNonces(length: number, fill: (bytes: Uint8Array<ArrayBuffer>) => void): Nonces {
	const pool = new Uint8Array(pooled * length);
	let at = pool.length;
	return {
		length,
		take() {
			if (at === pool.length) {
				fill(pool);
				at = 0;
			}
			const nonce = pool.slice(at, at + length);
			pool.fill(0, at, at + length);
			at += length;
			return nonce;
		},
		clear() {
			pool.fill(0);
			at = pool.length;
		},
	};
}
