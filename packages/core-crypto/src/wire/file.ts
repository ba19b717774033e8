import * as z from "zod/mini";
import { type Optional, timeSchema } from "../encoding/json.js";
import { algorithmText, idText, optional, wrappedKeyText } from "./bounds.js";
import { type EncryptedHeadSignature, encryptedHeadSignatureSchema } from "./content.js";

/** Whom a file belongs to: nobody, a group or a user (protocol/files §6.1). */
export type FileBelongsTo = "None" | "Group" | "User";

const belongsToSchema: z.ZodMiniType<FileBelongsTo> = z.enum(["None", "Group", "User"]);

/** An encrypted name: those of usual file systems have up to 1 kB of UTF-8, 1.5 kB as base64. */
const encryptedNameText: z.ZodMiniType<string> = z.string().check(z.maxLength(16_384));

/** Most parts on one page of a list (protocol/files §5.5). */
const PARTS_PER_PAGE = 500;

/** A new file (protocol/files §5.4). */
export interface FileRegisterData {
	/** JSON text of `EncryptedContentKey`. */
	encrypted_key: string;
	/** Algorithm of the content key. */
	encrypted_key_alg: string;
	/** Id of the symmetric key or of the public key that encrypted the content key. */
	master_key_id: string;
	belongs_to_id?: Optional<string>;
	belongs_to_type: FileBelongsTo;
	/** base64 of content, encrypted by the content key. */
	encrypted_file_name?: Optional<string>;
}

export const fileRegisterDataSchema: z.ZodMiniType<FileRegisterData> = z.object({
	encrypted_key: wrappedKeyText,
	encrypted_key_alg: algorithmText,
	master_key_id: idText,
	belongs_to_id: optional(idText),
	belongs_to_type: belongsToSchema,
	encrypted_file_name: optional(encryptedNameText),
});

/** Another name for a file; without one it has none (protocol/files §6.8). */
export interface FileNameData {
	encrypted_file_name?: Optional<string>;
}

export const fileNameDataSchema: z.ZodMiniType<FileNameData> = z.object({
	encrypted_file_name: optional(encryptedNameText),
});

/** Where a part of a file is (protocol/files §5.5). */
export interface FilePartItem {
	part_id: string;
	sequence: number;
	/** Is it on a storage of the app's own? */
	extern_storage: boolean;
}

const filePartItemSchema: z.ZodMiniType<FilePartItem> = z.object({
	part_id: idText,
	sequence: z.int().check(z.minimum(-(2 ** 31)), z.maximum(2 ** 31 - 1)),
	extern_storage: z.boolean(),
});

/** A page of parts, in the order of their sequence. */
export const filePartListSchema: z.ZodMiniType<FilePartItem[]> = z
	.array(filePartItemSchema)
	.check(z.maxLength(PARTS_PER_PAGE));

/** What the API knows of a file (protocol/files §5.5). */
export interface FileData {
	file_id: string;
	master_key_id: string;
	/** User id. */
	owner: string;
	belongs_to?: Optional<string>;
	belongs_to_type: FileBelongsTo;
	encrypted_key: string;
	encrypted_key_alg: string;
	/** When it was registered, ms. */
	time?: Optional<number>;
	encrypted_file_name?: Optional<string>;
	/** The first page. */
	part_list: FilePartItem[];
}

export const fileDataSchema: z.ZodMiniType<FileData> = z.object({
	file_id: idText,
	master_key_id: idText,
	owner: idText,
	belongs_to: optional(idText),
	belongs_to_type: belongsToSchema,
	encrypted_key: wrappedKeyText,
	encrypted_key_alg: algorithmText,
	time: optional(timeSchema),
	encrypted_file_name: optional(encryptedNameText),
	part_list: filePartListSchema,
});

/** Head of a part; of all it says only `key` is authenticated (protocol/files §3.2). */
export interface FilePartHead {
	/** base64; the part's key, encrypted by that of the part before, of the first one by the content key. */
	key: string;
	sign?: Optional<EncryptedHeadSignature>;
	sym_key_alg: string;
}

export const filePartHeadSchema: z.ZodMiniType<FilePartHead> = z.object({
	key: wrappedKeyText,
	sign: z.nullish(encryptedHeadSignatureSchema),
	sym_key_alg: algorithmText,
});
