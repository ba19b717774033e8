import { encodeBase64Url } from "../encoding/base64.js";
import { concat } from "../encoding/bytes.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { importPublicKey, importVerifyKey } from "../keys/public-key.js";
import { parseSignature } from "../keys/signature-text.js";
import type { Primitives } from "../primitives/types.js";
import type { SafetyNumberInput, VerifyUserPublicKeyInput } from "./types.js";

/** protocol/crypto §6.6. */
export function verifyUserPublicKey(primitives: Primitives, input: VerifyUserPublicKeyInput): boolean {
	const { suite, bytes } = importVerifyKey(input.verifyKey);
	const { key, signature } = importPublicKey(input.publicKey);
	if (typeof signature !== "string") return false;
	return suite.verify(primitives, bytes, key.bytes, parseSignature(suite, signature));
}

interface Person {
	verifyKey: Uint8Array;
	id: Uint8Array;
}

/** protocol/crypto §6.7. Both people get the same number: they are ordered by the UTF-8 bytes of their ids. */
export function createSafetyNumber(
	primitives: Primitives,
	{ verifyKey1, userId1, verifyKey2, userId2 }: SafetyNumberInput,
): string {
	const people: Person[] = [{ verifyKey: importVerifyKey(verifyKey1).bytes, id: encodeUtf8(userId1, "userId1") }];
	if (verifyKey2 !== undefined && userId2 !== undefined) {
		people.unshift({ verifyKey: importVerifyKey(verifyKey2).bytes, id: encodeUtf8(userId2, "userId2") });
		people.sort((a, b) => compareBytes(a.id, b.id)); // stable: with equal ids the second person stays in front
	}
	return encodeBase64Url(primitives.sha256(concat(...people.flatMap(({ verifyKey, id }) => [verifyKey, id]))));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
	const shared = Math.min(a.length, b.length);
	for (let i = 0; i < shared; i++) {
		const difference = (a[i] ?? 0) - (b[i] ?? 0);
		if (difference !== 0) return difference;
	}
	return a.length - b.length;
}
