import { describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import * as wire from "../../src/wire/index.js";
import { sources } from "../support.js";

const { accounts, new_device } = sources.vectors<{
	accounts: { register_request: wire.RegisterData }[];
	new_device: { register_device_request: object; accept_input: { user_keys: object } };
}>("register_login");
const { groups } = sources.vectors<{
	groups: { create_request: object; server_key: object; server_hmac: object; server_sortable: object }[];
}>("group");
const { steps } = sources.capture<{ steps: { response: { body: string } }[] }>("login_direct");
const [prepared, done, verified] = steps.map(({ response }) => JSON.parse(response.body).result);
const { alice } = sources.vectors<{ alice: { user: Record<string, string> } }>("keys");

const { by_sym } = sources.vectors<{ by_sym: { encrypted_key: string } }>("sym_keys");

const { register } = sources.vectors<{ register: { server_input: object } }>("file_parts");
const file = sources.capture<{ encrypted_content_key_json: string; chunks: { head_json: string }[] }>(
	"signed_ed25519_file",
);

const samples: [name: string, schema: z.ZodMiniType<unknown>, sample: unknown][] = [
	["registerData", wire.registerDataSchema, accounts[0]?.register_request],
	["deviceRegisterData", wire.deviceRegisterDataSchema, new_device.register_device_request],
	["prepareLoginResult", wire.prepareLoginResultSchema, prepared],
	["loginChallengeResult", wire.loginChallengeResultSchema, done],
	["doneLogin", wire.doneLoginSchema, done.Direct],
	["deviceKeys", wire.deviceKeysSchema, done.Direct.device_keys],
	["user key", wire.groupKeyServerOutputSchema, verified.user_keys[0]],
	["group key", wire.groupKeyServerOutputSchema, groups[0]?.server_key],
	["groupCreateData", wire.groupCreateDataSchema, groups[0]?.create_request],
	["hmacKey", wire.hmacKeySchema, groups[0]?.server_hmac],
	["sortableKey", wire.sortableKeySchema, groups[0]?.server_sortable],
	["newMemberKeys", wire.newMemberKeysSchema, new_device.accept_input.user_keys],
	["userPublicKeyData", wire.exportedPublicKeySchema, JSON.parse(alice.user["exported_public_key"] ?? "")],
	["userVerifyKeyData", wire.exportedVerifyKeySchema, JSON.parse(alice.user["exported_verify_key"] ?? "")],
	["encryptedContentKey", wire.encryptedContentKeySchema, JSON.parse(by_sym.encrypted_key)],
	["fileRegisterData", wire.fileRegisterDataSchema, register.server_input],
	["fileNameData", wire.fileNameDataSchema, { encrypted_file_name: "a" }],
	["filePartHead", wire.filePartHeadSchema, JSON.parse(file.chunks[0]?.head_json ?? "")],
	[
		"fileData",
		wire.fileDataSchema,
		{
			file_id: "file",
			master_key_id: "key",
			owner: "user",
			belongs_to: "group",
			belongs_to_type: "Group",
			encrypted_key: file.encrypted_content_key_json,
			encrypted_key_alg: "AES-GCM-256",
			time: 1700000000000,
			encrypted_file_name: "a",
			part_list: [{ part_id: "part", sequence: 1, extern_storage: false }],
		},
	],
	["encryptedHead", wire.encryptedHeadSchema, { id: "a", sign: { id: "b", alg: "c" } }],
];

describe.each(samples)("%s", (_, schema, sample) => {
	it("keeps what the reference sends", () => {
		expect(schema.parse(sample)).toEqual(sample);
	});

	it("drops unknown members", () => {
		expect(schema.parse({ ...(sample as object), unknown: 1 })).toEqual(sample);
	});

	it("takes optional members as null or absent, and needs the others", () => {
		for (const name of Object.keys(sample as object)) {
			const { [name]: __, ...without } = sample as Record<string, unknown>;
			const absent = schema.safeParse(without).success;
			expect(schema.safeParse({ ...without, [name]: null }).success).toBe(absent);
			expect(schema.safeParse({ ...without, [name]: Symbol("wrong type") }).success).toBe(false);
		}
	});
});

it.each([
	["Otp", true],
	[{ Otp: null }, true],
	["otp", false],
	[{ Otp: 1 }, false],
	[{}, false],
	[null, false],
])("login challenge result %j: %s", (value, valid) => {
	expect(wire.loginChallengeResultSchema.safeParse(value).success).toBe(valid);
});

it.each([
	[0, true],
	[1700000000000, true],
	[Number.MAX_SAFE_INTEGER, true],
	[Number.MAX_SAFE_INTEGER + 1, false],
	[-1, false],
	[1.5, false],
	["1", false],
])("time %j: %s", (value, valid) => {
	expect(wire.timeSchema.safeParse(value).success).toBe(valid);
});

it("every optional member of a signed user group may be there", () => {
	const { group } = accounts[0]?.register_request ?? { group: undefined };
	const signed = { ...group, signed_by_user_id: "a", signed_by_user_sign_key_id: null, group_key_sig: "c" };
	expect(wire.groupCreateDataSchema.parse(signed)).toEqual(signed);
});
