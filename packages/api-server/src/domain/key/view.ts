import type { GroupKeyServerOutput, HmacKey, PublicKeyOut, SortableKey } from "@sentc-ts/core-crypto/wire";
import type { GroupKeyRow, MemberKeyRow, SearchKeyRow } from "../../database/repositories/keys.js";

// Members that are empty are left out; all key strings go out as they came in (protocol/http-api §6).

export function groupKeyView(key: MemberKeyRow): GroupKeyServerOutput {
	return {
		key_pair_id: key.id,
		group_key_id: key.id,
		encrypted_group_key: key.encryptedGroupKey,
		group_key_alg: key.groupKeyAlg,
		encrypted_private_group_key: key.encryptedPrivateKey,
		public_group_key: key.publicKey,
		keypair_encrypt_alg: key.keypairEncryptAlg,
		user_public_key_id: key.publicKeyId,
		time: key.createdAt,
		signed_by_user_id: key.signedByUserId ?? undefined,
		signed_by_user_sign_key_id: key.signedByUserSignKeyId ?? undefined,
		group_key_sig: key.groupKeySig ?? undefined,
		encrypted_sign_key: key.encryptedSignKey ?? undefined,
		verify_key: key.verifyKey ?? undefined,
		keypair_sign_alg: key.keypairSignAlg ?? undefined,
		keypair_sign_id: key.id,
		public_key_sig: key.publicKeySig ?? undefined,
		public_key_sig_key_id: key.id,
	};
}

export function hmacKeyView(key: SearchKeyRow): HmacKey {
	return {
		id: key.id,
		encrypted_hmac_key: key.encryptedKey,
		encrypted_hmac_alg: key.alg,
		encrypted_hmac_encryption_key_id: key.encryptionKeyId,
		time: key.createdAt,
	};
}

export function sortableKeyView(key: SearchKeyRow): SortableKey {
	return {
		id: key.id,
		encrypted_sortable_key: key.encryptedKey,
		encrypted_sortable_alg: key.alg,
		encrypted_sortable_encryption_key_id: key.encryptionKeyId,
		time: key.createdAt,
	};
}

export function publicKeyView(key: GroupKeyRow): PublicKeyOut {
	return {
		public_key_id: key.id,
		public_key: key.publicKey,
		public_key_alg: key.keypairEncryptAlg,
		public_key_sig: key.publicKeySig,
		public_key_sig_key_id: key.id,
	};
}
