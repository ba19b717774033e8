import { createPrimitives } from "#default-primitives";
import { bindOperations } from "./operations/face.js";
import type { Operations } from "./operations/operations.js";
import { runSync } from "./operations/run.js";
import type { Primitives } from "./primitives/types.js";

/** All operations as synchronous functions. */
export interface SyncCrypto extends Operations {
	/** Forgets the keys that the primitives keep to be faster the next time. */
	clear(): void;
}

/** @param primitives default: `node:crypto` in Node, pure TypeScript elsewhere */
export function createCrypto(primitives: Primitives = createPrimitives()): SyncCrypto {
	const operations = bindOperations<Operations>({
		plain: (operation, input) => operation(primitives, input),
		content: (operation, input) => runSync(operation(primitives, input), primitives),
	});
	return { ...operations, clear: () => primitives.clear() };
}
