const p: bigint = 2n ** 255n - 19n;

/** y coordinate of the points of order 8; the other two have −y. */
const order8Y: bigint = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/** y coordinates of the eight points whose order divides 8: orders 1, 2, 4, 8 and 8. */
const smallOrderY: ReadonlySet<bigint> = new Set([1n, p - 1n, 0n, order8Y, p - order8Y]);

/**
 * Is the encoding canonical (RFC 8032 §5.1.3: y < p) and the point not of small order? Keys of small order verify one
 * signature over many messages. Providers disagree about both, and about R of a signature (Node 24 refuses it where Node 22
 * does not), so every provider asks here first, for both.
 */
export function isStrictPoint(encoded: Uint8Array): boolean {
	let y = 0n;
	for (const byte of Uint8Array.from(encoded).reverse()) y = (y << 8n) | BigInt(byte);
	y &= (1n << 255n) - 1n;
	return y < p && !smallOrderY.has(y);
}
