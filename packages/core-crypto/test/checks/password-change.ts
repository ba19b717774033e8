import type { CryptoBackend } from "../../src/crypto.js";
import type { LoginKeys } from "../../src/index.js";
import { parseMasterKeyEncryptionKey, privateKeys, signKeys } from "../../src/keys/key-string.js";
import { unwrapKey } from "../../src/keys/wrap.js";
import type { ChangePasswordData, DeviceRegisterData, RegisterData, ResetPasswordData } from "../../src/wire/index.js";
import { fromBase64 } from "../bytes.js";
import { runPure } from "../run-pure.js";
import { type Check, form, last, rows, type Sources, same } from "./check.js";

interface Requests<Body> {
	requests: { body: Body }[];
}
interface Vectors {
	change: { identifier: string; old_password: string; new_password: string; old_master_key_b64: string } & Requests<
		ChangePasswordData & { auth_key: string }
	>;
	reset: { new_password: string; device_private_key: string; device_sign_key: string } & Requests<ResetPasswordData>;
}
interface Captured<Inputs> {
	inputs: Inputs;
	steps: { request: { body: string } }[];
}

interface Change {
	title: string;
	/** What the device registered with the old password. */
	registered: DeviceRegisterData;
	oldPassword: string;
	newPassword: string;
	/** As sent by the login before. */
	oldAuthKey: string;
	body: ChangePasswordData;
}
interface Reset {
	title: string;
	privateKey: string;
	signKey: string;
	newPassword: string;
	body: ResetPasswordData;
}

export function passwordChangeChecks(sources: Sources): Check[] {
	const { change, reset } = sources.vectors<Vectors>("password_change_reset");
	return [
		...changeChecks(changeOfVectors(sources, change)),
		...changeChecks(capturedChange(sources)),
		{
			name: "the changed password of the vectors opens the master key they name",
			async run(crypto) {
				const body = last(change.requests).body;
				const keys = await loginKeys(crypto, body.new_client_random_value, change.new_password);
				same(openBy(keys, body.new_encrypted_master_key), fromBase64(change.old_master_key_b64));
			},
		},
		...resetChecks({
			title: "reset",
			privateKey: reset.device_private_key,
			signKey: reset.device_sign_key,
			newPassword: reset.new_password,
			body: last(reset.requests).body,
		}),
		...resetChecks(capturedReset(sources)),
	];
}

function changeOfVectors({ vectors }: Sources, change: Vectors["change"]): Change {
	const { accounts } = vectors<{ accounts: { identifier: string; register_request: RegisterData }[] }>(
		"register_login",
	);
	const [account] = rows(accounts.filter(({ identifier }) => identifier === change.identifier));
	const { requests, old_password: oldPassword, new_password: newPassword } = change;
	const registered = account.register_request.device;
	const oldAuthKey = last(requests.slice(0, -1)).body.auth_key;
	return { title: "change", registered, oldPassword, newPassword, oldAuthKey, body: last(requests).body };
}

function capturedChange({ capture }: Sources): Change {
	const { inputs, steps } = capture<Captured<{ old_password: string; new_password: string }>>("change_password");
	const registration = capture<Captured<unknown>>("register");
	return {
		title: "recorded change",
		registered: (bodies(registration)[0] as RegisterData).device,
		oldPassword: inputs.old_password,
		newPassword: inputs.new_password,
		oldAuthKey: (bodies({ steps })[1] as { auth_key: string }).auth_key,
		body: last(bodies({ steps })) as ChangePasswordData,
	};
}

function capturedReset({ capture }: Sources): Reset {
	type Inputs = { new_password: string; device_private_key: string; device_sign_key: string };
	const { inputs, steps } = capture<Captured<Inputs>>("reset_password");
	return {
		title: "recorded reset",
		privateKey: inputs.device_private_key,
		signKey: inputs.device_sign_key,
		newPassword: inputs.new_password,
		body: last(bodies({ steps })) as ResetPasswordData,
	};
}

