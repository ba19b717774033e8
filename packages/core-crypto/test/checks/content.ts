import { readHead } from "../../src/content/head.js";
import type { DecryptInput, DecryptionKey, EncryptInput } from "../../src/index.js";
import { fromBase64 } from "../bytes.js";
import { type Check, failsAsReference, rows, type Sources, same } from "./check.js";

interface Case {
	name: string;
	signed: boolean;
	verify_key: string | null;
	plaintext_b64: string;
	ciphertext_b64: string;
	raw_head: string;
	raw_data_b64: string;
}
interface Negative {
	name: string;
	verify_key?: string | null;
	ciphertext_b64: string;
	error?: string;
	plaintext_b64?: string;
}
interface Symmetric {
	cases: (Case & { key: string; sign_key: string | null })[];
	strings: { text: string; signed: boolean; key: string; verify_key: string | null; ciphertext: string }[];
	negative: (Negative & { key: string })[];
}
interface Asymmetric {
	cases: (Case & { public_key: string; private_key_of: string; sign_key_of: string | null })[];
	strings: { text: string; ciphertext: string }[];
	single_algorithm: {
		alg: string;
		public_key: string;
		private_key: string;
		plaintext_b64: string;
		ciphertext_b64: string;
	}[];
	negative: (Negative & { private_key: string })[];
	public_key_import: { name: string; public_key: string; error: string | null }[];
}
/** `keysOf("alice.user")`. */
type KeysOf = (path: string) => { private_key: string; sign_key: string };

const verifyWith = (verifyKey: string | null | undefined): { verifyKey?: string } =>
	typeof verifyKey === "string" ? { verifyKey } : {};

export function contentChecks({ vectors }: Sources): Check[] {
	const accounts = vectors<Record<string, Record<string, Record<string, string>>>>("keys");
	const keysOf: KeysOf = (path) => {
		const [account = "", owner = ""] = path.split(".");
		const { private_key = "", sign_key = "" } = accounts[account]?.[owner] ?? {};
		return { private_key, sign_key };
	};
	return [
		...symmetricChecks(vectors<Symmetric>("symmetric")),
		...asymmetricChecks(vectors<Asymmetric>("asymmetric"), keysOf),
	];
}

function symmetricChecks({ cases, strings, negative }: Symmetric): Check[] {
	return [
		...rows(cases).flatMap((row) =>
			caseChecks({
				title: `symmetric: ${row.name}`,
				row,
				encryption: { key: { symmetric: row.key }, ...(row.sign_key !== null && { signKey: row.sign_key }) },
				key: { symmetric: row.key },
			}),
		),
		...rows(strings).map(
			(row): Check => ({
				name: `string ${row.text}, ${row.signed ? "signed" : "unsigned"}`,
				async run(crypto) {
					const key = { symmetric: row.key };
					const verifyKey = verifyWith(row.verify_key);
					const opened = await crypto.decryptString({ key, text: row.ciphertext, ...verifyKey });
					same(opened, { text: row.text, signature: row.signed ? "verified" : "none" });
					same(readHead(row.ciphertext).id, JSON.parse(row.key).Aes.key_id);
					const ours = await crypto.encryptString({ key, text: row.text });
					same(await crypto.decryptString({ key, text: ours }), { text: row.text, signature: "none" });
				},
			}),
		),
		...rows(negative).map((row) => negativeCheck(`symmetric: ${row.name}`, row, { symmetric: row.key })),
	];
}

