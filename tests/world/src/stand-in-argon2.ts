import { hkdfSync } from "node:crypto";
import type { Argon2Options, Primitives } from "@sentc-ts/core-crypto";
import { PASSWORD } from "./password.js";
import { createPrimitives as createRememberingPrimitives } from "./remembered-argon2.js";

/**
 * With something in the place of Argon2id, which would be a third of the time of tests with users: what it makes of {@link PASSWORD},
 * and of passwords that begin with it, depends on salt and costs, too, and takes no time. All others are derived as they are, so that
 * recorded accounts open.
 */
export function createPrimitives(): Primitives {
	const primitives = createRememberingPrimitives();
	const argon2id = (password: Uint8Array, salt: Uint8Array, options: Argon2Options): Uint8Array => {
		if (!Buffer.from(password).subarray(0, PASSWORD.length).equals(Buffer.from(PASSWORD)))
			return primitives.argon2id(password, salt, options);
		return new Uint8Array(hkdfSync("sha256", password, salt, JSON.stringify(options), options.length));
	};
	return { ...primitives, argon2id };
}
