import * as z from "zod/mini";
import type {
	EncryptionSuite,
	KeyLayout,
	SearchableSuite,
	SecretSuite,
	SignatureSuite,
	SortableSuite,
} from "../algorithms/types.js";
import { encodeBase64, parseBase64 } from "../encoding/base64.js";
import { requireBytes } from "../encoding/bytes.js";
import { parseJson, parseShape } from "../encoding/json.js";
import { createRecentTexts, type RecentTexts } from "../encoding/recent.js";
import { CryptoError, type CryptoErrorCode, InvalidInput } from "../errors.js";
import { encryptionSuites, searchableSuites, signatureSuites, sortableSuites, symmetricSuites } from "../suites.js";
import { type HalfLengths, halfLengths, joinHalves } from "./halves.js";

/** A key with its algorithm and the server's id of it. Keys of a hybrid are `x ‖ k`. */
export interface Key<Suite> {
	suite: Suite;
	id: string;
	bytes: Uint8Array;
}

/** Both directions of the opaque key strings handed to callers (protocol/crypto §4). */
export interface KeyCodec<Suite> {
	/** @throws CryptoError `KEY_STRING_INVALID`, the code for base64 of this kind of key, `KEY_LENGTH` */
	parse(text: string): Key<Suite>;
	format(key: Key<Suite>): string;
}

/** Texts of each kind that are kept. */
const keptTexts = 16;
const kept: RecentTexts<unknown>[] = [];

/** Remembers what the most recent texts were parsed to, by the complete text, until {@link forgetParsedKeys}. */
export function remembering<T>(parse: (text: string) => T): (text: string) => T {
	const texts = createRecentTexts<T>(keptTexts);
	kept.push(texts);
	return (text) => texts.get(text, () => parse(text));
}

/** Forgets all keys that were parsed from texts. */
export function forgetParsedKeys(): void {
	for (const texts of kept) texts.clear();
}

const outerSchema = z.record(z.string(), z.unknown());
const singleSchema = z.object({ key: z.string(), key_id: z.string() });
const hybridSchema = z.object({ x: z.string(), k: z.string(), key_id: z.string() });

/** The key of a file's part has no id (protocol/files §2.3). */
const anonymousSchema = z.object({ key: z.string(), key_id: z._default(z.string(), "") });

function keyCodec<Suite extends { variant: string }>(
	suites: readonly Suite[],
	lengthsOf: (suite: Suite) => HalfLengths,
	notBase64: (suite: Suite) => CryptoErrorCode,
	schema: z.ZodMiniType<{ key: string; key_id: string }> = singleSchema,
): KeyCodec<Suite> {
	return {
		parse: remembering((text) => {
			const [[variant, members] = [], ...others] = Object.entries(parseJson(outerSchema, text, "KEY_STRING_INVALID"));
			const suite = suites.find((candidate) => candidate.variant === variant);
			if (suite === undefined || others.length > 0) throw new CryptoError("KEY_STRING_INVALID");
			const lengths = lengthsOf(suite);
			const decode = (half: string): Uint8Array => parseBase64(half, notBase64(suite));
			if (lengths.length === 1) {
				const { key, key_id } = parseShape(schema, members, "KEY_STRING_INVALID");
				return { suite, id: key_id, bytes: joinHalves([decode(key)], lengths) };
			}
			const { x, k, key_id } = parseShape(hybridSchema, members, "KEY_STRING_INVALID");
			return { suite, id: key_id, bytes: joinHalves([decode(x), decode(k)], lengths) };
		}),
		format({ suite, id, bytes }) {
			const [x, k] = lengthsOf(suite);
			const members =
				k === undefined
					? { key: encodeBase64(bytes), key_id: id }
					: { x: encodeBase64(bytes.subarray(0, x)), k: encodeBase64(bytes.subarray(x)), key_id: id };
			return JSON.stringify({ [suite.variant]: members });
		},
	};
}

const secretCodec = <Suite extends SecretSuite>(
	suites: readonly Suite[],
	schema?: z.ZodMiniType<{ key: string; key_id: string }>,
): KeyCodec<Suite> =>
	keyCodec(
		suites,
		(suite) => [suite.keyLength],
		() => "SYMMETRIC_KEY_NOT_BASE64",
		schema,
	);

const secretLengths = <Suite extends KeyLayout & { halves?: readonly [Suite, Suite] }>(suite: Suite): HalfLengths =>
	halfLengths(suite, (half) => half.secretKeyLength);
const publicLengths = <Suite extends KeyLayout & { halves?: readonly [Suite, Suite] }>(suite: Suite): HalfLengths =>
	halfLengths(suite, (half) => half.publicKeyLength);

export const symmetricKeys: KeyCodec<SecretSuite> = secretCodec(symmetricSuites);
/** Keys of parts of files: an id is read over and not written. */
export const partKeys: KeyCodec<SecretSuite> = {
	...secretCodec(symmetricSuites, anonymousSchema),
	format: ({ suite, bytes }) => JSON.stringify({ [suite.variant]: { key: encodeBase64(bytes) } }),
};
export const searchableKeys: KeyCodec<SearchableSuite> = secretCodec(searchableSuites);
export const sortableKeys: KeyCodec<SortableSuite> = secretCodec(sortableSuites);
export const privateKeys: KeyCodec<EncryptionSuite> = keyCodec(
	encryptionSuites,
	secretLengths,
	() => "KEY_PAIR_NOT_BASE64",
);
/** Internal form; the exported form is in `public-key.ts`. */
export const publicKeys: KeyCodec<EncryptionSuite> = keyCodec(
	encryptionSuites,
	publicLengths,
	() => "KEY_PAIR_NOT_BASE64",
);
export const signKeys: KeyCodec<SignatureSuite> = keyCodec(signatureSuites, secretLengths, (suite) =>
	suite.halves ? "KEY_PAIR_NOT_BASE64" : "SIGN_KEY_NOT_BASE64",
);
/** Internal form; the exported form is in `public-key.ts`. */
export const verifyKeys: KeyCodec<SignatureSuite> = keyCodec(
	signatureSuites,
	publicLengths,
	() => "KEY_PAIR_NOT_BASE64",
);

/**
 * The key string of a symmetric key that an app or server made itself.
 *
 * @param bytes 32 random bytes
 * @param id names the key in the head of what it encrypts
 * @throws InvalidInput when there are not 32 bytes
 */
export function formatSymmetricKey(bytes: Uint8Array, id: string): string {
	const [suite] = symmetricSuites;
	requireBytes(bytes, "bytes");
	if (bytes.length !== suite.keyLength) throw new InvalidInput("bytes", `must be ${suite.keyLength} bytes`);
	return symmetricKeys.format({ suite, id, bytes });
}

const masterKeySchema = z.object({ Argon2: z.string() });

/** `{"Argon2":"<base64>"}`: the derived half that opens the master key (protocol/crypto §4). */
export function formatMasterKeyEncryptionKey(key: Uint8Array): string {
	return JSON.stringify({ Argon2: encodeBase64(key) });
}

/** @throws CryptoError `MASTER_KEY_STRING_INVALID`, `KEY_LENGTH` */
export function parseMasterKeyEncryptionKey(text: string): Uint8Array {
	const { Argon2 } = parseJson(masterKeySchema, text, "MASTER_KEY_STRING_INVALID");
	const key = parseBase64(Argon2, "MASTER_KEY_STRING_INVALID");
	if (key.length !== 32) throw new CryptoError("KEY_LENGTH");
	return key;
}
