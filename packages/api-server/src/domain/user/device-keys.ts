import type { DeviceKeys, DeviceRegisterData, MasterKey } from "@sentc-ts/core-crypto/wire";
import type { ForcedDeviceKeys } from "@sentc-ts/transport/contract";
import type { AttachedDevice, DeviceRow } from "../../database/repositories/devices.js";
import type { Services } from "../services.js";
import { openColumn, sealColumns } from "./sealed-columns.js";

type MasterKeyColumns = Pick<DeviceRow, "masterKeyAlg" | "sealedEncryptedMasterKey" | "encryptedMasterKeyAlg">;
type DeviceKeyColumns = Omit<
	DeviceRow,
	"id" | "appId" | "userId" | "identifierIndex" | "sealedIdentifierHash" | "createdAt"
>;

export function masterKeyColumns(services: Services, deviceId: string, key: MasterKey): MasterKeyColumns {
	return {
		...sealColumns(services, deviceId, { sealedEncryptedMasterKey: key.encrypted_master_key }),
		masterKeyAlg: key.master_key_alg,
		encryptedMasterKeyAlg: key.encrypted_master_key_alg,
	};
}

/** Everything that a password or a key pair of the device decides. */
export function deviceKeyColumns(
	services: Services,
	deviceId: string,
	{ master_key, derived }: DeviceRegisterData,
): DeviceKeyColumns {
	return {
		...masterKeyColumns(services, deviceId, master_key),
		...sealColumns(services, deviceId, {
			sealedClientRandomValue: derived.client_random_value,
			sealedHashedAuthenticationKey: derived.hashed_authentication_key,
		}),
		derivedAlg: derived.derived_alg,
		publicKey: derived.public_key,
		encryptedPrivateKey: derived.encrypted_private_key,
		keypairEncryptAlg: derived.keypair_encrypt_alg,
		verifyKey: derived.verify_key,
		encryptedSignKey: derived.encrypted_sign_key,
		keypairSignAlg: derived.keypair_sign_alg,
	};
}

/** The keys of a device without their ids, which are all the device id. */
export function forcedDeviceKeysView(services: Services, device: AttachedDevice): ForcedDeviceKeys {
	return {
		encrypted_master_key: openColumn(services, device, "sealedEncryptedMasterKey"),
		encrypted_private_key: device.encryptedPrivateKey,
		public_key_string: device.publicKey,
		keypair_encrypt_alg: device.keypairEncryptAlg,
		encrypted_sign_key: device.encryptedSignKey,
		verify_key_string: device.verifyKey,
		keypair_sign_alg: device.keypairSignAlg,
		user_id: device.userId,
		device_id: device.id,
		user_group_id: device.userGroupId,
	};
}

export function deviceKeysView(services: Services, device: AttachedDevice): DeviceKeys {
	return { ...forcedDeviceKeysView(services, device), keypair_encrypt_id: device.id, keypair_sign_id: device.id };
}
