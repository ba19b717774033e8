import type { CryptoBackend, DecryptionKey, FilePartKey } from "../../src/index.js";
import type { FileRegisterData } from "../../src/wire/index.js";
import { fromBase64, fromHex, keyId, utf8 } from "../bytes.js";
import { type Check, failsAsReference, failsWith, form, rows, type Sources, same } from "./check.js";

interface Chunk {
	plaintext_hex: string;
	head_json: string;
	signature_len: number;
	chunk_base64: string;
	next_key_export: string;
}
interface Recorded {
	encrypted_content_key_json: string;
	content_key_export_at_creation: string;
	chunks: Chunk[];
}
interface SymmetricFile extends Recorded {
	master_key_export: string;
}
interface GroupFile extends SymmetricFile {
	content_key_export_after_fetch: string;
	register: { body_json: string; file_name_plain: string; encrypted_file_name: string };
	file_name_update: { body_json: string; file_name_plain: string };
}
interface UserFile extends Recorded {
	receiver_public_key_json: string;
	receiver_private_key_export: string;
	content_key_export_after_fetch: string;
	register_body_user: string;
	register_body_none_without_name: string;
}
interface SignedFile extends SymmetricFile {
	sign_key_export: string;
	verify_key_json: string;
}
interface BadChunks {
	content_key_export: string;
	cases: { name: string; chunk_base64: string; result: { error_string?: string; ok_plaintext_hex?: string } }[];
}
interface FileParts {
	files: {
		signed: boolean;
		verify_key: string | null;
		content_key: string;
		parts: { part_key_in: string; plaintext_b64: string; uploaded_b64: string; next_key: string }[];
	}[];
	register: { server_input: FileRegisterData; content_key: string; file_name: string };
}

/** A part that the reference client made. */
interface MadePart {
	plaintext: Uint8Array;
	part: Uint8Array;
	nextKey: string;
}
/** A whole file that it made. */
interface Made {
	title: string;
	contentKey: string;
	parts: MadePart[];
	signer?: { signKey: string | undefined; verifyKey: string };
}

export function fileChecks({ vectors, capture }: Sources): Check[] {
	const group = capture<GroupFile>("unsigned_group_file");
	const user = capture<UserFile>("unsigned_user_file");
	const ed25519 = capture<SignedFile>("signed_ed25519_file");
	const hybrid = capture<SignedFile>("signed_hybrid_file");
	const { files, register } = vectors<FileParts>("file_parts");
	const made: Made[] = [
		recorded("a group's file", group),
		recorded("a user's file", user),
		{ ...recorded("a file signed by Ed25519", ed25519), signer: signerOf(ed25519) },
		{ ...recorded("a file signed by the hybrid", hybrid), signer: signerOf(hybrid) },
		...rows(files).map(
			({ signed, verify_key, content_key, parts }): Made => ({
				title: signed ? "a signed file of parts" : "a file of parts",
				contentKey: content_key,
				parts: rows(parts).map(({ plaintext_b64, uploaded_b64, next_key }) => ({
					plaintext: fromBase64(plaintext_b64),
					part: fromBase64(uploaded_b64),
					nextKey: next_key,
				})),
				...(verify_key === null ? {} : { signer: { signKey: undefined, verifyKey: verify_key } }),
			}),
		),
	];
	return [
		...made.flatMap((file) => [openingCheck(file), chainCheck(file)]),
		...made.filter(({ signer }) => signer?.verifyKey).map(signatureCheck),
		...made.filter(({ signer }) => !signer || signer.signKey).map(makingCheck),
		...badChunkChecks(capture<BadChunks>("bad_chunks")),
		...groupFileChecks(group),
		...userFileChecks(user),
		nameCheck(register),
	];
}

function recorded(title: string, { content_key_export_at_creation, chunks }: Recorded): Made {
	const parts = rows(chunks).map(({ plaintext_hex, chunk_base64, next_key_export }) => ({
		plaintext: fromHex(plaintext_hex),
		part: fromBase64(chunk_base64),
		nextKey: next_key_export,
	}));
	return { title, contentKey: content_key_export_at_creation, parts };
}

const signerOf = (file: SignedFile): { signKey: string; verifyKey: string } => ({
	signKey: file.sign_key_export,
	verifyKey: file.verify_key_json,
});

