import * as z from "zod/mini";
import { type Optional, timeSchema } from "../encoding/json.js";
import {
	algorithmText,
	idText,
	messageText,
	optional,
	privateKeyText,
	publicKeyText,
	signatureText,
	wrappedKeyText,
} from "./bounds.js";
import { type GenerationSignatures, generationSignatures } from "./group.js";

/** Body that starts a key rotation (protocol/user-protocol §14.2, protocol/group-protocol §8). */
export interface KeyRotationData extends GenerationSignatures {
	/** base64; the new group key, encrypted by the public key of the starter. */
	encrypted_group_key_by_user: string;
	group_key_alg: string;
	encrypted_group_key_alg: string;
	/** base64; encrypted by the new group key. */
	encrypted_private_group_key: string;
	public_group_key: string;
	keypair_encrypt_alg: string;
	/** base64; the new group key, encrypted by the ephemeral key. */
	encrypted_group_key_by_ephemeral: string;
	ephemeral_alg: string;
	/** base64; the ephemeral key, encrypted by the previous group key. */
	encrypted_ephemeral_key: string;
	previous_group_key_id: string;
	/** Id of the starter's public key. */
	invoker_public_key_id: string;
}

export const keyRotationDataSchema: z.ZodMiniType<KeyRotationData> = z.object({
	encrypted_group_key_by_user: wrappedKeyText,
	group_key_alg: algorithmText,
	encrypted_group_key_alg: algorithmText,
	encrypted_private_group_key: privateKeyText,
	public_group_key: publicKeyText,
	keypair_encrypt_alg: algorithmText,
	encrypted_group_key_by_ephemeral: wrappedKeyText,
	ephemeral_alg: algorithmText,
	encrypted_ephemeral_key: wrappedKeyText,
	previous_group_key_id: idText,
	invoker_public_key_id: idText,
	...generationSignatures,
});

/** A rotation that waits for one member or device (protocol/user-protocol §14.3). */
export interface KeyRotationItem {
	new_group_key_id: string;
	/** Why the server could not encrypt for this member. */
	error?: Optional<string>;
	/** base64; the sealed ephemeral key, encrypted once more by the member's public key. */
	encrypted_ephemeral_key_by_group_key_and_public_key: string;
	/** Id of that public key. */
	encrypted_eph_key_key_id: string;
	encrypted_group_key_by_ephemeral: string;
	previous_group_key_id: string;
	ephemeral_alg: string;
	/** Creation time of the new key, ms. */
	time: number;
	/** Of a group key: `null` when it is not signed. An API that tells nothing of signatures here leaves all three out. */
	signed_by_user_id?: Optional<string>;
	signed_by_user_sign_key_id?: Optional<string>;
	group_key_sig?: Optional<string>;
}

export const keyRotationItemSchema: z.ZodMiniType<KeyRotationItem> = z.object({
	new_group_key_id: idText,
	error: optional(messageText),
	encrypted_ephemeral_key_by_group_key_and_public_key: wrappedKeyText,
	encrypted_eph_key_key_id: idText,
	encrypted_group_key_by_ephemeral: wrappedKeyText,
	previous_group_key_id: idText,
	ephemeral_alg: algorithmText,
	time: timeSchema,
	signed_by_user_id: optional(idText),
	signed_by_user_sign_key_id: optional(idText),
	group_key_sig: optional(signatureText),
});

/** Body that finishes a rotation: the new key, encrypted by the own public key (protocol/user-protocol §14.4). */
export interface DoneKeyRotationData {
	/** base64 */
	encrypted_new_group_key: string;
	public_key_id: string;
	encrypted_alg: string;
}

export const doneKeyRotationDataSchema: z.ZodMiniType<DoneKeyRotationData> = z.object({
	encrypted_new_group_key: wrappedKeyText,
	public_key_id: idText,
	encrypted_alg: algorithmText,
});
