import { argon2id, newerArgon2id } from "../../src/algorithms/argon2id.js";
import { unwrapKey } from "../../src/keys/wrap.js";
import type { PrepareLoginResult } from "../../src/wire/index.js";
import { fromBase64, utf8 } from "../bytes.js";
import { runPure } from "../run-pure.js";
import { type Check, different, failsAsReference, failsWith, rows, type Sources, same } from "./check.js";

interface Derived {
	password: string;
	salt_b64: string;
	master_key_encryption_key_b64: string;
	auth_key_b64: string;
}
interface DerivedLogin extends Derived {
	hashed_auth_key_b64: string;
	exported_master_key_string: string;
	done_login_body: { auth_key: string };
}
interface Registration extends Derived {
	client_random_value_b64: string;
	hashed_authentication_key_b64: string;
	encrypted_master_key_b64: string;
	master_key_b64: string;
}
interface Vectors {
	derive: DerivedLogin[];
	derive_other_salt_lengths: Derived[];
	registration: Registration[];
	salt: { client_random_value_b64: string; add_string: string; salt_b64: string }[];
	negative: { name: string; prepare_login_result: PrepareLoginResult; error: string }[];
}
interface ServerRules {
	salt: { client_random_value: string; add_str: string; salt_base64: string }[];
	hashed_auth_key: { auth_key: string; hashed_authentication_key: string }[];
}

const otherHash = "AAAAAAAAAAAAAAAAAAAAAA==";

const deriveInput = (row: Derived): { password: string; prepareLogin: PrepareLoginResult } => ({
	password: row.password,
	prepareLogin: { salt_string: row.salt_b64, derived_encryption_key_alg: "ARGON-2-SHA256" },
});

export function passwordChecks({ vectors, capture }: Sources): Check[] {
	const password = vectors<Vectors>("password");
	const serverRules = capture<ServerRules>("server_rules");
	return [
		...rows(password.derive).map(deriveCheck),
		...rows(password.derive_other_salt_lengths).map(
			(row): Check => ({
				name: `password with the salt ${row.salt_b64}, which the reference takes and we don't`,
				async run(crypto) {
					same(runPure(argon2id.derive(utf8(row.password), fromBase64(row.salt_b64))), {
						masterKeyEncryptionKey: fromBase64(row.master_key_encryption_key_b64),
						authKey: fromBase64(row.auth_key_b64),
					});
					await failsWith(crypto.deriveLoginKeys(deriveInput(row)), "SALT_LENGTH");
				},
			}),
		),
		...rows(password.registration).map(registrationCheck),
		...rows(password.negative).map(
			({ name, prepare_login_result, error }): Check => ({
				name: `password: ${name}`,
				run: (crypto) =>
					failsAsReference(crypto.deriveLoginKeys({ password: "x", prepareLogin: prepare_login_result }), error),
			}),
		),
		newerCostCheck,
		...rows(password.salt).map((row) => saltCheck(row.client_random_value_b64, row.add_string, row.salt_b64)),
		...rows(serverRules.salt).map((row) => saltCheck(row.client_random_value, row.add_str, row.salt_base64)),
		...rows(serverRules.hashed_auth_key).map(
			({ auth_key, hashed_authentication_key }): Check => ({
				name: `hash of ${auth_key}`,
				async run(crypto) {
					const input = { authKey: auth_key, hashedAuthenticationKey: hashed_authentication_key };
					same(await crypto.verifyAuthKey(input), true);
				},
			}),
		),
	];
}

/** Computed by OpenSSL: 19456 KiB, 2 passes, 1 lane. */
const newerCostCheck: Check = {
	name: "the cost of newer builds",
	async run(crypto) {
		const salt = fromBase64("AAECAwQFBgcICQoLDA0ODw==");
		same(runPure(newerArgon2id.derive(utf8("pässword"), salt)), {
			masterKeyEncryptionKey: fromBase64("kyipN6x4kyAgPUE+Mj0hMapg80McwNVuGI53icQVHTw="),
			authKey: fromBase64("oVQ7Ao+sWcv5QeXxpZ8oOv6D1EJjQ11Bf5onuH+62f8="),
		});
		const salt_string = "AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=";
		const input = { password: "pässword", prepareLogin: { salt_string, derived_encryption_key_alg: argon2id.id } };
		const newer = await crypto.deriveLoginKeys({ ...input, newerArgon2: true });
		const compatible = await crypto.deriveLoginKeys(input);
		same(await crypto.deriveLoginKeys({ ...input, newerArgon2: false }), compatible);
		different(newer, compatible);
	},
};

function deriveCheck(row: DerivedLogin): Check {
	return {
		name: `password ${row.password}`,
		async run(crypto) {
			same(await crypto.deriveLoginKeys(deriveInput(row)), {
				masterKeyEncryptionKey: row.exported_master_key_string,
				authKey: row.done_login_body.auth_key,
			});
			same(row.exported_master_key_string, `{"Argon2":"${row.master_key_encryption_key_b64}"}`);
			const authKey = row.auth_key_b64;
			same(await crypto.verifyAuthKey({ authKey, hashedAuthenticationKey: row.hashed_auth_key_b64 }), true);
			same(await crypto.verifyAuthKey({ authKey, hashedAuthenticationKey: otherHash }), false);
		},
	};
}

function registrationCheck(row: Registration): Check {
	return {
		name: `registration with the password ${row.password}`,
		async run(crypto) {
			const clientRandomValue = row.client_random_value_b64;
			same(await crypto.createSalt({ clientRandomValue, addString: "" }), row.salt_b64);
			same((await crypto.deriveLoginKeys(deriveInput(row))).authKey, row.auth_key_b64);
			const hashedAuthenticationKey = row.hashed_authentication_key_b64;
			same(await crypto.verifyAuthKey({ authKey: row.auth_key_b64, hashedAuthenticationKey }), true);
			const wrappingKey = fromBase64(row.master_key_encryption_key_b64);
			const masterKey = runPure(unwrapKey(wrappingKey, row.encrypted_master_key_b64, 32));
			same(masterKey, fromBase64(row.master_key_b64));
		},
	};
}

function saltCheck(clientRandomValue: string, addString: string, salt: string): Check {
	return {
		name: `salt of ${clientRandomValue} + ${addString}`,
		async run(crypto) {
			same(await crypto.createSalt({ clientRandomValue, addString }), salt);
		},
	};
}
