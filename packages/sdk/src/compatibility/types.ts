// Shapes of protocol/sdk-api §8 that no function of this version takes or answers: what is written for the reference SDK imports them.
import type { SymKey } from "../content/sym-key.js";

/** An answer of the API. */
export interface ServerOutput<T> {
	status: boolean;
	/** Why the API refused. */
	err_msg?: string;
	/** Number of the error (protocol/http-api §19). */
	err_code?: number;
	result?: T;
}

/** The recovery keys as the API answers them. */
export interface OtpRecoveryKeysOutput {
	keys: string[];
}

/** A key rotation that waits, opened as far as it can be without keys. */
export interface GroupKeyRotationOut {
	pre_group_key_id: string;
	new_group_key_id: string;
	encrypted_eph_key_key_id: string;
	/** JSON text of what the API answered. */
	server_output: string;
}

/** Rank and key update of a group as the API answers them. */
export interface GroupDataCheckUpdateServerOutput {
	key_update: boolean;
	rank: number;
}

/** A key rotation that was started, as the API answers it. */
export interface KeyRotationStartServerOutput {
	group_id: string;
	/** Id of the new key. */
	key_id: string;
}

/** A key rotation that waits, as the API answers it (protocol/user-protocol §14.3). */
export interface KeyRotationInput {
	/** Why the API could not encrypt the new key for this member. */
	error?: string;
	encrypted_ephemeral_key_by_group_key_and_public_key: string;
	encrypted_group_key_by_ephemeral: string;
	ephemeral_alg: string;
	encrypted_eph_key_key_id: string;
	previous_group_key_id: string;
	/** Creation time of the new key, ms as decimal text. */
	time: string;
	new_group_key_id: string;
}

/** A part of a file (protocol/files §5.5). */
export interface PartListItem {
	part_id: string;
	sequence: number;
	/** `true` = not the API keeps it, but the app's own storage. */
	extern_storage: boolean;
}

/** What the API says of a file. */
export interface FileMetaInformation {
	file_id: string;
	/** Id of the key that encrypts the key of the file. */
	master_key_id: string;
	/** Id of the group or user. */
	belongs_to?: string;
	/** `Group`, `User` or `None`. */
	belongs_to_type: string;
	part_list: PartListItem[];
	encrypted_file_name?: string;
	/** Decrypted. */
	file_name?: string;
	encrypted_key: string;
	encrypted_key_alg: string;
}

/** {@link FileMetaInformation} before the name is decrypted. */
export interface FileMetaFetched extends Omit<FileMetaInformation, "file_name"> {
	key_id: string;
}

/** A file that was uploaded. */
export interface FileCreateOutput {
	file_id: string;
	master_key_id: string;
	encrypted_file_name: string;
}

/** A file that an own backend is to register. */
export interface FilePrepareCreateOutput {
	/** The request body. */
	server_input: string;
	master_key_id: string;
	encrypted_file_name: string;
	key: SymKey;
}
