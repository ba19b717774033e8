import { describe, expect, it } from "vitest";
import type { DecryptInput, DecryptionKey, EncryptInput } from "../src/operations/types.js";
import { backends, expectReferenceError, fromBase64, loadVectors, rows } from "./support.js";

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

const symmetric = loadVectors<{
	cases: (Case & { key: string; sign_key: string | null })[];
	strings: { text: string; signed: boolean; key: string; verify_key: string | null; ciphertext: string }[];
	negative: (Negative & { key: string })[];
}>("symmetric");
const asymmetric = loadVectors<{
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
}>("asymmetric");
const accounts = loadVectors<Record<string, Record<string, Record<string, string>>>>("keys");

/** `keysOf("alice.user")`. */
function keysOf(path: string): { private_key: string; sign_key: string } {
	const [account = "", owner = ""] = path.split(".");
	const { private_key = "", sign_key = "" } = accounts[account]?.[owner] ?? {};
	return { private_key, sign_key };
}

const verifyWith = (verifyKey: string | null | undefined): { verifyKey?: string } =>
	typeof verifyKey === "string" ? { verifyKey } : {};

const cases: { title: string; row: Case; encryption: Omit<EncryptInput, "data">; decryption: DecryptionKey }[] = [
	...rows(symmetric.cases).map((row) => ({
		title: `symmetric: ${row.name}, ${row.signed ? "signed" : "unsigned"}`,
		row,
		encryption: { key: { symmetric: row.key }, ...(row.sign_key !== null && { signKey: row.sign_key }) },
		decryption: { symmetric: row.key },
	})),
	...rows(asymmetric.cases).map((row) => ({
		title: `asymmetric: ${row.name}, ${row.signed ? "signed" : "unsigned"}`,
		row,
		encryption: {
			key: { publicKey: row.public_key },
			...(row.sign_key_of !== null && { signKey: keysOf(row.sign_key_of).sign_key }),
		},
		decryption: { privateKey: keysOf(row.private_key_of).private_key },
	})),
];

const negatives: { title: string; row: Negative; key: DecryptionKey }[] = [
	...rows(symmetric.negative).map((row) => ({
		title: `symmetric: ${row.name}`,
		row,
		key: { symmetric: row.key },
	})),
	...rows(asymmetric.negative).map((row) => ({
		title: `asymmetric: ${row.name}`,
		row,
		key: { privateKey: row.private_key },
	})),
];

describe.each(backends)("%s", (_, crypto) => {
	describe.each(cases)("$title", ({ row, encryption, decryption: key }) => {
		const plaintext = fromBase64(row.plaintext_b64);
		const verifyKey = verifyWith(row.verify_key);
		const verified = { data: plaintext, signature: row.signed ? "verified" : "none" };
		const unverified = { data: plaintext, signature: row.signed ? "unverified" : "none" };

		it("decrypts packed bytes", async () => {
			const data = fromBase64(row.ciphertext_b64);
			expect(await crypto.decrypt({ key, data, ...verifyKey, requireSignature: row.signed })).toEqual(verified);
			expect(await crypto.decrypt({ key, data })).toEqual(unverified);
		});

		it("decrypts head and data", async () => {
			const input = { key, head: row.raw_head, data: fromBase64(row.raw_data_b64) };
			expect(await crypto.decryptRaw({ ...input, ...verifyKey })).toEqual(verified);
			expect(await crypto.decryptRaw(input)).toEqual(unverified);
		});

		it("encrypts the same form", async () => {
			const raw = await crypto.encryptRaw({ ...encryption, data: plaintext });
			expect(raw.head).toBe(row.raw_head);
			expect(raw.data.length).toBe(fromBase64(row.raw_data_b64).length);
			expect(await crypto.decryptRaw({ key, ...raw, ...verifyKey })).toEqual(verified);

			const packed = await crypto.encrypt({ ...encryption, data: plaintext });
			expect(packed.length).toBe(fromBase64(row.ciphertext_b64).length);
			expect(await crypto.decrypt({ key, data: packed, ...verifyKey })).toEqual(verified);
		});

		it("splits the head off", async () => {
			const { head, data } = await crypto.splitHead({ data: fromBase64(row.ciphertext_b64) });
			expect(head).toEqual(JSON.parse(row.raw_head));
			expect(await crypto.decryptRaw({ key, head: row.raw_head, data })).toEqual(unverified);
		});
	});

	it.each(rows(symmetric.strings))("string $text, signed: $signed", async (row) => {
		const key = { symmetric: row.key };
		const expected = { text: row.text, signature: row.signed ? "verified" : "none" };
		const verifyKey = verifyWith(row.verify_key);
		expect(await crypto.decryptString({ key, text: row.ciphertext, ...verifyKey })).toEqual(expected);
		const { head } = await crypto.splitHeadString({ text: row.ciphertext });
		expect(head.id).toBe(JSON.parse(row.key).Aes.key_id);
		const ours = await crypto.encryptString({ key, text: row.text });
		expect(await crypto.decryptString({ key, text: ours })).toEqual({ text: row.text, signature: "none" });
	});

	it.each(rows(asymmetric.strings))("asymmetric string $text", async ({ text, ciphertext }) => {
		const key = { privateKey: keysOf("alice.user").private_key };
		expect(await crypto.decryptString({ key, text: ciphertext })).toEqual({ text, signature: "none" });
	});

	it.each(rows(asymmetric.single_algorithm))("$alg alone", async (row) => {
		const expected = { data: fromBase64(row.plaintext_b64), signature: "none" };
		const key = { privateKey: row.private_key };
		expect(await crypto.decrypt({ key, data: fromBase64(row.ciphertext_b64) })).toEqual(expected);
		const ours = await crypto.encrypt({ key: { publicKey: row.public_key }, data: expected.data });
		expect(ours.length).toBe(fromBase64(row.ciphertext_b64).length);
		expect(await crypto.decrypt({ key, data: ours })).toEqual(expected);
	});

	it.each(rows(asymmetric.public_key_import))("public key: $name", async ({ public_key, error }) => {
		const result = crypto.encrypt({ key: { publicKey: public_key }, data: new Uint8Array(3) });
		if (error !== null) return expectReferenceError(result, error);
		const key = { privateKey: keysOf("alice.user").private_key };
		expect(await crypto.decrypt({ key, data: await result })).toMatchObject({ data: new Uint8Array(3) });
	});

	it.each(negatives)("$title", async ({ row, key }) => {
		const input: DecryptInput = { key, data: fromBase64(row.ciphertext_b64), ...verifyWith(row.verify_key) };
		const result = crypto.decrypt(input);
		if (row.error !== undefined) return expectReferenceError(result, row.error);
		expect((await result).data).toEqual(fromBase64(row.plaintext_b64 ?? "missing"));
	});
});