function asymmetricChecks(vectors: Asymmetric, keysOf: KeysOf): Check[] {
	return [
		...rows(vectors.cases).flatMap((row) =>
			caseChecks({
				title: `asymmetric: ${row.name}`,
				row,
				encryption: {
					key: { publicKey: row.public_key },
					...(row.sign_key_of !== null && { signKey: keysOf(row.sign_key_of).sign_key }),
				},
				key: { privateKey: keysOf(row.private_key_of).private_key },
			}),
		),
		...rows(vectors.strings).map(
			({ text, ciphertext }): Check => ({
				name: `asymmetric string ${text}`,
				async run(crypto) {
					const key = { privateKey: keysOf("alice.user").private_key };
					same(await crypto.decryptString({ key, text: ciphertext }), { text, signature: "none" });
				},
			}),
		),
		...rows(vectors.single_algorithm).map(
			(row): Check => ({
				name: `${row.alg} alone`,
				async run(crypto) {
					const expected = { data: fromBase64(row.plaintext_b64), signature: "none" };
					const key = { privateKey: row.private_key };
					same(await crypto.decrypt({ key, data: fromBase64(row.ciphertext_b64) }), expected);
					const ours = await crypto.encrypt({ key: { publicKey: row.public_key }, data: expected.data });
					same(ours.length, fromBase64(row.ciphertext_b64).length);
					same(await crypto.decrypt({ key, data: ours }), expected);
				},
			}),
		),
		...rows(vectors.public_key_import).map(
			({ name, public_key, error }): Check => ({
				name: `public key: ${name}`,
				async run(crypto) {
					const result = crypto.encrypt({ key: { publicKey: public_key }, data: new Uint8Array(3) });
					if (error !== null) return failsAsReference(result, error);
					const key = { privateKey: keysOf("alice.user").private_key };
					same((await crypto.decrypt({ key, data: await result })).data, new Uint8Array(3));
				},
			}),
		),
		...rows(vectors.negative).map((row) =>
			negativeCheck(`asymmetric: ${row.name}`, row, { privateKey: row.private_key }),
		),
	];
}

interface CaseInput {
	title: string;
	row: Case;
	encryption: Omit<EncryptInput, "data">;
	key: DecryptionKey;
}

function caseChecks({ title, row, encryption, key }: CaseInput): Check[] {
	const name = `${title}, ${row.signed ? "signed" : "unsigned"}`;
	const plaintext = fromBase64(row.plaintext_b64);
	const verifyKey = verifyWith(row.verify_key);
	const verified = { data: plaintext, signature: row.signed ? "verified" : "none" };
	const unverified = { data: plaintext, signature: row.signed ? "unverified" : "none" };
	return [
		{
			name: `${name}: decrypts packed bytes`,
			async run(crypto) {
				const data = fromBase64(row.ciphertext_b64);
				same(await crypto.decrypt({ key, data, ...verifyKey, requireSignature: row.signed }), verified);
				same(await crypto.decrypt({ key, data }), unverified);
			},
		},
		{
			name: `${name}: decrypts head and data`,
			async run(crypto) {
				const input = { key, head: row.raw_head, data: fromBase64(row.raw_data_b64) };
				same(await crypto.decryptRaw({ ...input, ...verifyKey }), verified);
				same(await crypto.decryptRaw(input), unverified);
			},
		},
		{
			name: `${name}: encrypts the same form`,
			async run(crypto) {
				const raw = await crypto.encryptRaw({ ...encryption, data: plaintext });
				same(raw.head, row.raw_head);
				same(raw.data.length, fromBase64(row.raw_data_b64).length);
				same(await crypto.decryptRaw({ key, ...raw, ...verifyKey }), verified);

				const packed = await crypto.encrypt({ ...encryption, data: plaintext });
				same(packed.length, fromBase64(row.ciphertext_b64).length);
				same(await crypto.decrypt({ key, data: packed, ...verifyKey }), verified);
			},
		},
		{
			name: `${name}: has the head in front, and is the raw form behind it`,
			async run(crypto) {
				const packed = fromBase64(row.ciphertext_b64);
				same(readHead(packed), JSON.parse(row.raw_head));
				const data = packed.subarray(packed.indexOf(0) + 1);
				same(await crypto.decryptRaw({ key, head: row.raw_head, data }), unverified);
			},
		},
	];
}

function negativeCheck(name: string, row: Negative, key: DecryptionKey): Check {
	return {
		name,
		async run(crypto) {
			const input: DecryptInput = { key, data: fromBase64(row.ciphertext_b64), ...verifyWith(row.verify_key) };
			const result = crypto.decrypt(input);
			if (row.error !== undefined) return failsAsReference(result, row.error);
			same((await result).data, fromBase64(row.plaintext_b64 ?? "missing"));
		},
	};
}
