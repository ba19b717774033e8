import { describe, expect, it } from "vitest";
import { backends, expectReferenceError, fromBase64, loadVectors, plainBackends, rows, utf8 } from "./support.js";

const vectors = loadVectors<{
	verify_public_key: { name: string; verify_key: string; public_key: string; result?: boolean; error?: string }[];
	signed_data: {
		alg: string;
		sign_key: string;
		verify_key: string;
		head: string;
		signed_data_b64: string;
		sym_key: string;
		plaintext: string;
	}[];
	safety_numbers: {
		verify_key_1: string;
		user_id_1: string;
		verify_key_2?: string | null;
		user_id_2?: string | null;
		number: string;
	}[];
}>("signatures");

describe.each(plainBackends)("%s", (_, crypto) => {
	it.each(rows(vectors.verify_public_key))("public key: $name", async (row) => {
		const result = crypto.verifyUserPublicKey({ verifyKey: row.verify_key, publicKey: row.public_key });
		if (row.error !== undefined) return expectReferenceError(result, row.error);
		expect(await result).toBe(row.result);
	});

	it.each(rows(vectors.safety_numbers))("safety number of $user_id_1 and $user_id_2", async (row) => {
		const number = await crypto.createSafetyNumber({
			verifyKey1: row.verify_key_1,
			userId1: row.user_id_1,
			...(typeof row.verify_key_2 === "string" && { verifyKey2: row.verify_key_2 }),
			...(typeof row.user_id_2 === "string" && { userId2: row.user_id_2 }),
		});
		expect(number).toBe(row.number);
	});
});

describe.each(backends)("%s", (_, crypto) => {
	describe.each(rows(vectors.signed_data))("data signed by $alg: $plaintext", (row) => {
		const input = {
			key: { symmetric: row.sym_key },
			head: row.head,
			verifyKey: row.verify_key,
			requireSignature: true,
		};

		it("verifies", async () => {
			const result = await crypto.decryptRaw({ ...input, data: fromBase64(row.signed_data_b64) });
			expect(result).toEqual({ data: utf8(row.plaintext), signature: "verified" });
		});

		it("is refused with one bit of the signature changed", async () => {
			const data = fromBase64(row.signed_data_b64);
			data[0] = (data[0] ?? 0) ^ 1;
			await expect(crypto.decryptRaw({ ...input, data })).rejects.toMatchObject({ code: "VERIFICATION_FAILED" });
		});

		it("is signed in the same form by us", async () => {
			const data = utf8(row.plaintext);
			const ours = await crypto.encryptRaw({ key: input.key, data, signKey: row.sign_key });
			expect(ours.head).toBe(row.head);
			expect(await crypto.decryptRaw({ ...input, ...ours })).toEqual({ data, signature: "verified" });
		});
	});
});
