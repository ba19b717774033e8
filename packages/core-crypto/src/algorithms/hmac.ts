import type { SearchableSuite } from "./types.js";

/** Searchable hashes: HMAC with SHA-256 (RFC 2104; protocol/crypto §3.8). */
export const hmacSha256: SearchableSuite = {
	id: "HMAC-SHA256",
	variant: "HmacSha256",
	keyLength: 32,
	hash: (primitives, key, data) => primitives.hmacSha256(key, data),
	hasher: (primitives, key) => primitives.keyedHmacSha256(key),
};
