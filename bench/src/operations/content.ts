import type { Account } from "./account.js";
import { type Goal, type Operation, sidesOf, type Tools } from "./operation.js";
import { STUB } from "./stub.js";

const KIB = 1024;
const MIB = 1024 * KIB;

interface Size {
	readonly name: string;
	readonly length: number;
	/** Of strings: encrypted and decrypted, both without and with a signature. */
	readonly goals: Readonly<Record<"encrypt" | "decrypt" | "sign" | "verify", Goal | undefined>>;
}

const SMALL: Goal = { node: 0.7, chromium: 1 };
const MEDIUM: Goal = { node: 0.05, chromium: 0.1 };
const LARGE: Goal = { node: 0.04, chromium: 0.15 };
const LARGE_BYTES: Goal = { node: 0.02, chromium: 0.12 };
const LARGE_SIGNED: Goal = { node: 0.2, chromium: 1 };
const SIGN: Goal = { node: 0.85, chromium: 0.9 };
const VERIFY: Goal = { node: 0.5, chromium: 0.5 };

const SIZES: readonly Size[] = [
	{ name: "100 B", length: 100, goals: { encrypt: SMALL, decrypt: SMALL, sign: SIGN, verify: VERIFY } },
	{ name: "1 KiB", length: KIB, goals: { encrypt: SMALL, decrypt: SMALL, sign: undefined, verify: VERIFY } },
	{ name: "64 KiB", length: 64 * KIB, goals: { encrypt: MEDIUM, decrypt: MEDIUM, sign: undefined, verify: undefined } },
	{
		name: "4 MiB",
		length: 4 * MIB,
		goals: { encrypt: LARGE, decrypt: LARGE, sign: LARGE_SIGNED, verify: LARGE_SIGNED },
	},
];

/** Goals are said for what apps call; in Node, where nothing is missing without a promise, also for that. */
const both = (goal: Goal | undefined) =>
	goal && { goals: { async: goal, ...(goal.node !== undefined && { sync: { node: goal.node } }) } };

/** What is encrypted by the key of a group. @param most bytes */
export function contentOperations(tools: Tools, account: Account, most: number): Operation[] {
	const sizes = SIZES.map((size) => ({ ...size, length: Math.min(size.length, most) }));
	const data = new Uint8Array(Math.min(4 * MIB, most));
	return [...sizes.flatMap((size) => stringOperations(tools, account, size)), ...byteOperations(tools, account, data)];
}

function stringOperations(tools: Tools, { user }: Account, { goals, length, name }: Size): Operation[] {
	const { crypto, reference } = tools;
	const { exportedVerifyKey: verifyKey, groupKey, signKey } = user;
	const key = { symmetric: groupKey };
	const text = "x".repeat(length);
	const encrypted = crypto.encryptString({ key, text });
	const signed = crypto.encryptString({ key, text, signKey });
	return [
		{
			name: `encrypt a string of ${name}`,
			ours: sidesOf(tools, "encryptString", () => ({ key, text }), both(goals.encrypt)),
			reference: () => reference.encrypt_string_symmetric(groupKey, text),
		},
		{
			name: `decrypt a string of ${name}`,
			ours: sidesOf(tools, "decryptString", () => ({ key, text: encrypted }), both(goals.decrypt)),
			reference: () => reference.decrypt_string_symmetric(groupKey, encrypted),
		},
		{
			name: `encrypt and sign a string of ${name}`,
			ours: sidesOf(tools, "encryptString", () => ({ key, text, signKey }), both(goals.sign)),
			reference: () => reference.encrypt_string_symmetric(groupKey, text, signKey),
		},
		{
			name: `verify and decrypt a string of ${name}`,
			ours: sidesOf(tools, "decryptString", () => ({ key, text: signed, verifyKey }), both(goals.verify)),
			reference: () => reference.decrypt_string_symmetric(groupKey, signed, verifyKey),
		},
	];
}

function byteOperations(tools: Tools, account: Account, data: Uint8Array): Operation[] {
	const { crypto, reference } = tools;
	const { groupKey } = account.user;
	const key = { symmetric: groupKey };
	const encrypted = crypto.encrypt({ key, data });
	return [
		{
			name: "encrypt 4 MiB",
			ours: sidesOf(tools, "encrypt", () => ({ key, data }), both(LARGE_BYTES)),
			reference: () => reference.encrypt_symmetric(groupKey, data),
		},
		{
			name: "decrypt 4 MiB",
			ours: sidesOf(tools, "decrypt", () => ({ key, data: encrypted }), both(LARGE)),
			reference: () => reference.decrypt_symmetric(groupKey, encrypted),
		},
		...partOperations(tools, groupKey, data),
	];
}

/** The reference client encrypts a part only to upload it, and decrypts one only after a download. */
function partOperations(tools: Tools, symmetric: string, data: Uint8Array): Operation[] {
	const { crypto, reference, stub } = tools;
	const { contentKey } = crypto.prepareFile({ masterKey: { symmetric } });
	const key = { contentKey };
	const { part } = crypto.encryptFilePart({ key, data, isLast: false });
	stub.set("/file/part/part", part);
	const api = [STUB, undefined, "token"] as const;
	return [
		{
			name: "encrypt a part of a file of 4 MiB",
			ours: sidesOf(tools, "encryptFilePart", () => ({ key, data, isLast: false }), both(LARGE_BYTES)),
			reference: () =>
				reference.file_upload_part_start(...api, "a.b.c", "session", false, 1, contentKey, undefined, data),
		},
		{
			name: "decrypt a part of a file of 4 MiB",
			ours: sidesOf(tools, "decryptFilePart", () => ({ key, data: part }), both(LARGE)),
			reference: async () => {
				const opened = await reference.file_download_and_decrypt_file_part_start(...api, "part", contentKey);
				opened.get_file();
				opened.free();
			},
		},
	];
}
