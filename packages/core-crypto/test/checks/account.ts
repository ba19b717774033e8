import type { CryptoBackend } from "../../src/crypto.js";
import type { DeviceKeyData, LoginKeys, OpenedDevice, OpenedUserKey } from "../../src/index.js";
import type { DeviceRegisterData, HmacKey, NewMemberKeys, RegisterData } from "../../src/wire/index.js";
import { fromBase64, fromHex, keyId, toHex } from "../bytes.js";
import { openUserKey } from "../one.js";
import { type Check, form, rows, type Sources, same } from "./check.js";
import { opened as openedKeys } from "./group.js";

export interface ReferenceDeviceKeys {
	private_key: string;
	public_key: string;
	sign_key: string;
	verify_key: string;
	exported_public_key: string;
	exported_verify_key: string;
}
export interface ReferenceUserKeys extends ReferenceDeviceKeys {
	group_key: string;
	group_key_id: string;
	time: number;
	exported_public_key_sig_key_id?: string | undefined;
}
interface Account {
	identifier: string;
	password: string;
	register_request: RegisterData;
	master_key_b64: string;
	login_requests: { body: Record<string, string> }[];
	expected_device_keys: ReferenceDeviceKeys;
	expected_user_keys: ReferenceUserKeys;
	hmac_keys: { group_key_id: string; key_data: string }[];
}
interface NewDevice {
	identifier: string;
	password: string;
	register_device_request: DeviceRegisterData;
	device_private_key: string;
	accept_input: { user_keys: NewMemberKeys; token: string };
	accept_public_key: Record<string, unknown>;
	user_group_key: string;
}
interface RecordedLogin {
	inputs: { user_identifier: string; password: string };
	steps: { request: { body: string }; response: { body: string } }[];
	intermediate: Record<"salt_hex" | "argon2id_64_bytes_hex" | "device_private_key_hex" | "challenge_plaintext", string>;
	client_result: {
		user_id: string;
		device_id: string;
		device: ReferenceDeviceKeys;
		user_keys: ReferenceUserKeys[];
		hmac_keys: { group_key_id: string; key_data: string }[];
	};
}
interface RecordedRegistration {
	inputs: { user_identifier: string; password: string };
	prepare_register_output: string;
}

export function accountChecks({ vectors, capture }: Sources): Check[] {
	const { accounts, new_device } = vectors<{ accounts: Account[]; new_device: NewDevice }>("register_login");
	return [
		...rows(accounts).flatMap(existingAccountChecks),
		...furtherDeviceChecks(new_device),
		recordedLoginCheck(capture<RecordedLogin>("login_direct")),
		registrationCheck(capture<RecordedRegistration>("register")),
	];
}

const asReference = (keys: DeviceKeyData): ReferenceDeviceKeys => ({
	private_key: keys.privateKey,
	public_key: keys.publicKey,
	sign_key: keys.signKey,
	verify_key: keys.verifyKey,
	exported_public_key: keys.exportedPublicKey,
	exported_verify_key: keys.exportedVerifyKey,
});

export const userAsReference = (keys: OpenedUserKey): ReferenceUserKeys => ({
	...asReference(keys),
	group_key: keys.groupKey,
	group_key_id: keys.groupKeyId,
	time: keys.time,
	exported_public_key_sig_key_id: keys.exportedPublicKeySigKeyId,
});

interface DeviceLogin {
	device: DeviceRegisterData;
	password: string;
	ids: { encrypt: string; sign: string };
}

/** A server in a few lines: what it stored at registration, with ids, and a challenge made by ourselves. */
async function login(
	crypto: CryptoBackend,
	{ device, password, ids }: DeviceLogin,
): Promise<{ keys: LoginKeys; opened: OpenedDevice }> {
	const { derived, master_key } = device;
	const salt_string = await crypto.createSalt({ clientRandomValue: derived.client_random_value, addString: "" });
	const prepareLogin = { salt_string, derived_encryption_key_alg: derived.derived_alg };
	const keys = await crypto.deriveLoginKeys({ password, prepareLogin });
	const challenge = await crypto.createLoginChallenge({
		publicKeyString: derived.public_key,
		algorithm: derived.keypair_encrypt_alg,
		challenge: "challenge-text",
	});
	const opened = await crypto.openDevice({
		masterKeyEncryptionKey: keys.masterKeyEncryptionKey,
		doneLogin: {
			challenge,
			device_keys: {
				encrypted_master_key: master_key.encrypted_master_key,
				encrypted_private_key: derived.encrypted_private_key,
				public_key_string: derived.public_key,
				keypair_encrypt_alg: derived.keypair_encrypt_alg,
				encrypted_sign_key: derived.encrypted_sign_key,
				verify_key_string: derived.verify_key,
				keypair_sign_alg: derived.keypair_sign_alg,
				keypair_encrypt_id: ids.encrypt,
				keypair_sign_id: ids.sign,
				user_id: "user",
				device_id: "device",
				user_group_id: "group",
			},
		},
	});
	return { keys, opened };
}

