import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { createCrypto, type LoginKeys } from "@sentc-ts/core-crypto";
import type { ChangePasswordData, DoneLogin, PrepareLoginResult } from "@sentc-ts/core-crypto/wire";
import { PASSWORD, type ServedApi, signUp } from "@sentc-ts/test-world";
import { expect } from "vitest";

// Accounts of builds of the reference client that derive with a higher cost under the same name.

const crypto = createCrypto();

async function send<T>(
	{ base_url, app_token }: ServedApi,
	method: string,
	path: string,
	body: object,
	jwt = "",
): Promise<T> {
	const response = await fetch(`${base_url}/api/v1${path}`, {
		method,
		headers: { "x-sentc-app-token": app_token, Authorization: `Bearer ${jwt}` },
		body: JSON.stringify(body),
	});
	const envelope = (await response.json()) as { status: boolean; result: T };
	expect(envelope).toMatchObject({ status: true });
	return envelope.result;
}

/** A user with {@link PASSWORD} as such a build stores it: the same in everything but the cost. @returns the identifier */
export async function newerAccount(api: ServedApi): Promise<string> {
	const { name, user } = await signUp(api);
	const prepareLogin = await send<PrepareLoginResult>(api, "POST", "/prepare_login", { user_identifier: name });
	const old = crypto.deriveLoginKeys({ password: PASSWORD, prepareLogin });
	const proof = { auth_key: old.authKey, device_identifier: name };
	const { Direct } = await send<{ Direct: DoneLogin }>(api, "POST", "/done_login", proof);

	const randomValue = randomBytes(16);
	const prefix = Buffer.from("sentc".padEnd(200, "P"));
	const salt_string = createHash("sha256").update(prefix).update(randomValue).digest("base64");
	const keys = crypto.deriveLoginKeys({
		password: PASSWORD,
		prepareLogin: { ...prepareLogin, salt_string },
		newerArgon2: true,
	});
	const authKeyHash = createHash("sha256").update(Buffer.from(keys.authKey, "base64")).digest();
	const body: ChangePasswordData = {
		new_derived_alg: "ARGON-2-SHA256",
		new_client_random_value: randomValue.toString("base64"),
		new_hashed_authentication_key: authKeyHash.subarray(0, 16).toString("base64"),
		new_encrypted_master_key: encrypt(keys, decrypt(old, Direct.device_keys.encrypted_master_key)),
		new_encrypted_master_key_alg: "AES-GCM-256",
		old_auth_key: old.authKey,
	};
	await send(api, "PUT", "/user/update_pw", body, user.user_data.jwt);
	return name;
}

const keyOf = ({ masterKeyEncryptionKey }: LoginKeys): Buffer =>
	Buffer.from(JSON.parse(masterKeyEncryptionKey).Argon2, "base64");

function decrypt(keys: LoginKeys, text: string): Buffer {
	const bytes = Buffer.from(text, "base64");
	const cipher = createDecipheriv("aes-256-gcm", keyOf(keys), bytes.subarray(0, 12));
	cipher.setAuthTag(bytes.subarray(-16));
	return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]);
}

function encrypt(keys: LoginKeys, bytes: Buffer): string {
	const nonce = randomBytes(12);
	const cipher = createCipheriv("aes-256-gcm", keyOf(keys), nonce);
	return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]).toString("base64");
}