const bodies = ({ steps }: Pick<Captured<unknown>, "steps">): unknown[] =>
	rows(steps).map(({ request }) => JSON.parse(request.body));

function changeChecks(row: Change): Check[] {
	const { registered, oldPassword, newPassword } = row;
	const { client_random_value } = registered.derived;
	const encryptedMasterKey = registered.master_key.encrypted_master_key;

	async function check(crypto: CryptoBackend, oldKeys: LoginKeys, body: ChangePasswordData): Promise<void> {
		same(body.old_auth_key, row.oldAuthKey);
		const keys = await loginKeys(crypto, body.new_client_random_value, newPassword);
		same(openBy(keys, body.new_encrypted_master_key), openBy(oldKeys, encryptedMasterKey));
		const hashedAuthenticationKey = body.new_hashed_authentication_key;
		same(await crypto.verifyAuthKey({ authKey: keys.authKey, hashedAuthenticationKey }), true);
	}
	return [
		{
			name: `${row.title}: opens with the new password`,
			async run(crypto) {
				const oldKeys = await loginKeys(crypto, client_random_value, oldPassword);
				same(oldKeys.authKey, row.oldAuthKey);
				await check(crypto, oldKeys, row.body);
			},
		},
		{
			name: `${row.title}: is made in the same form by us`,
			async run(crypto) {
				const oldKeys = await loginKeys(crypto, client_random_value, oldPassword);
				const ours = await crypto.preparePasswordChange({ ...oldKeys, encryptedMasterKey, newPassword });
				same(form(ours), form(row.body));
				same(algorithms(ours), algorithms(row.body));
				await check(crypto, oldKeys, ours);
			},
		},
	];
}

function resetChecks(row: Reset): Check[] {
	const { privateKey, signKey, newPassword } = row;

	async function check(crypto: CryptoBackend, body: ResetPasswordData): Promise<void> {
		const keys = await loginKeys(crypto, body.client_random_value, newPassword);
		const { hashed_authentication_key: hashedAuthenticationKey } = body;
		same(await crypto.verifyAuthKey({ authKey: keys.authKey, hashedAuthenticationKey }), true);
		const masterKey = openBy(keys, body.master_key.encrypted_master_key);
		const open = (text: string, { length }: Uint8Array): Uint8Array => runPure(unwrapKey(masterKey, text, length));
		const [privateBytes, signBytes] = [privateKeys.parse(privateKey).bytes, signKeys.parse(signKey).bytes];
		same(open(body.encrypted_private_key, privateBytes), privateBytes);
		same(open(body.encrypted_sign_key, signBytes), signBytes);
	}
	return [
		{ name: `${row.title}: opens with the new password`, run: (crypto) => check(crypto, row.body) },
		{
			name: `${row.title}: is made in the same form by us`,
			async run(crypto) {
				const ours = await crypto.preparePasswordReset({ privateKey, signKey, newPassword });
				same(form(ours), form(row.body));
				same(algorithms(ours), algorithms(row.body));
				same(algorithms(ours.master_key), algorithms(row.body.master_key));
				await check(crypto, ours);
			},
		},
	];
}

/** Members that name an algorithm. */
const algorithms = (body: object): unknown => Object.entries(body).filter(([name]) => name.endsWith("_alg"));

async function loginKeys(crypto: CryptoBackend, clientRandomValue: string, password: string): Promise<LoginKeys> {
	const salt_string = await crypto.createSalt({ clientRandomValue, addString: "" });
	return crypto.deriveLoginKeys({
		password,
		prepareLogin: { salt_string, derived_encryption_key_alg: "ARGON-2-SHA256" },
	});
}

function openBy({ masterKeyEncryptionKey }: LoginKeys, encryptedMasterKey: string): Uint8Array {
	return runPure(unwrapKey(parseMasterKeyEncryptionKey(masterKeyEncryptionKey), encryptedMasterKey, 32));
}
