import * as z from "zod/mini";
import { type Optional, timeSchema } from "../encoding/json.js";
import {
	algorithmText,
	idText,
	optional,
	privateKeyText,
	publicKeyText,
	rankNumber,
	sentKeys,
	signatureText,
	wrappedKeyText,
} from "./bounds.js";

/** What proves a new generation of keys, made with its group or by a rotation. Members are left out when they don't apply. */
export interface GenerationSignatures {
	/** Signed group key, not of a user group: all three or none. */
	signed_by_user_id?: Optional<string>;
	signed_by_user_sign_key_id?: Optional<string>;
	group_key_sig?: Optional<string>;
	/** User group only: all four or none. */
	encrypted_sign_key?: Optional<string>;
	verify_key?: Optional<string>;
	keypair_sign_alg?: Optional<string>;
	public_key_sig?: Optional<string>;
}

/** Members of the schema of {@link GenerationSignatures}. */
export const generationSignatures = {
	signed_by_user_id: optional(idText),
	signed_by_user_sign_key_id: optional(idText),
	group_key_sig: optional(signatureText),
	encrypted_sign_key: optional(privateKeyText),
	verify_key: optional(publicKeyText),
	keypair_sign_alg: optional(algorithmText),
	public_key_sig: optional(signatureText),
};

/** New keys of a group (protocol/crypto §7.1). */
export interface GroupCreateData extends GenerationSignatures {
	/** base64; the group key encrypted by the creator's public key. */
	encrypted_group_key: string;
	group_key_alg: string;
	encrypted_group_key_alg: string;
	/** base64; encrypted by the group key. */
	encrypted_private_group_key: string;
	public_group_key: string;
	keypair_encrypt_alg: string;
	creator_public_key_id: string;
	encrypted_hmac_key: string;
	encrypted_hmac_alg: string;
	encrypted_sortable_key: string;
	encrypted_sortable_alg: string;
}

export const groupCreateDataSchema: z.ZodMiniType<GroupCreateData> = z.object({
	encrypted_group_key: wrappedKeyText,
	group_key_alg: algorithmText,
	encrypted_group_key_alg: algorithmText,
	encrypted_private_group_key: privateKeyText,
	public_group_key: publicKeyText,
	keypair_encrypt_alg: algorithmText,
	creator_public_key_id: idText,
	encrypted_hmac_key: wrappedKeyText,
	encrypted_hmac_alg: algorithmText,
	encrypted_sortable_key: wrappedKeyText,
	encrypted_sortable_alg: algorithmText,
	...generationSignatures,
});

/** One generation of group or user-group keys as the server returns it to a member (protocol/crypto §7.2). */
export interface GroupKeyServerOutput {
	key_pair_id: string;
	group_key_id: string;
	/** base64; opens with the private key whose id is `user_public_key_id`. */
	encrypted_group_key: string;
	group_key_alg: string;
	encrypted_private_group_key: string;
	public_group_key: string;
	keypair_encrypt_alg: string;
	user_public_key_id: string;
	/** Creation time in ms. */
	time: number;
	signed_by_user_id?: Optional<string>;
	signed_by_user_sign_key_id?: Optional<string>;
	group_key_sig?: Optional<string>;
	/** The next four are set for user groups only. */
	encrypted_sign_key?: Optional<string>;
	verify_key?: Optional<string>;
	keypair_sign_alg?: Optional<string>;
	keypair_sign_id?: Optional<string>;
	public_key_sig?: Optional<string>;
	public_key_sig_key_id?: Optional<string>;
}

export const groupKeyServerOutputSchema: z.ZodMiniType<GroupKeyServerOutput> = z.object({
	key_pair_id: idText,
	group_key_id: idText,
	encrypted_group_key: wrappedKeyText,
	group_key_alg: algorithmText,
	encrypted_private_group_key: privateKeyText,
	public_group_key: publicKeyText,
	keypair_encrypt_alg: algorithmText,
	user_public_key_id: idText,
	time: timeSchema,
	signed_by_user_id: optional(idText),
	signed_by_user_sign_key_id: optional(idText),
	group_key_sig: optional(signatureText),
	encrypted_sign_key: optional(privateKeyText),
	verify_key: optional(publicKeyText),
	keypair_sign_alg: optional(algorithmText),
	keypair_sign_id: optional(idText),
	public_key_sig: optional(signatureText),
	public_key_sig_key_id: optional(idText),
});

/** Searchable key as the server returns it (protocol/crypto §7.2). */
export interface HmacKey {
	id: string;
	encrypted_hmac_key: string;
	encrypted_hmac_alg: string;
	/** Id of the group key that opens it. */
	encrypted_hmac_encryption_key_id: string;
	time: number;
}

export const hmacKeySchema: z.ZodMiniType<HmacKey> = z.object({
	id: idText,
	encrypted_hmac_key: wrappedKeyText,
	encrypted_hmac_alg: algorithmText,
	encrypted_hmac_encryption_key_id: idText,
	time: timeSchema,
});

/** Sortable key as the server returns it (protocol/crypto §7.2). */
export interface SortableKey {
	id: string;
	encrypted_sortable_key: string;
	encrypted_sortable_alg: string;
	/** Id of the group key that opens it. */
	encrypted_sortable_encryption_key_id: string;
	time: number;
}

export const sortableKeySchema: z.ZodMiniType<SortableKey> = z.object({
	id: idText,
	encrypted_sortable_key: wrappedKeyText,
	encrypted_sortable_alg: algorithmText,
	encrypted_sortable_encryption_key_id: idText,
	time: timeSchema,
});

/** One group key wrapped for a new member (protocol/crypto §7.3). */
export interface NewMemberKey {
	/** base64; the group key encrypted by the new member's public key. */
	encrypted_group_key: string;
	/** Algorithm of the group key. */
	alg: string;
	/** Algorithm of the new member's public key. */
	encrypted_alg: string;
	/** Id of the group key. */
	key_id: string;
	/** Id of the new member's public key. */
	user_public_key_id: string;
}

export const newMemberKeySchema: z.ZodMiniType<NewMemberKey> = z.object({
	encrypted_group_key: wrappedKeyText,
	alg: algorithmText,
	encrypted_alg: algorithmText,
	key_id: idText,
	user_public_key_id: idText,
});

/** All keys for a new member. Clients write `rank: null` when no rank is given. */
export interface NewMemberKeys {
	keys: NewMemberKey[];
	rank?: Optional<number>;
	/** True when more keys follow in a key session. */
	key_session: boolean;
}

export const newMemberKeysSchema: z.ZodMiniType<NewMemberKeys> = z.object({
	keys: sentKeys(newMemberKeySchema),
	rank: optional(rankNumber),
	key_session: z.boolean(),
});
