import { createCrypto } from "@sentc-ts/core-crypto";
import type { Reference } from "../src/reference.js";
import { type Alteration, inResult, type Json, resultIs } from "./altered.js";

type Change = Alteration["change"];

const set = (member: string, value: unknown): Change =>
	inResult((result) => Object.assign(result, { [member]: value }));
const drop = (...members: string[]): Change =>
	inResult((result) => {
		for (const member of members) delete result[member];
	});
const edit = (member: string, change: (text: string) => string): Change =>
	inResult((result) => Object.assign(result, { [member]: change(String(result[member])) }));

/** Base64 of as many bytes, of which one is another. */
const damaged = (base64: string): string => {
	const bytes = Buffer.from(base64, "base64");
	bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
	return bytes.toString("base64");
};

const inPems = (change: (pem: string) => string) => (keyString: string) => {
	const { x, k } = JSON.parse(keyString);
	return JSON.stringify({ x: change(x), k: change(k) });
};

/** Of the answer with one user key, by the name of the probe. */
export const userKeyAlterations: Record<string, Change> = {
	"as is": (answer) => answer,
	"time as string": (answer) => answer.replace(/"time":(\d+)/, '"time":"$1"'),
	"time as float": (answer) => answer.replace(/"time":(\d+)/, '"time":$1.5'),
	"time 1e12 notation": (answer) => answer.replace(/"time":\d+/, '"time":1.7e12'),
	"optional sig fields null": inResult((result) => {
		Object.assign(result, { public_key_sig: null, public_key_sig_key_id: null });
	}),
	"optional sig fields absent": drop("public_key_sig", "public_key_sig_key_id"),
	"verify_key absent": drop("verify_key"),
	"encrypted_sign_key null": set("encrypted_sign_key", null),
	"keypair_sign_id absent": drop("keypair_sign_id"),
	"group_key_alg unknown": set("group_key_alg", "unknown"),
	"keypair_encrypt_alg unknown": set("keypair_encrypt_alg", "unknown"),
	"keypair_sign_alg unknown": set("keypair_sign_alg", "unknown"),
	"encrypted_group_key not base64": set("encrypted_group_key", "***"),
	"encrypted_group_key too short": set("encrypted_group_key", "AAAA"),
	"encrypted_group_key wrong bytes": edit("encrypted_group_key", damaged),
	"encrypted_private_group_key corrupted": edit("encrypted_private_group_key", damaged),
	"public_group_key is plain PEM": edit("public_group_key", (key) => JSON.parse(key).x),
	"public_group_key bad pem inside": set("public_group_key", JSON.stringify({ x: "bad", k: "bad" })),
	"verify_key literal extern": set("verify_key", "extern"),
	"base64 without padding": edit("encrypted_group_key", (text) => text.replace(/=+$/, "")),
	"extra field": set("extra", 1),
	"user_public_key_id absent": drop("user_public_key_id"),
	"PEM with CRLF": edit(
		"public_group_key",
		inPems((pem) => pem.replaceAll("\n", "\r\n")),
	),
	"PEM without trailing newline": edit(
		"public_group_key",
		inPems((pem) => pem.trimEnd()),
	),
	"PEM label OTHER": edit(
		"public_group_key",
		inPems((pem) => pem.replaceAll("PUBLIC KEY", "OTHER")),
	),
	"PEM single base64 line": edit(
		"public_group_key",
		inPems((pem) => pem.replaceAll(/([A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, "$1")),
	),
};

const crypto = createCrypto();

/** The challenge is replaced by other bytes, encrypted as the API encrypts it. */
const challengeOf = (reference: Reference, bytes: Uint8Array): Change =>
	inDirect(({ device_keys }, direct) => {
		const { public_key_string: publicKeyString, keypair_encrypt_alg: algorithm, device_id: id } = device_keys;
		const publicKey = crypto.exportPublicKey({ publicKeyString, algorithm, id });
		const encrypted = reference.encrypt_raw_asymmetric(publicKey, bytes);
		direct["challenge"] = Buffer.from(encrypted.get_data()).toString("base64");
	});

interface Direct {
	device_keys: { public_key_string: string; keypair_encrypt_alg: string; device_id: string } & Json;
}

const inDirect = (change: (direct: Direct, members: Json) => unknown): Change =>
	inResult((result) => change(result["Direct"] as Direct, result["Direct"] as Json));
const challengeIs = (challenge: string): Change => inDirect((_, members) => Object.assign(members, { challenge }));

/** Of the three answers of a login, by the name of the probe. */
export const loginAlterations = (reference: Reference): Record<string, Alteration> => {
	const prepare = (change: Change): Alteration => ({ path: "/prepare_login", change });
	const done = (change: Change): Alteration => ({ path: "/done_login", change });
	const verify = (change: Change): Alteration => ({ path: "/verify_login", change });
	return {
		"unknown derived alg": prepare(set("derived_encryption_key_alg", "unknown")),
		"salt not base64": prepare(set("salt_string", "***")),
		"salt too short (4 bytes)": prepare(set("salt_string", "AAAAAA==")),
		'result "Otp"': done(resultIs("Otp")),
		'result {"Otp":null}': done(resultIs({ Otp: null })),
		"result without Direct wrapper": done((answer) => resultIs(JSON.parse(answer).result.Direct)()),
		"unknown variant": done(resultIs({ Foo: 1 })),
		"challenge not base64": done(challengeIs("***")),
		"challenge random bytes": done(challengeIs(Buffer.alloc(1243, 7).toString("base64"))),
		"challenge too short": done(challengeIs("AAAA")),
		"challenge plaintext not utf8": done(challengeOf(reference, Uint8Array.of(0xff, 0xfe))),
		"challenge empty string encrypted": done(challengeOf(reference, new Uint8Array())),
		"master key corrupted": done(
			inDirect(({ device_keys }) => {
				device_keys["encrypted_master_key"] = damaged(String(device_keys["encrypted_master_key"]));
			}),
		),
		"user_group_id absent": done(inDirect(({ device_keys }) => delete device_keys["user_group_id"])),
		"extra field": done(inDirect(({ device_keys }) => Object.assign(device_keys, { extra: 1 }))),
		"verify: user_keys []": verify(set("user_keys", [])),
		"verify: hmac_keys absent": verify(drop("hmac_keys")),
		"verify: jwt is any string": verify(set("jwt", "any string")),
		"verify: sign keys missing": verify(
			inResult((result) => {
				for (const key of result["user_keys"] as Json[]) delete key["verify_key"];
			}),
		),
	};
};
