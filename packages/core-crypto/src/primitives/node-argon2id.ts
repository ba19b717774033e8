import crypto from "node:crypto";
import type { Argon2id } from "../argon2/argon2id.js";
import { createWebAssemblyArgon2id } from "../argon2/web-assembly-argon2id.js";

/** Of Node 24.7 and later. */
interface NativeArgon2 {
	argon2Sync(
		algorithm: "argon2id",
		parameters: {
			message: Uint8Array;
			nonce: Uint8Array;
			parallelism: number;
			/** KiB. */
			memory: number;
			passes: number;
			tagLength: number;
		},
	): Uint8Array;
}

const { argon2Sync } = crypto as Partial<NativeArgon2>;

const byWebAssembly = createWebAssemblyArgon2id();

/** A Node that is linked to an OpenSSL before 3.2 has the function, but not the algorithm. */
let isNative = argon2Sync !== undefined;

/** The fastest there is: native, else by WebAssembly, else by TypeScript. */
export const argon2id: Argon2id = (password, salt, options) => {
	if (argon2Sync && isNative) {
		const { memory, iterations: passes, length: tagLength } = options;
		const parameters = { message: password, nonce: salt, parallelism: 1, memory, passes, tagLength };
		try {
			return new Uint8Array(argon2Sync("argon2id", parameters));
		} catch (error) {
			if ((error as { code?: unknown }).code !== "ERR_CRYPTO_ARGON2_NOT_SUPPORTED") throw error;
			isNative = false;
		}
	}
	return byWebAssembly(password, salt, options);
};
