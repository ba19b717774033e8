import type { Argon2Options, Primitives } from "@sentc-ts/core-crypto";
import { createPrimitives as createNodePrimitives } from "../node_modules/@sentc-ts/core-crypto/dist/primitives/node.js";

const known = new Map<string, Uint8Array>();

/**
 * The primitives of Node, with a memory for Argon2id, which is most of the time of a login: tests with users derive from the same password
 * and salt once. A vitest alias puts them in the place of the package's; core-crypto's own tests, those of browsers, of processes and
 * soaks run that itself.
 */
export function createPrimitives(): Primitives {
	const primitives = createNodePrimitives();
	const argon2id = (password: Uint8Array, salt: Uint8Array, options: Argon2Options): Uint8Array => {
		const name = JSON.stringify([[...password], [...salt], options]);
		const key = known.get(name) ?? primitives.argon2id(password, salt, options);
		known.set(name, key);
		return Uint8Array.from(key);
	};
	return { ...primitives, argon2id };
}
