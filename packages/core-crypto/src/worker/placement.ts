import { native } from "#native-text";
import { spawner } from "#spawn-worker";
import { portable } from "../encoding/base64-portable.js";
import type { Operations } from "../operations/index.js";

// Where an operation of the default backend runs. A message to a worker and back takes 0.1 to 0.2 ms, and copying what it carries keeps
// the calling thread as long as AES in hardware does. So the calling thread does itself what costs less than that.

/** With `"bytes"` the calling thread does what is to do for a text, and the same for bytes goes its own way. */
export type Place = "here" | "worker" | "bytes";

type Input<Name extends keyof Operations> = Parameters<Operations[Name]>[0];
/** Operations without a rule run in a worker. */
type Rules = { readonly [Name in keyof Operations]?: (input: Input<Name>) => Place };

const KIB = 1024;
const MIB = 1024 * KIB;

/** What is only hashed: TypeScript takes 0.1 ms for it. */
const shortText = 8 * KIB;
/** Content whose AES or base64 is TypeScript: 25 MB/s, so 0.6 ms. */
const slowContent = 16 * KIB;
/**
 * Content whose AES is the platform's. In Node 8 MiB take 3 ms. Chromium's WebCrypto encrypts in the thread that asks, before it answers the
 * promise: 512 KiB take 0.3 ms, 1 MiB takes 1.5, 4 MiB take 10.
 */
const fastContent = { node: 8 * MIB, web: MIB };
/** Content that is verified, or that is for a key pair, where curves are the platform's: 0.1 to 0.3 ms. */
const keyedContent = 16 * KIB;
/** Not even an empty one: signing takes longest, the first time 20 ms. */
const none = -1;
/** Keys that are opened or wrapped at once: 0.1 to 0.2 ms each. */
const fewKeys = 3;
/** Texts from here on are moved to a worker as bytes: below that, copying takes less than 0.05 ms. */
const longText = 64 * KIB;
/** What becomes of a text within 4 ms, UTF-8 or base64 and its reverse. */
const longestText = 8 * MIB;

/** Says where a call runs. Wrong input is refused in the calling thread. */
export function createPlacement(): (name: keyof Operations, input: unknown) => Place {
	const isFast = globalThis.crypto?.subtle !== undefined;
	const mostBytes = isFast ? fastContent[spawner.runtime] : slowContent;
	const mostKeyed = isFast ? keyedContent : none;
	const mostKeys = isFast ? fewKeys : 0;
	const hasBase64 = native !== portable;

	const most = ({ key, signKey, verifyKey }: Content): number => {
		if (signKey !== undefined) return none;
		return verifyKey !== undefined || "publicKey" in key || "privateKey" in key ? mostKeyed : mostBytes;
	};
	const bytes = (input: Content & { data: Uint8Array }): Place => (input.data.length > most(input) ? "worker" : "here");
	const text = (input: Content & { text: string }): Place => {
		const { length } = input.text;
		if (!(length > (hasBase64 ? most(input) : Math.min(most(input), slowContent)))) return "here";
		return hasBase64 && length > longText && length <= longestText ? "bytes" : "worker";
	};
	const keys = (list: { length: number }): Place => (list.length > mostKeys ? "worker" : "here");
	const made = ({ signer }: { signer?: object | undefined }): Place => (isFast && !signer ? "here" : "worker");
	const hashed = (input: { text: string }): Place => (input.text.length > shortText ? "worker" : "here");
	const rules: Rules = {
		encrypt: bytes,
		encryptRaw: bytes,
		encryptString: text,
		encryptFilePart: bytes,
		decrypt: bytes,
		decryptRaw: bytes,
		decryptString: text,
		decryptFilePart: bytes,
		createSearch: hashed,
		search: hashed,
		encryptSortableNumber: () => "here",
		encryptSortableString: hashed,
		createSafetyNumber: () => "here",
		generateRegisterData: () => "here",
		prepareGroup: made,
		openGroupKeys: (input) => keys(input.keys),
		prepareKeysForNewMember: ({ groupKeys }) => keys(groupKeys),
		prepareKeyRotation: ({ signPair, ...input }) => (signPair ? "worker" : made(input)),
		finishKeyRotation: () => (isFast ? "here" : "worker"),
		verifyUserPublicKey: () => (isFast ? "here" : "worker"),
	};
	return (name, input) => {
		const rule = rules[name] as ((input: unknown) => Place) | undefined;
		try {
			return rule?.(input) ?? "worker";
		} catch {
			return "here";
		}
	};
}

interface Content {
	key: object;
	signKey?: string;
	verifyKey?: string;
}
