import { describe, expect, it } from "vitest";
import {
	type KeyCodec,
	privateKeys,
	publicKeys,
	searchableKeys,
	signKeys,
	sortableKeys,
	symmetricKeys,
	verifyKeys,
} from "../src/keys/key-string.js";
import { exportPublicKey, exportVerifyKey, importPublicKey, importVerifyKey } from "../src/keys/public-key.js";
import { expectReferenceError, keyId, loadVectors, plainBackends, rows } from "./support.js";

interface KeySet {
	private_key: string;
	public_key: string;
	sign_key: string;
	verify_key: string;
	exported_public_key: string;
	exported_verify_key: string;
}
interface Account {
	device: KeySet;
	user: KeySet & { group_key: string };
}

const imports = loadVectors<{
	rows: { kind: string; name: string; key: string; error: string | null }[];
	generated_register_data: { identifier: string; password: string };
}>("key_import");
const { alice, bob } = loadVectors<{ alice: Account; bob: Account }>("keys");

/** Parses and writes again. */
function rewrite<Suite>(codec: KeyCodec<Suite>): (text: string) => string {
	return (text) => codec.format(codec.parse(text));
}

const rewriters: Record<string, (text: string) => string> = {
	symmetric: rewrite(symmetricKeys),
	private: rewrite(privateKeys),
	sign: rewrite(signKeys),
	searchable: rewrite(searchableKeys),
	sortable: rewrite(sortableKeys),
};

describe("import of key strings", () => {
	it.each(rows(imports.rows))("$kind: $name", async ({ kind, key, error }) => {
		const rewriteKey = rewriters[kind];
		if (rewriteKey === undefined) throw new Error(`Unknown kind ${kind}`);
		const rewritten = (async () => rewriteKey(key))();
		if (error !== null) return expectReferenceError(rewritten, error);
		const { y: _, ...known } = Object.values<Record<string, unknown>>(JSON.parse(key))[0] ?? {};
		expect(JSON.parse(await rewritten)).toEqual({ [Object.keys(JSON.parse(key))[0] ?? ""]: known });
	});
});

describe.each([
	["alice's device", alice.device],
	["alice", alice.user],
	["bob's device", bob.device],
	["bob", bob.user],
])("key strings of %s are written byte for byte", (_, keys) => {
	it.each([
		["private", keys.private_key, rewrite(privateKeys)],
		["public", keys.public_key, rewrite(publicKeys)],
		["sign", keys.sign_key, rewrite(signKeys)],
		["verify", keys.verify_key, rewrite(verifyKeys)],
	])("%s key", (__, text, rewriteKey) => expect(rewriteKey(text)).toBe(text));

	it("exported verify key", () => {
		expect(exportVerifyKey(importVerifyKey(keys.exported_verify_key))).toBe(keys.exported_verify_key);
		expect(exportVerifyKey(verifyKeys.parse(keys.verify_key))).toBe(keys.exported_verify_key);
	});

	it("exported public key", () => {
		const { key, signature } = importPublicKey(keys.exported_public_key);
		const { public_key_sig_key_id } = JSON.parse(keys.exported_public_key);
		expect(exportPublicKey(key, signature, public_key_sig_key_id)).toBe(keys.exported_public_key);
		expect(publicKeys.format(key)).toBe(keys.public_key);
	});
});

it.each([alice, bob])("user group key %#", ({ user }) => {
	expect(rewrite(symmetricKeys)(user.group_key)).toBe(user.group_key);
	expect(symmetricKeys.parse(user.group_key).id).toBe(keyId(user.group_key));
});

it.each(plainBackends)("generated register data has the reference's form (%s)", async (_, crypto) => {
	const ours = await crypto.generateRegisterData({});
	const { identifier, password } = imports.generated_register_data;
	expect(ours.identifier).toMatch(/^[\w-]+$/);
	expect(ours.password).toMatch(/^[\w-]+$/);
	expect([ours.identifier.length, ours.password.length]).toEqual([identifier.length, password.length]);
	expect(await crypto.generateRegisterData({})).not.toEqual(ours);
});
