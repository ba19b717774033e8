import { describe, expect, it } from "vitest";
import type { CryptoBackend } from "../src/backend.js";
import { privateKeys } from "../src/keys/key-string.js";
import type { DeviceKeyData, UserKeyData } from "../src/operations/types.js";
import { unwrapKey, unwrapKeyBy } from "../src/operations/wrap.js";
import type {
	DeviceRegisterData,
	HmacKey,
	NewMemberKeys,
	PrepareLoginResult,
	RegisterData,
} from "../src/wire/index.js";
import {
	expectReferenceError,
	fromBase64,
	fromHex,
	keyId,
	loadCapture,
	loadVectors,
	nodePrimitives,
	plainBackends,
	rows,
	toHex,
} from "./support.js";

interface Derived {
	password: string;
	salt_b64: string;
	master_key_encryption_key_b64: string;
	auth_key_b64: string;
}
interface ReferenceDeviceKeys {
	private_key: string;
	public_key: string;
	sign_key: string;
	verify_key: string;
	exported_public_key: string;
	exported_verify_key: string;
}
interface ReferenceUserKeys extends ReferenceDeviceKeys {
	group_key: string;
	group_key_id: string;
	time: number;
	exported_public_key_sig_key_id: string;
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

const password = loadVectors<{
	derive: (Derived & {
		hashed_auth_key_b64: string;
		exported_master_key_string: string;
		done_login_body: { auth_key: string };
	})[];
	derive_other_salt_lengths: Derived[];
	registration: (Derived & {
		client_random_value_b64: string;
		hashed_authentication_key_b64: string;
		encrypted_master_key_b64: string;
		master_key_b64: string;
	})[];
	salt: { client_random_value_b64: string; add_string: string; salt_b64: string }[];
	negative: { name: string; prepare_login_result: PrepareLoginResult; error: string }[];
}>("password");
const { accounts, new_device } = loadVectors<{
	accounts: Account[];
	new_device: {
		identifier: string;
		password: string;
		register_device_request: DeviceRegisterData;
		device_private_key: string;
		accept_input: { user_keys: NewMemberKeys; token: string };
		accept_public_key: Record<string, unknown>;
		user_group_key: string;
	};
}>("register_login");
const loginDirect = loadCapture<{
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
}>("login_direct");
const registered = loadCapture<{ inputs: { password: string }; prepare_register_output: string }>("register");
const serverRules = loadCapture<{
	salt: { client_random_value: string; add_str: string; salt_base64: string }[];
	hashed_auth_key: { auth_key: string; hashed_authentication_key: string }[];
}>("server_rules");

const argon = "ARGON-2-SHA256";
const otherHash = "AAAAAAAAAAAAAAAAAAAAAA==";

const asReference = (keys: DeviceKeyData): ReferenceDeviceKeys => ({
	private_key: keys.privateKey,
	public_key: keys.publicKey,
	sign_key: keys.signKey,
	verify_key: keys.verifyKey,
	exported_public_key: keys.exportedPublicKey,
	exported_verify_key: keys.exportedVerifyKey,
});

const userAsReference = (keys: UserKeyData): Partial<ReferenceUserKeys> => ({
	...asReference(keys),
	group_key: keys.groupKey,
	group_key_id: keys.groupKeyId,
	time: keys.time,
	...(keys.exportedPublicKeySigKeyId !== undefined && {
		exported_public_key_sig_key_id: keys.exportedPublicKeySigKeyId,
	}),
});

/** A server in a few lines: what it stored at registration, with ids, and a challenge made by ourselves. */
async function login(
	crypto: CryptoBackend,
	device: DeviceRegisterData,
	pw: string,
	ids: { encrypt: string; sign: string },
) {
	const { derived, master_key } = device;
	const salt_string = await crypto.createSalt({ clientRandomValue: derived.client_random_value, addString: "" });
	const prepareLogin = { salt_string, derived_encryption_key_alg: derived.derived_alg };
	const keys = await crypto.deriveLoginKeys({ password: pw, prepareLogin });
	const challenge = await crypto.createLoginChallenge({
		publicKeyString: derived.public_key,
		algorithm: derived.keypair_encrypt_alg,
		challenge: "challenge text",
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

describe.each(plainBackends)("%s", (_, crypto) => {
	describe("password derivation", () => {
		const derive = (row: Derived) =>
			crypto.deriveLoginKeys({
				password: row.password,
				prepareLogin: { salt_string: row.salt_b64, derived_encryption_key_alg: argon },
			});

		it.each(rows(password.derive))("password $password", async (row) => {
			expect(await derive(row)).toEqual({
				masterKeyEncryptionKey: row.exported_master_key_string,
				authKey: row.done_login_body.auth_key,
			});
			expect(row.exported_master_key_string).toBe(`{"Argon2":"${row.master_key_encryption_key_b64}"}`);
			const authKey = row.auth_key_b64;
			expect(await crypto.verifyAuthKey({ authKey, hashedAuthenticationKey: row.hashed_auth_key_b64 })).toBe(true);
			expect(await crypto.verifyAuthKey({ authKey, hashedAuthenticationKey: otherHash })).toBe(false);
		});

		it.each(rows(password.derive_other_salt_lengths))("salt $salt_b64", async (row) => {
			expect(await derive(row)).toEqual({
				masterKeyEncryptionKey: `{"Argon2":"${row.master_key_encryption_key_b64}"}`,
				authKey: row.auth_key_b64,
			});
		});

		it.each(rows(password.registration))("registration of $password", async (row) => {
			const clientRandomValue = row.client_random_value_b64;
			expect(await crypto.createSalt({ clientRandomValue, addString: "" })).toBe(row.salt_b64);
			expect(await derive(row)).toMatchObject({ authKey: row.auth_key_b64 });
			const hashedAuthenticationKey = row.hashed_authentication_key_b64;
			expect(await crypto.verifyAuthKey({ authKey: row.auth_key_b64, hashedAuthenticationKey })).toBe(true);
			const wrappingKey = fromBase64(row.master_key_encryption_key_b64);
			const masterKey = unwrapKey(nodePrimitives, wrappingKey, row.encrypted_master_key_b64, 32);
			expect(masterKey).toEqual(fromBase64(row.master_key_b64));
		});

		it.each(rows(password.negative))("$name", ({ prepare_login_result, error }) =>
			expectReferenceError(crypto.deriveLoginKeys({ password: "x", prepareLogin: prepare_login_result }), error),
		);
	});

	describe("salt", () => {
		it.each(rows(password.salt))("$client_random_value_b64 + $add_string", async (row) => {
			const input = { clientRandomValue: row.client_random_value_b64, addString: row.add_string };
			expect(await crypto.createSalt(input)).toBe(row.salt_b64);
		});

		it.each(rows(serverRules.salt))("$client_random_value + $add_str", async (row) => {
			const input = { clientRandomValue: row.client_random_value, addString: row.add_str };
			expect(await crypto.createSalt(input)).toBe(row.salt_base64);
		});
	});

	it.each(rows(serverRules.hashed_auth_key))("hash of $auth_key", async (row) => {
		const input = { authKey: row.auth_key, hashedAuthenticationKey: row.hashed_authentication_key };
		expect(await crypto.verifyAuthKey(input)).toBe(true);
	});

	describe.each(rows(accounts))("account $identifier", (account) => {
		const { device, group } = account.register_request;
		const { expected_device_keys: deviceKeys, expected_user_keys: userKeys } = account;

		it("opens the device keys", async () => {
			const ids = { encrypt: keyId(deviceKeys.private_key), sign: keyId(deviceKeys.sign_key) };
			const { keys, opened } = await login(crypto, device, account.password, ids);
			expect(asReference(opened.device)).toEqual(deviceKeys);
			expect(opened.challenge).toBe("challenge text");
			expect(keys.authKey).toBe(account.login_requests.at(-1)?.body["auth_key"]);
			expect(await crypto.openUserKeys({ privateKey: opened.device.privateKey, userKeys: [] })).toEqual([]);
		});

		it("opens the user keys", async () => {
			const record = {
				...group,
				key_pair_id: keyId(userKeys.private_key),
				group_key_id: userKeys.group_key_id,
				user_public_key_id: keyId(deviceKeys.private_key),
				time: userKeys.time,
				keypair_sign_id: keyId(userKeys.sign_key),
				public_key_sig_key_id: userKeys.exported_public_key_sig_key_id,
			};
			const opened = await crypto.openUserKey({ privateKey: deviceKeys.private_key, userKey: record });
			expect(userAsReference(opened)).toEqual(userKeys);
			const { exportedVerifyKey: verifyKey, exportedPublicKey: publicKey } = opened;
			expect(await crypto.verifyUserPublicKey({ verifyKey, publicKey })).toBe(true);
		});

		it.each(rows(account.hmac_keys))("opens searchable key of $group_key_id", async ({ key_data }) => {
			const hmacKey: HmacKey = JSON.parse(key_data);
			const opened = await crypto.openHmacKey({ groupKey: userKeys.group_key, hmacKey });
			expect(keyId(opened)).toBe(hmacKey.id);
		});
	});

	describe("a further device", () => {
		it("opens its keys", async () => {
			const id = keyId(new_device.device_private_key);
			const request = new_device.register_device_request;
			const { opened } = await login(crypto, request, new_device.password, { encrypt: id, sign: id });
			expect(opened.device.privateKey).toBe(new_device.device_private_key);
		});

		it("gets the user keys", async () => {
			const { derived } = new_device.register_device_request;
			const exported = await crypto.exportPublicKey({
				publicKeyString: derived.public_key,
				algorithm: derived.keypair_encrypt_alg,
				id: keyId(new_device.device_private_key),
			});
			expect(exported).toBe(JSON.stringify(new_device.accept_public_key));

			const reference = new_device.accept_input.user_keys;
			const ours = await crypto.prepareKeysForNewMember({
				publicKey: exported,
				groupKeys: [new_device.user_group_key],
				rank: reference.rank ?? null,
				keySession: reference.key_session,
			});
			const privateKey = privateKeys.parse(new_device.device_private_key);
			const open = ({ encrypted_group_key }: { encrypted_group_key: string }) =>
				toHex(unwrapKeyBy(nodePrimitives, privateKey, encrypted_group_key, 32));
			const opened = (keys: NewMemberKeys) => ({
				...keys,
				keys: keys.keys.map((key) => ({ ...key, encrypted_group_key: open(key) })),
			});
			expect(opened(ours)).toEqual(opened(reference));
		});
	});

	it("replays a recorded login", async () => {
		const [prepared, done, verified] = loginDirect.steps.map(({ response }) => JSON.parse(response.body).result);
		const [, doneRequest, verifyRequest] = loginDirect.steps.map(({ request }) => JSON.parse(request.body));
		const { client_result: result, intermediate, inputs } = loginDirect;

		const keys = await crypto.deriveLoginKeys({ password: inputs.password, prepareLogin: prepared });
		expect(toHex(fromBase64(prepared.salt_string))).toBe(intermediate.salt_hex);
		expect(fromBase64(keys.authKey)).toEqual(fromHex(intermediate.argon2id_64_bytes_hex).slice(32));
		expect(doneRequest.auth_key).toBe(keys.authKey);

		const { masterKeyEncryptionKey } = keys;
		const opened = await crypto.openDevice({ masterKeyEncryptionKey, doneLogin: done.Direct });
		expect(asReference(opened.device)).toEqual(result.device);
		expect([opened.userId, opened.deviceId]).toEqual([result.user_id, result.device_id]);
		expect(opened.challenge).toBe(intermediate.challenge_plaintext);
		expect(opened.challenge).toBe(verifyRequest.challenge);

		const { privateKey } = opened.device;
		const userKeys = await crypto.openUserKeys({ privateKey, userKeys: verified.user_keys });
		expect(userKeys.map(userAsReference)).toEqual(rows(result.user_keys));
	});

	it("registers in the reference's form", async () => {
		const ours = await crypto.prepareRegister({ identifier: "böb", password: registered.inputs.password });
		const reference: RegisterData = JSON.parse(registered.prepare_register_output);
		const shape = (value: unknown): unknown =>
			typeof value === "object" && value !== null
				? Object.entries(value).map(([name, member]) => [name, shape(member)])
				: typeof value;
		expect(shape(ours)).toEqual(shape(reference));
		const fixed = ({ device, group }: RegisterData) => [
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
		expect(fixed(ours)).toEqual(fixed(reference));
		const { opened } = await login(crypto, reference.device, registered.inputs.password, { encrypt: "d", sign: "d" });
		expect(keyId(opened.device.privateKey)).toBe("d");
	});
});
