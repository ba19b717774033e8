import type { GroupCreateData, KeyRotationData } from "@sentc-ts/core-crypto/wire";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import { type GroupKeyRow, insertGroupKey, insertWrappedKeys } from "../../database/repositories/keys.js";
import { GROUP_TYPE } from "../../database/schema.js";
import { Failure, orFail } from "../../failure.js";
import type { ServerCrypto } from "../services.js";
import type { KeyHolder } from "./holder.js";

/** What a new group and a key rotation send of the keys that they make. */
type GenerationData = GroupCreateData | KeyRotationData;

/** Refuses a public key that does not fit its algorithm: nobody could encrypt or verify with it. */
export function requirePublicKey(
	crypto: ServerCrypto,
	key: { publicKeyString: string; algorithm: string; use: "encrypt" | "sign" },
): void {
	orFail(SERVER_ERRORS.PUBLIC_KEY_UNUSABLE, () => crypto.checkPublicKey(key));
}

/** @throws Failure 117 when a user group would lack its pair that signs, 201 when a public key does not fit its algorithm */
export function requireGeneration(crypto: ServerCrypto, groupType: KeyHolder["groupType"], keys: GenerationData): void {
	const sign = groupType === GROUP_TYPE.user ? requireSignPair(keys) : undefined;
	requirePublicKey(crypto, {
		publicKeyString: keys.public_group_key,
		algorithm: keys.keypair_encrypt_alg,
		use: "encrypt",
	});
	if (sign !== undefined) {
		requirePublicKey(crypto, { publicKeyString: sign.verifyKey, algorithm: sign.keypairSignAlg, use: "sign" });
	}
}

interface NewGeneration {
	readonly keyId: string;
	/** Who has made it, and has it at once. */
	readonly holder: KeyHolder;
	readonly keys: GenerationData;
	/** The group key, wrapped for the holder. */
	readonly encryptedGroupKey: string;
	/** Of the public key for that. */
	readonly publicKeyId: string;
	/** ms */
	readonly createdAt: number;
	/** The keys are new because somebody was removed. */
	readonly forRemoval?: boolean;
}

/** Stores the keys that a holder has made for its group. */
export async function storeGeneration(db: Writes, generation: NewGeneration): Promise<void> {
	const { keyId, holder, keys, encryptedGroupKey, publicKeyId, createdAt, forRemoval = false } = generation;
	const { groupId, groupType, memberId } = holder;
	await insertGroupKey(db, {
		id: keyId,
		groupId,
		groupKeyAlg: keys.group_key_alg,
		encryptedPrivateKey: keys.encrypted_private_group_key,
		publicKey: keys.public_group_key,
		keypairEncryptAlg: keys.keypair_encrypt_alg,
		signedByUserId: keys.signed_by_user_id ?? null,
		signedByUserSignKeyId: keys.signed_by_user_sign_key_id ?? null,
		groupKeySig: keys.group_key_sig ?? null,
		...(groupType === GROUP_TYPE.user ? requireSignPair(keys) : NO_SIGN_PAIR),
		...rotationColumns(keys),
		createdAt,
		forRemoval: forRemoval ? 1 : 0,
	});
	const encryptedAlg = keys.encrypted_group_key_alg;
	await insertWrappedKeys(db, [{ keyId, memberId, groupId, encryptedGroupKey, encryptedAlg, publicKeyId, createdAt }]);
}

const NO_SIGN_PAIR = { encryptedSignKey: null, verifyKey: null, keypairSignAlg: null, publicKeySig: null } as const;

/** @throws Failure 117 */
export function requireSignPair(keys: GenerationData) {
	const { encrypted_sign_key, verify_key, keypair_sign_alg, public_key_sig } = keys;
	if (!encrypted_sign_key || !verify_key || !keypair_sign_alg || !public_key_sig) {
		throw new Failure(SERVER_ERRORS.USER_GROUP_KEYS_MISSING);
	}
	return {
		encryptedSignKey: encrypted_sign_key,
		verifyKey: verify_key,
		keypairSignAlg: keypair_sign_alg,
		publicKeySig: public_key_sig,
	};
}

type RotationColumn = "encryptedEphemeralKey" | "encryptedGroupKeyByEphemeral" | "ephemeralAlg" | "previousGroupKeyId";

function rotationColumns(keys: GenerationData): Pick<GroupKeyRow, RotationColumn> {
	const rotation = "encrypted_ephemeral_key" in keys ? keys : undefined;
	return {
		encryptedEphemeralKey: rotation?.encrypted_ephemeral_key ?? null,
		encryptedGroupKeyByEphemeral: rotation?.encrypted_group_key_by_ephemeral ?? null,
		ephemeralAlg: rotation?.ephemeral_alg ?? null,
		previousGroupKeyId: rotation?.previous_group_key_id ?? null,
	};
}
