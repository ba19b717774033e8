// Shapes of protocol/sdk-api §8 that no function of this version takes or answers: what is written for the reference SDK imports them.

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
