import { call } from "./op.js";
import type { SortableSuite } from "./types.js";

/** Order-preserving encryption of 16-bit numbers (protocol/crypto §10.4). */
export const ope16: SortableSuite = {
	id: "OPE-16",
	variant: "Ope16",
	keyLength: 16,
	largest: 65_532,
	encrypt: (key, plaintext) => call((platform) => platform.ope16(key, plaintext)),
};