function existingAccountChecks(account: Account): Check[] {
	const title = `account ${account.identifier}`;
	const { device, group } = account.register_request;
	const { password, expected_device_keys: deviceKeys, expected_user_keys: userKeys } = account;
	return [
		{
			name: `${title}: opens the device keys`,
			async run(crypto) {
				const ids = { encrypt: keyId(deviceKeys.private_key), sign: keyId(deviceKeys.sign_key) };
				const { keys, opened } = await login(crypto, { device, password, ids });
				same(asReference(opened.device), deviceKeys);
				same(opened.challenge, "challenge-text");
				same(keys.authKey, account.login_requests.at(-1)?.body["auth_key"]);
				const { privateKey } = opened.device;
				same(await crypto.openUser({ privateKey, userKeys: [] }), { userKeys: [], unusable: [], hmacKeys: [] });
			},
		},
		{
			name: `${title}: opens the user keys`,
			async run(crypto) {
				const record = {
					...group,
					key_pair_id: keyId(userKeys.private_key),
					group_key_id: userKeys.group_key_id,
					user_public_key_id: keyId(deviceKeys.private_key),
					time: userKeys.time,
					keypair_sign_id: keyId(userKeys.sign_key),
					public_key_sig_key_id: userKeys.exported_public_key_sig_key_id,
				};
				const opened = await openUserKey(crypto, { privateKey: deviceKeys.private_key, userKey: record });
				same(userAsReference(opened), userKeys);
				const { exportedVerifyKey: verifyKey, exportedPublicKey: publicKey } = opened;
				same(await crypto.verifyUserPublicKey({ verifyKey, publicKey }), true);
			},
		},
		...rows(account.hmac_keys).map(
			({ group_key_id, key_data }): Check => ({
				name: `${title}: opens the searchable key of ${group_key_id}`,
				async run(crypto) {
					const hmacKey: HmacKey = JSON.parse(key_data);
					const keys = [{ groupKey: userKeys.group_key, hmacKey }];
					same((await crypto.openHmacKeys({ keys })).keys.map(keyId), [hmacKey.id]);
				},
			}),
		),
	];
}

function furtherDeviceChecks(device: NewDevice): Check[] {
	const id = keyId(device.device_private_key);
	const { derived } = device.register_device_request;
	return [
		{
			name: "a further device opens its keys",
			async run(crypto) {
				const { password, register_device_request } = device;
				const ids = { encrypt: id, sign: id };
				const { opened } = await login(crypto, { device: register_device_request, password, ids });
				same(opened.device.privateKey, device.device_private_key);
			},
		},
		{
			name: "a further device gets the user keys",
			async run(crypto) {
				const exported = await crypto.exportPublicKey({
					publicKeyString: derived.public_key,
					algorithm: derived.keypair_encrypt_alg,
					id,
				});
				same(exported, JSON.stringify(device.accept_public_key));

				const reference = device.accept_input.user_keys;
				const ours = await crypto.prepareKeysForNewMember({
					publicKey: exported,
					groupKeys: [device.user_group_key],
					rank: reference.rank ?? null,
					keySession: reference.key_session,
				});
				same(openedKeys(ours, device.device_private_key), openedKeys(reference, device.device_private_key));
			},
		},
	];
}

function recordedLoginCheck({ steps, inputs, intermediate, client_result: result }: RecordedLogin): Check {
	return {
		name: "replays a recorded login",
		async run(crypto) {
			const [prepared, done, verified] = steps.map(({ response }) => JSON.parse(response.body).result);
			const [, doneRequest, verifyRequest] = steps.map(({ request }) => JSON.parse(request.body));

			const keys = await crypto.deriveLoginKeys({ password: inputs.password, prepareLogin: prepared });
			same(toHex(fromBase64(prepared.salt_string)), intermediate.salt_hex);
			same(fromBase64(keys.authKey), fromHex(intermediate.argon2id_64_bytes_hex).slice(32));
			same(doneRequest.auth_key, keys.authKey);

			const { masterKeyEncryptionKey } = keys;
			const opened = await crypto.openDevice({ masterKeyEncryptionKey, doneLogin: done.Direct });
			same(asReference(opened.device), result.device);
			same([opened.userId, opened.deviceId], [result.user_id, result.device_id]);
			same(opened.challenge, intermediate.challenge_plaintext);
			same(opened.challenge, verifyRequest.challenge);

			const { privateKey } = opened.device;
			const { userKeys, unusable } = await crypto.openUser({ privateKey, userKeys: verified.user_keys });
			same(unusable, []);
			same(userKeys.map(userAsReference), rows(result.user_keys));
		},
	};
}

function registrationCheck({ inputs, prepare_register_output }: RecordedRegistration): Check {
	return {
		name: "registers in the reference's form",
		async run(crypto) {
			const { user_identifier: identifier, password } = inputs;
			const ours = await crypto.prepareRegister({ identifier, password });
			const reference: RegisterData = JSON.parse(prepare_register_output);
			same(form(ours), form(reference));
			same(fixedMembers(ours), fixedMembers(reference));
			const ids = { encrypt: "d", sign: "d" };
			const { opened } = await login(crypto, { device: reference.device, password, ids });
			same(keyId(opened.device.privateKey), "d");
		},
	};
}

function fixedMembers({ device, group }: RegisterData): unknown[] {
	return [
		device.master_key.master_key_alg,
		device.master_key.encrypted_master_key_alg,
		device.derived.derived_alg,
		device.derived.keypair_encrypt_alg,
		device.derived.keypair_sign_alg,
		group.group_key_alg,
		group.encrypted_group_key_alg,
		group.keypair_encrypt_alg,
		group.keypair_sign_alg,
		group.encrypted_hmac_alg,
		group.encrypted_sortable_alg,
		group.creator_public_key_id,
	];
}
