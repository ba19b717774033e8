import { type Argon2id, createArgon2id } from "./argon2id.js";
import { allocateBlocks } from "./typescript-blocks.js";
import { createWebAssemblyBlocks } from "./web-assembly-blocks.js";

/**
 * Argon2id by WebAssembly, which is compiled with the first run; by TypeScript where that is refused.
 *
 * @param onRefusal told once, with what the runtime threw
 */
export function createWebAssemblyArgon2id(onRefusal: (cause: unknown) => void = () => {}): Argon2id {
	const compile = (): Argon2id => {
		try {
			return createArgon2id(createWebAssemblyBlocks());
		} catch (cause) {
			onRefusal(cause);
			return createArgon2id(allocateBlocks);
		}
	};
	let compiled: Argon2id | undefined;
	return (password, salt, options) => {
		compiled ??= compile();
		return compiled(password, salt, options);
	};
}
