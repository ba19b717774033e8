import { type ArgonOpts, argon2id as derive } from "../node_modules/@noble/hashes/argon2.js";
import type { KDFInput, TRet } from "../node_modules/@noble/hashes/utils.js";

const known = new Map<string, TRet<Uint8Array>>();

/**
 * Argon2id, which is most of the time of a login: tests with users derive from the same password and salt once. A vitest alias puts
 * it in the place of the library's; core-crypto's own tests, those of browsers, of processes and soaks run that itself.
 */
export function argon2id(password: KDFInput, salt: KDFInput, options: ArgonOpts): TRet<Uint8Array> {
	const name = JSON.stringify([[...Buffer.from(password)], [...Buffer.from(salt)], options]);
	const key = known.get(name) ?? derive(password, salt, options);
	known.set(name, key);
	return Uint8Array.from(key) as TRet<Uint8Array>;
}
