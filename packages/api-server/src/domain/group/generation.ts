import type { GroupCreateData, KeyRotationData } from "@sentc-ts/core-crypto/wire";
import type { GroupKeyRow } from "../../database/repositories/keys.js";

/** What a new group and a key rotation send of a generation of keys, as it is stored. */
export function generationColumns(
	keys: GroupCreateData | KeyRotationData,
): Pick<
	GroupKeyRow,
	| "groupKeyAlg"
	| "encryptedPrivateKey"
	| "publicKey"
	| "keypairEncryptAlg"
	| "signedByUserId"
	| "signedByUserSignKeyId"
	| "groupKeySig"
> {
	return {
		groupKeyAlg: keys.group_key_alg,
		encryptedPrivateKey: keys.encrypted_private_group_key,
		publicKey: keys.public_group_key,
		keypairEncryptAlg: keys.keypair_encrypt_alg,
		signedByUserId: keys.signed_by_user_id ?? null,
		signedByUserSignKeyId: keys.signed_by_user_sign_key_id ?? null,
		groupKeySig: keys.group_key_sig ?? null,
	};
}
