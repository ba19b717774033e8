import { fromBase64, utf8 } from "../bytes.js";
import { type Check, failsAsReference, failsWith, rows, type Sources, same } from "./check.js";

interface SignedData {
	alg: string;
	sign_key: string;
	verify_key: string;
	head: string;
	signed_data_b64: string;
	sym_key: string;
	plaintext: string;
}
interface Vectors {
	verify_public_key: { name: string; verify_key: string; public_key: string; result?: boolean; error?: string }[];
	signed_data: SignedData[];
	safety_numbers: {
		verify_key_1: string;
		user_id_1: string;
		verify_key_2?: string | null;
		user_id_2?: string | null;
		number: string;
	}[];
}

export function signatureChecks({ vectors }: Sources): Check[] {
	const { verify_public_key, signed_data, safety_numbers } = vectors<Vectors>("signatures");
	return [
		...rows(verify_public_key).map(
			(row): Check => ({
				name: `public key: ${row.name}`,
				async run(crypto) {
					const result = crypto.verifyUserPublicKey({ verifyKey: row.verify_key, publicKey: row.public_key });
					if (row.error !== undefined) return failsAsReference(result, row.error);
					same(await result, row.result);
				},
			}),
		),
		...rows(safety_numbers).map(
			(row): Check => ({
				name: `safety number of ${row.user_id_1} and ${row.user_id_2}`,
				async run(crypto) {
					const number = await crypto.createSafetyNumber({
						verifyKey1: row.verify_key_1,
						userId1: row.user_id_1,
						...(typeof row.verify_key_2 === "string" && { verifyKey2: row.verify_key_2 }),
						...(typeof row.user_id_2 === "string" && { userId2: row.user_id_2 }),
					});
					same(number, row.number);
				},
			}),
		),
		...rows(signed_data).flatMap(signedDataChecks),
	];
}

function signedDataChecks(row: SignedData): Check[] {
	const title = `data signed by ${row.alg}, ${row.plaintext}`;
	const input = { key: { symmetric: row.sym_key }, head: row.head, verifyKey: row.verify_key, requireSignature: true };
	return [
		{
			name: `${title}: verifies`,
			async run(crypto) {
				const result = await crypto.decryptRaw({ ...input, data: fromBase64(row.signed_data_b64) });
				same(result, { data: utf8(row.plaintext), signature: "verified" });
			},
		},
		{
			name: `${title}: is refused with one bit of the signature changed`,
			async run(crypto) {
				const data = fromBase64(row.signed_data_b64);
				data[0] = (data[0] ?? 0) ^ 1;
				await failsWith(crypto.decryptRaw({ ...input, data }), "VERIFICATION_FAILED");
			},
		},
		{
			name: `${title}: is signed in the same form by us`,
			async run(crypto) {
				const data = utf8(row.plaintext);
				const ours = await crypto.encryptRaw({ key: input.key, data, signKey: row.sign_key });
				same(ours.head, row.head);
				same(await crypto.decryptRaw({ ...input, ...ours }), { data, signature: "verified" });
			},
		},
	];
}
