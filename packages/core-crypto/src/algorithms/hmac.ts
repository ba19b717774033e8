import { call } from "./op.js";
import type { SearchableSuite } from "./types.js";

/** Searchable hashes: HMAC with SHA-256 (RFC 2104; protocol/crypto §3.8). */
export const hmacSha256: SearchableSuite = {
	id: "HMAC-SHA256",
	variant: "HmacSha256",
	keyLength: 32,
	hash: (key, data) => call((platform) => platform.hmacSha256(key, data)),
	hasher: (key) => call((platform) => platform.keyedHmacSha256(key)),
};
