import { createPrimitives } from "#default-primitives";
import { bindOperations } from "./operations/face.js";
import { runSync } from "./operations/run.js";
import type { SyncCrypto } from "./operations/sync-crypto.js";
import type { Primitives } from "./primitives/types.js";

/**
 * All operations as synchronous functions.
 * @param primitives default: `node:crypto` in Node, pure TypeScript elsewhere
 */
export function createCrypto(primitives: Primitives = createPrimitives()): SyncCrypto {
	return bindOperations<SyncCrypto>({
		plain: (operation, input) => operation(primitives, input),
		content: (operation, input) => runSync(operation(primitives, input), primitives),
	});
}
