import * as z from "zod/mini";
import type { Op } from "../algorithms/op.js";
import type { DecryptionKey, EncryptionKey } from "../content/cipher.js";
import { type Optional, parseJson, requireShape } from "../encoding/json.js";
import { encryptedContentKeySchema, type FileRegisterData } from "../wire/index.js";
import { decryptString, encryptString } from "./content.js";
import { generateContentKey, openContentKey } from "./content-key.js";

const belongsToSchema = z.optional(z.object({ type: z.enum(["Group", "User"]), id: z.string() }));

export interface PrepareFileInput {
	/** The group key, or the public key of who gets the file. */
	masterKey: EncryptionKey;
	/** None: the file has no name. */
	fileName?: string | undefined;
	/** None: it belongs to nobody, and the API shows its encrypted data to everybody. */
	belongsTo?: { type: "Group" | "User"; id: string } | undefined;
}

export interface PreparedFile {
	/** Key string; the first part is encrypted by it. */
	contentKey: string;
	registration: FileRegisterData;
}

/**
 * A new file: its content key, encrypted by the master key, and its name, encrypted by the content key. A name is never signed
 * (protocol/files §2 and §4).
 *
 * @throws CryptoError like `encryptRaw` for a master key that is none
 */
export function* prepareFile({ masterKey, fileName, belongsTo }: PrepareFileInput): Op<PreparedFile> {
	const relation = requireShape(belongsToSchema, belongsTo, "belongsTo");
	const { key, encryptedKey, masterKeyId } = yield* generateContentKey({ masterKey });
	const registration: FileRegisterData = {
		encrypted_key: encryptedKey,
		encrypted_key_alg: parseJson(encryptedContentKeySchema, encryptedKey).alg,
		master_key_id: masterKeyId,
		belongs_to_id: relation?.id ?? null,
		belongs_to_type: relation?.type ?? "None",
		encrypted_file_name: fileName === undefined ? null : yield* encryptName(key, fileName),
	};
	return { contentKey: key, registration };
}

export interface OpenFileInput {
	masterKey: DecryptionKey;
	/** JSON text of `EncryptedContentKey`. */
	encryptedKey: string;
	encryptedFileName?: Optional<string>;
}

export interface OpenedFile {
	/** Key string; the first part opens with it. */
	contentKey: string;
	/** Left out when the file has none. */
	fileName?: string;
}

/**
 * Opens the content key of a file and, with it, the name.
 *
 * @throws CryptoError like `openContentKey` and `decryptString`
 */
export function* openFile({ masterKey, encryptedKey, encryptedFileName }: OpenFileInput): Op<OpenedFile> {
	const contentKey = yield* openContentKey({ masterKey, encryptedKey });
	if (!encryptedFileName) return { contentKey };
	const key = { symmetric: contentKey };
	const { text } = yield* decryptString({ key, text: encryptedFileName });
	return { contentKey, fileName: text };
}

const encryptName = (symmetric: string, text: string): Op<string> => encryptString({ key: { symmetric }, text });
