import { native } from "#native-base64";
import { portable } from "../encoding/base64-portable.js";
import type { Operations } from "../operations/index.js";

// Where an operation of the default backend runs. A message to a worker and back takes 0.1 to 0.2 ms, and copying what it carries keeps
// the calling thread as long as AES in hardware does. So the calling thread does itself what costs less than that.

type Input<Name extends keyof Operations> = Parameters<Operations[Name]>[0];
/** Operations without a rule run in a worker. */
type Rules = { readonly [Name in keyof Operations]?: (input: Input<Name>) => boolean };

const KIB = 1024;
const MIB = 1024 * KIB;

/** What is only hashed: TypeScript takes 0.1 ms for it. */
const shortText = 8 * KIB;
/** Content where AES or base64 is TypeScript: 25 MB/s, so 0.6 ms. */
const slowContent = 16 * KIB;
/** Content where both are the platform's: text of 4 MiB, or its base64, keeps the thread for some 5 ms, most of that for UTF-8. */
const fastContent = 8 * MIB;

/** Says of a call whether the calling thread runs it. Wrong input is refused there, too. */
export function createPlacement(): (name: keyof Operations, input: unknown) => boolean {
	const mostBytes = globalThis.crypto?.subtle ? fastContent : slowContent;
	const mostText = native === portable ? slowContent : mostBytes;
	const bytes = (input: Content & { data: Uint8Array }): boolean =>
		isSymmetricAndUnsigned(input) && !(input.data.length > mostBytes);
	const text = (input: Content & { text: string }): boolean =>
		isSymmetricAndUnsigned(input) && !(input.text.length > mostText);
	const isShort = (input: { text: string }): boolean => !(input.text.length > shortText);
	const rules: Rules = {
		encrypt: bytes,
		encryptRaw: bytes,
		encryptString: text,
		encryptFilePart: bytes,
		decrypt: bytes,
		decryptRaw: bytes,
		decryptString: text,
		decryptFilePart: bytes,
		createSearch: isShort,
		search: isShort,
		encryptSortableNumber: () => true,
		encryptSortableString: isShort,
		createSafetyNumber: () => true,
	};
	return (name, input) => {
		const rule = rules[name] as ((input: unknown) => boolean) | undefined;
		try {
			return rule?.(input) ?? false;
		} catch {
			return true;
		}
	};
}

interface Content {
	key: object;
	signKey?: string;
	verifyKey?: string;
}

/** Signatures and keys of pairs take longer than AES does. */
function isSymmetricAndUnsigned({ key, signKey, verifyKey }: Content): boolean {
	return signKey === undefined && verifyKey === undefined && !("publicKey" in key || "privateKey" in key);
}
