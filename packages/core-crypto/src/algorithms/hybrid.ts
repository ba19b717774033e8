import { concat } from "../encoding/bytes.js";
import type { KeyPairSuite } from "./types.js";

/** Layout and key generation of a hybrid: every key is `x ‖ k` (protocol/crypto §1). */
export function hybridKeys<Suite extends KeyPairSuite>(
	name: { id: string; variant: string },
	x: Suite,
	k: Suite,
): KeyPairSuite & { halves: readonly [Suite, Suite] } {
	return {
		...name,
		secretKeyLength: x.secretKeyLength + k.secretKeyLength,
		publicKeyLength: x.publicKeyLength + k.publicKeyLength,
		halves: [x, k],
		isPublicKey: (publicKey) => k.isPublicKey?.(publicKey.subarray(x.publicKeyLength)) ?? true,
		*keyPair() {
			const pairX = yield* x.keyPair();
			const pairK = yield* k.keyPair();
			return {
				publicKey: concat(pairX.publicKey, pairK.publicKey),
				secretKey: concat(pairX.secretKey, pairK.secretKey),
			};
		},
		*publicKeyOf(secretKey) {
			const publicX = yield* x.publicKeyOf(secretKey.subarray(0, x.secretKeyLength));
			const publicK = yield* k.publicKeyOf(secretKey.subarray(x.secretKeyLength));
			return publicX && publicK && concat(publicX, publicK);
		},
	};
}
