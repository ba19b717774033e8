import { hkdfSync } from "node:crypto";
import type { ArgonOpts } from "../node_modules/@noble/hashes/argon2.js";
import type { KDFInput, TRet } from "../node_modules/@noble/hashes/utils.js";
import { PASSWORD } from "./password.js";
import { argon2id as remembered } from "./remembered-argon2.js";

/**
 * In the place of Argon2id, which would be a third of the time of tests with users: what it makes of {@link PASSWORD}, and of
 * passwords that begin with it, depends on salt and costs, too, and takes no time. All others are derived as they are, so that
 * recorded accounts open.
 */
export function argon2id(password: KDFInput, salt: KDFInput, options: ArgonOpts): TRet<Uint8Array> {
	if (!Buffer.from(password).subarray(0, PASSWORD.length).equals(Buffer.from(PASSWORD)))
		return remembered(password, salt, options);
	const { dkLen = 32 } = options;
	return new Uint8Array(hkdfSync("sha256", Buffer.from(password), Buffer.from(salt), JSON.stringify(options), dkLen));
}
