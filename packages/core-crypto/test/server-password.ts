import type { ChangePasswordData, DeviceRegisterData, ResetPasswordData } from "../src/wire/index.js";

/** What the server stores after a change. */
export function changed(
	{ derived, master_key, ...others }: DeviceRegisterData,
	body: ChangePasswordData,
): DeviceRegisterData {
	return {
		...others,
		derived: {
			...derived,
			derived_alg: body.new_derived_alg,
			client_random_value: body.new_client_random_value,
			hashed_authentication_key: body.new_hashed_authentication_key,
		},
		master_key: {
			...master_key,
			encrypted_master_key: body.new_encrypted_master_key,
			encrypted_master_key_alg: body.new_encrypted_master_key_alg,
		},
	};
}

/** What the server stores after a reset. */
export function reset({ derived, ...others }: DeviceRegisterData, body: ResetPasswordData): DeviceRegisterData {
	const { master_key, ...secured } = body;
	return { ...others, derived: { ...derived, ...secured }, master_key };
}
