import {
	type KeyCodec,
	privateKeys,
	publicKeys,
	searchableKeys,
	signKeys,
	sortableKeys,
	symmetricKeys,
	verifyKeys,
} from "../../src/keys/key-string.js";
import {
	formatExportedPublicKey,
	formatExportedVerifyKey,
	parseExportedPublicKey,
	parseExportedVerifyKey,
} from "../../src/keys/public-key.js";
import { keyId } from "../bytes.js";
import { type Check, different, failsAsReference, matches, rows, type Sources, same } from "./check.js";

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
interface Imports {
	rows: { kind: string; name: string; key: string; error: string | null }[];
	generated_register_data: { identifier: string; password: string };
}

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

export function keyChecks({ vectors }: Sources): Check[] {
	const imports = vectors<Imports>("key_import");
	const { alice, bob } = vectors<{ alice: Account; bob: Account }>("keys");
	return [
		...rows(imports.rows).map(importCheck),
		...keySetChecks("alice's device", alice.device),
		...keySetChecks("alice", alice.user),
		...keySetChecks("bob's device", bob.device),
		...keySetChecks("bob", bob.user),
		...[alice, bob].map(
			({ user }): Check => ({
				name: `user group key ${keyId(user.group_key)}`,
				async run() {
					same(rewrite(symmetricKeys)(user.group_key), user.group_key);
					same(symmetricKeys.parse(user.group_key).id, keyId(user.group_key));
				},
			}),
		),
		{
			name: "generated register data has the reference's form",
			async run(crypto) {
				const ours = await crypto.generateRegisterData({});
				const { identifier, password } = imports.generated_register_data;
				matches(ours.identifier, /^[\w-]+$/);
				matches(ours.password, /^[\w-]+$/);
				same([ours.identifier.length, ours.password.length], [identifier.length, password.length]);
				different(await crypto.generateRegisterData({}), ours);
			},
		},
	];
}

function importCheck({ kind, name, key, error }: Imports["rows"][number]): Check {
	return {
		name: `import of a key string, ${kind}: ${name}`,
		async run() {
			const rewriteKey = rewriters[kind];
			if (rewriteKey === undefined) throw new Error(`Unknown kind ${kind}`);
			const rewritten = (async () => rewriteKey(key))();
			if (error !== null) return failsAsReference(rewritten, error);
			const { y: _, ...known } = Object.values<Record<string, unknown>>(JSON.parse(key))[0] ?? {};
			same(JSON.parse(await rewritten), { [Object.keys(JSON.parse(key))[0] ?? ""]: known });
		},
	};
}

function keySetChecks(owner: string, keys: KeySet): Check[] {
	return [
		{
			name: `key strings of ${owner} are written byte for byte`,
			async run() {
				same(rewrite(privateKeys)(keys.private_key), keys.private_key);
				same(rewrite(publicKeys)(keys.public_key), keys.public_key);
				same(rewrite(signKeys)(keys.sign_key), keys.sign_key);
				same(rewrite(verifyKeys)(keys.verify_key), keys.verify_key);
			},
		},
		{
			name: `exported verify key of ${owner}`,
			async run() {
				same(formatExportedVerifyKey(parseExportedVerifyKey(keys.exported_verify_key)), keys.exported_verify_key);
				same(formatExportedVerifyKey(verifyKeys.parse(keys.verify_key)), keys.exported_verify_key);
			},
		},
		{
			name: `exported public key of ${owner}`,
			async run() {
				const { key, signature } = parseExportedPublicKey(keys.exported_public_key);
				const { public_key_sig_key_id } = JSON.parse(keys.exported_public_key);
				same(formatExportedPublicKey(key, signature, public_key_sig_key_id), keys.exported_public_key);
				same(publicKeys.format(key), keys.public_key);
			},
		},
	];
}
