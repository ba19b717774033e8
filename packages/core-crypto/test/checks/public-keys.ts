import { formatSignature } from "../../src/keys/halves.js";
import { privateKeys, signKeys } from "../../src/keys/key-string.js";
import {
	exportServerPublicKey,
	exportServerVerifyKey,
	formatExportedPublicKey,
	parseExportedPublicKey,
	parseExportedVerifyKey,
} from "../../src/keys/public-key.js";
import { toBase64, utf8 } from "../bytes.js";
import { runPure } from "../run-pure.js";
import { type Check, rows, type Sources, same } from "./check.js";

interface Captured {
	public_key: {
		response_body: string;
		client_result: { public_key: string; public_key_id: string; public_key_sig_key_id: string };
	};
	public_key_null_sig: { client_result: { public_key: string } };
	public_key_absent_sig: { client_result: { public_key: string } };
	verify_key: { response_body: string; client_result: string };
	verify: Record<"ok" | "no_sig" | "wrong_public_key", boolean>;
	safety_number: {
		inputs: Record<"user_id_1" | "verify_key_1" | "user_id_2" | "verify_key_2", string>;
	} & Record<"single" | "pair" | "pair_swapped", string>;
}
interface KeySet {
	private_key: string;
	sign_key: string;
	exported_public_key: string;
	exported_verify_key: string;
}
interface Signer {
	alg: string;
	sign_key: string;
	verify_key: string;
}
interface Reader {
	alg: string;
	public_key: string;
	private_key: string;
}

export function publicKeyChecks({ vectors, capture }: Sources): Check[] {
	const captured = capture<Captured>("public_keys");
	const login = capture<{ client_result: { user_keys: KeySet[] } }>("login_direct");
	const accounts = vectors<Record<"alice" | "bob", Record<"device" | "user", KeySet>>>("keys");
	const { signed_data } = vectors<{ signed_data: Signer[] }>("signatures");
	const { single_algorithm } = vectors<{ single_algorithm: Reader[] }>("asymmetric");
	const { user } = accounts.alice;
	const readers = [
		{ alg: "the hybrid", public_key: user.exported_public_key, private_key: user.private_key },
		...rows(single_algorithm),
	];
	const signers = [...new Map(rows(signed_data).map((row) => [row.alg, row])).values()];
	return [
		...serverAnswerChecks(captured),
		verifyCheck(captured, rows(login.client_result.user_keys)[0]),
		recordedSafetyNumberCheck(captured.safety_number),
		...(["alice", "bob"] as const).flatMap((name) =>
			(["device", "user"] as const).map((owner) => keySetCheck(`${name}'s ${owner}`, accounts[name][owner])),
		),
		...signers.flatMap((signer) => readers.map((reader) => combinationCheck(signer, reader))),
		...signers.flatMap((first) => signers.map((second) => safetyNumberCheck(first, second))),
	];
}

function serverAnswerChecks(captured: Captured): Check[] {
	const { result } = JSON.parse(captured.public_key.response_body);
	const { public_key_sig: _, public_key_sig_key_id: __, ...unsigned } = result;
	const nulls = { ...unsigned, public_key_sig: null, public_key_sig_key_id: null };
	return [
		{
			name: "a server's public key is exported byte for byte",
			async run() {
				same(exportServerPublicKey(result), captured.public_key.client_result.public_key);
				same(exportServerPublicKey(nulls), captured.public_key_null_sig.client_result.public_key);
				same(exportServerPublicKey(unsigned), captured.public_key_absent_sig.client_result.public_key);
				const { key } = parseExportedPublicKey(exportServerPublicKey(result));
				same(key.id, captured.public_key.client_result.public_key_id);
			},
		},
		{
			name: "a server's verify key is exported byte for byte",
			async run() {
				const answer = JSON.parse(captured.verify_key.response_body).result;
				same(exportServerVerifyKey(answer), captured.verify_key.client_result);
			},
		},
	];
}

