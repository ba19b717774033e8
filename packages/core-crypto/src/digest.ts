import { createPrimitives } from "#default-primitives";
import { requireBytes } from "./encoding/bytes.js";

/**
 * SHA-256 (FIPS 180-4), for checksums outside the protocol.
 *
 * @returns 32 bytes
 * @throws InvalidInput when `data` is not bytes
 */
export function sha256(data: Uint8Array): Uint8Array {
	requireBytes(data, "data");
	return createPrimitives().sha256(data);
}