/** The keys of all parts, in their order. */
const keysOf = ({ contentKey, parts }: Made): FilePartKey[] => [
	{ contentKey },
	...parts.map(({ nextKey }) => ({ partKey: nextKey })),
];

function openingCheck(file: Made): Check {
	return {
		name: `files §3.5(1)(4)(6): ${file.title}: opens part after part`,
		async run(crypto) {
			let key: FilePartKey = { contentKey: file.contentKey };
			for (const { part, plaintext, nextKey } of file.parts) {
				const { data, partKey, signature, position } = await crypto.decryptFilePart({ key, data: part });
				same(data, plaintext);
				same(partKey, nextKey);
				same(signature, file.signer ? "unverified" : "none");
				same(position, "unmarked");
				key = { partKey };
			}
		},
	};
}

function chainCheck(file: Made): Check {
	return {
		name: `files §3.2(1): ${file.title}: no part opens anywhere else`,
		async run(crypto) {
			for (const [at, key] of keysOf(file).entries()) {
				for (const [other, { part }] of file.parts.entries()) {
					if (other === at) continue;
					await failsWith(crypto.decryptFilePart({ key, data: part }), "DECRYPTION_FAILED");
				}
			}
		},
	};
}

function signatureCheck(file: Made): Check {
	return {
		name: `files §3.3, §3.5(5): ${file.title}: verifies`,
		async run(crypto) {
			const { verifyKey = "" } = file.signer ?? {};
			const keys = keysOf(file);
			for (const [at, { part: data, plaintext }] of file.parts.entries()) {
				const input = { key: keys[at] ?? { contentKey: "" }, data, requireSignature: true };
				const opened = await crypto.decryptFilePart({ ...input, verifyKey });
				same([opened.data, opened.signature], [plaintext, "verified"]);
				await failsWith(crypto.decryptFilePart(input), "SIGNATURE_REQUIRED");
				await failsWith(crypto.decryptFilePart({ ...input, verifyKey: "" }), "JSON_INVALID");
				const other = JSON.stringify({ ...JSON.parse(verifyKey), verify_key_id: "other" });
				await failsWith(crypto.decryptFilePart({ ...input, verifyKey: other }), "WRONG_VERIFY_KEY");
				const changed = data.with(-1, (data.at(-1) ?? 0) ^ 1);
				await failsWith(crypto.decryptFilePart({ ...input, data: changed, verifyKey }), "VERIFICATION_FAILED");
			}
		},
	};
}

/** Head, lengths and keys as those of the reference client; what it makes of ours is seen in the interop tests. */
function makingCheck(file: Made): Check {
	return {
		name: `files §3.1, §3.2(2)(3), §3.4: ${file.title}: makes the same form`,
		async run(crypto) {
			const { signKey, verifyKey } = file.signer ?? {};
			const signing = signKey === undefined ? {} : { signKey };
			let key: FilePartKey = { contentKey: file.contentKey };
			for (const [at, { part, plaintext, nextKey }] of file.parts.entries()) {
				const isLast = at === file.parts.length - 1;
				const ours = await crypto.encryptFilePart({ key, data: plaintext, isLast, ...signing });
				same(ours.part.length, part.length);
				same(form(headOf(ours.part)), form(headOf(part)));
				same({ ...headOf(ours.part), key: "" }, { ...headOf(part), key: "" });
				same(ours.partKey.length, nextKey.length);
				const verifying = verifyKey === undefined ? {} : { verifyKey };
				same(await crypto.decryptFilePart({ key, data: ours.part, ...verifying }), {
					data: plaintext,
					partKey: ours.partKey,
					signature: verifyKey === undefined ? "none" : "verified",
					position: isLast ? "last" : "not last",
				});
				key = { partKey: ours.partKey };
			}
		},
	};
}

function headOf(part: Uint8Array): Record<string, unknown> {
	return JSON.parse(new TextDecoder().decode(part.subarray(0, part.indexOf(0))));
}