function verifyCheck({ public_key, public_key_null_sig, verify_key, verify }: Captured, older: KeySet): Check {
	return {
		name: "verifies the recorded public key, and no other",
		async run(crypto) {
			const verified = (publicKey: string): Promise<boolean> =>
				crypto.verifyUserPublicKey({ verifyKey: verify_key.client_result, publicKey });
			same(await verified(public_key.client_result.public_key), verify.ok);
			same(await verified(public_key_null_sig.client_result.public_key), verify.no_sig);
			same(await verified(older.exported_public_key), verify.wrong_public_key);
		},
	};
}

function recordedSafetyNumberCheck({ inputs, ...numbers }: Captured["safety_number"]): Check {
	const { user_id_1: userId1, verify_key_1: verifyKey1, user_id_2: userId2, verify_key_2: verifyKey2 } = inputs;
	return {
		name: "recorded safety numbers",
		async run(crypto) {
			const pair = { verifyKey1, userId1, verifyKey2, userId2 };
			const swapped = { verifyKey1: verifyKey2, userId1: userId2, verifyKey2: verifyKey1, userId2: userId1 };
			same(await crypto.createSafetyNumber({ verifyKey1, userId1 }), numbers.single);
			same(await crypto.createSafetyNumber(pair), numbers.pair);
			same(await crypto.createSafetyNumber(swapped), numbers.pair_swapped);
		},
	};
}

function keySetCheck(owner: string, keys: KeySet): Check {
	return {
		name: `the keys of ${owner} belong together`,
		async run(crypto) {
			const { sign_key: signKey, exported_verify_key: verifyKey } = keys;
			const text = await crypto.encryptString({ key: { publicKey: keys.exported_public_key }, text: owner, signKey });
			const key = { privateKey: keys.private_key };
			same(await crypto.decryptString({ key, text, verifyKey }), { text: owner, signature: "verified" });
			same(privateKeys.parse(keys.private_key).id, parseExportedPublicKey(keys.exported_public_key).key.id);
			same(signKeys.parse(signKey).id, parseExportedVerifyKey(verifyKey).id);
		},
	};
}

/** Every signature algorithm signs public keys of every encryption algorithm, and content for them. */
function combinationCheck(signer: Signer, reader: Reader): Check {
	const { sign_key: signKey, verify_key: verifyKey } = signer;
	return {
		name: `${signer.alg} signs for ${reader.alg}`,
		async run(crypto) {
			const { suite, bytes, id } = signKeys.parse(signKey);
			const { key: publicKey } = parseExportedPublicKey(reader.public_key);
			const signature = runPure(suite.sign(bytes, publicKey.bytes));
			const verified = (changed: Uint8Array): Promise<boolean> => {
				const exported = formatExportedPublicKey(
					{ ...publicKey, bytes: changed },
					formatSignature(suite, signature),
					id,
				);
				return crypto.verifyUserPublicKey({ verifyKey, publicKey: exported });
			};
			same(await verified(publicKey.bytes), true);
			for (const at of [0, publicKey.bytes.length - 1]) {
				same(await verified(publicKey.bytes.with(at, (publicKey.bytes[at] ?? 0) ^ 1)), false);
			}

			const text = await crypto.encryptString({ key: { publicKey: reader.public_key }, text: "hi", signKey });
			const key = { privateKey: reader.private_key };
			const decrypted = await crypto.decryptString({ key, text, verifyKey, requireSignature: true });
			same(decrypted, { text: "hi", signature: "verified" });
		},
	};
}

/** Against the definition, hashed by WebCrypto. */
function safetyNumberCheck(first: Signer, second: Signer): Check {
	return {
		name: `safety number of ${first.alg} and ${second.alg}`,
		async run(crypto) {
			const [one, two] = [first.verify_key, second.verify_key];
			const person = (verifyKey: string, id: string): number[] => [
				...parseExportedVerifyKey(verifyKey).bytes,
				...utf8(id),
			];
			const people = Uint8Array.from([...person(one, "user-a"), ...person(two, "user-b")]);
			const hash = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", people));
			const number = toBase64(hash).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
			const ours = { verifyKey1: one, userId1: "user-a", verifyKey2: two, userId2: "user-b" };
			const theirs = { verifyKey1: two, userId1: "user-b", verifyKey2: one, userId2: "user-a" };
			same(await crypto.createSafetyNumber(ours), number);
			same(await crypto.createSafetyNumber(theirs), number);
		},
	};
}
