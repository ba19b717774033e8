import type { SyncCrypto } from "../src/crypto.js";
import type { OpenedDevice } from "../src/index.js";
import type { DoneKeyRotationData, GroupKeyServerOutput, KeyRotationData, KeyRotationItem } from "../src/wire/index.js";
import { keyId } from "./bytes.js";
import { only } from "./one.js";

/** What a server returns of a rotated user key to the device that started it. */
export function startersRecord(rotation: KeyRotationData, newKeyId: string): GroupKeyServerOutput {
	const { encrypted_group_key_by_user, invoker_public_key_id, ...others } = rotation;
	return {
		...others,
		encrypted_group_key: encrypted_group_key_by_user,
		user_public_key_id: invoker_public_key_id,
		key_pair_id: newKeyId,
		group_key_id: newKeyId,
		keypair_sign_id: newKeyId,
		public_key_sig_key_id: newKeyId,
		time: 1700000000000,
	};
}

/** What waits for another device. */
export function pendingItem(
	rotation: KeyRotationData,
	newKeyId: string,
	{ encrypted, publicKeyId }: { encrypted: string; publicKeyId: string },
): KeyRotationItem {
	return {
		new_group_key_id: newKeyId,
		error: null,
		encrypted_ephemeral_key_by_group_key_and_public_key: encrypted,
		encrypted_eph_key_key_id: publicKeyId,
		encrypted_group_key_by_ephemeral: rotation.encrypted_group_key_by_ephemeral,
		previous_group_key_id: rotation.previous_group_key_id,
		ephemeral_alg: rotation.ephemeral_alg,
		time: 1700000000000,
	};
}

/** What the server returns to that device after it has finished. */
export function finishersRecord(record: GroupKeyServerOutput, done: DoneKeyRotationData): GroupKeyServerOutput {
	return { ...record, encrypted_group_key: done.encrypted_new_group_key, user_public_key_id: done.public_key_id };
}

/** A device as a server and its owner know it. */
export interface Device {
	privateKey: string;
	publicKey: string;
	publicKeyString: string;
	algorithm: string;
}

export function deviceOf({ device }: OpenedDevice): Device {
	const { public_key_pem: publicKeyString, public_key_alg: algorithm } = JSON.parse(device.exportedPublicKey);
	return { privateKey: device.privateKey, publicKey: device.publicKey, publicKeyString, algorithm };
}

/** The server's part for one device. */
export function pendingFor(
	crypto: SyncCrypto,
	body: KeyRotationData,
	newKeyId: string,
	device: Device,
): KeyRotationItem {
	const { publicKeyString, algorithm, publicKey } = device;
	const encryptedEphemeralKey = body.encrypted_ephemeral_key;
	const recipients = [{ publicKeyString, algorithm }];
	const { encryptedEphemeralKey: encrypted } = only(crypto.encryptEphemeralKeys({ encryptedEphemeralKey, recipients }));
	return pendingItem(body, newKeyId, { encrypted, publicKeyId: keyId(publicKey) });
}