function badChunkChecks({ content_key_export: contentKey, cases }: BadChunks): Check[] {
	return rows(cases).map(({ name, chunk_base64, result: { error_string, ok_plaintext_hex } }) => ({
		name: `files §3.2(2), §3.5(2), §3.6: a damaged part: ${name}`,
		async run(crypto) {
			const opening = crypto.decryptFilePart({ key: { contentKey }, data: fromBase64(chunk_base64) });
			if (error_string !== undefined) await failsAsReference(opening, error_string);
			else same((await opening).data, fromHex(ok_plaintext_hex ?? ""));
		},
	}));
}

function groupFileChecks(file: GroupFile): Check[] {
	const masterKey = { symmetric: file.master_key_export };
	const { body_json, file_name_plain, encrypted_file_name } = file.register;
	return [
		openFileCheck("a group's file", masterKey, file, file.content_key_export_after_fetch, [
			[encrypted_file_name, file_name_plain],
			[JSON.parse(file.file_name_update.body_json).encrypted_file_name, file.file_name_update.file_name_plain],
		]),
		registrationCheck("a group's file", JSON.parse(body_json), (crypto, belongsTo) =>
			crypto.prepareFile({ masterKey, fileName: file_name_plain, belongsTo }),
		),
	];
}

function userFileChecks(file: UserFile): Check[] {
	const masterKey = { publicKey: file.receiver_public_key_json };
	const withName: FileRegisterData = JSON.parse(file.register_body_user);
	const privateKey = { privateKey: file.receiver_private_key_export };
	return [
		openFileCheck("a user's file", privateKey, file, file.content_key_export_after_fetch, []),
		registrationCheck("a user's file", withName, (crypto, belongsTo) =>
			crypto.prepareFile({ masterKey, fileName: nameAsLongAs(withName), belongsTo }),
		),
		registrationCheck("a file of nobody", JSON.parse(file.register_body_none_without_name), (crypto) =>
			crypto.prepareFile({ masterKey }),
		),
	];
}

/** What the vectors don't tell: a name of the right length. Head, zero byte, nonce and tag are around it. */
function nameAsLongAs({ encrypted_file_name }: FileRegisterData): string {
	const { length } = fromBase64(encrypted_file_name ?? "");
	return "x".repeat(length - utf8('{"id":"","sign":null}').length - 1 - 28);
}

function openFileCheck(
	title: string,
	masterKey: DecryptionKey,
	{ encrypted_content_key_json: encryptedKey }: Recorded,
	contentKey: string,
	names: [encrypted: string, plain: string][],
): Check {
	return {
		name: `files §2.1(2), §2.2, §4(2)(5): ${title}: opens key and name`,
		async run(crypto) {
			same(await crypto.openFile({ masterKey, encryptedKey }), { contentKey });
			for (const encryptedFileName of [null, ""]) {
				same(await crypto.openFile({ masterKey, encryptedKey, encryptedFileName }), { contentKey });
			}
			for (const [encryptedFileName, fileName] of names) {
				same(await crypto.openFile({ masterKey, encryptedKey, encryptedFileName }), { contentKey, fileName });
			}
		},
	};
}

function registrationCheck(
	title: string,
	reference: FileRegisterData,
	prepare: (
		crypto: CryptoBackend,
		belongsTo: { type: "Group" | "User"; id: string },
	) => ReturnType<CryptoBackend["prepareFile"]>,
): Check {
	return {
		name: `files §2.1(1), §2.2, §5.4, §6.1: ${title}: registers in the same form`,
		async run(crypto) {
			const belongsTo = { type: reference.belongs_to_type as "Group" | "User", id: reference.belongs_to_id ?? "" };
			const { contentKey, registration } = await prepare(crypto, belongsTo);
			const secret = { encrypted_key: "", encrypted_file_name: "" };
			same({ ...registration, ...secret }, { ...reference, ...secret });
			same(form(registration), form(reference));
			same(form(JSON.parse(registration.encrypted_key)), form(JSON.parse(reference.encrypted_key)));
			same(keyId(contentKey), "");
		},
	};
}

function nameCheck({ server_input, content_key: symmetric, file_name }: FileParts["register"]): Check {
	return {
		name: "files §4(1)(3): a file's name is an encrypted text",
		async run(crypto) {
			const text = server_input.encrypted_file_name ?? "";
			same(await crypto.decryptString({ key: { symmetric }, text }), { text: file_name, signature: "none" });
		},
	};
}
