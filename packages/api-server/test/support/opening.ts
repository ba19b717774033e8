import type { DecryptionKey } from "@sentc-ts/core-crypto";
import { crypto } from "./client.js";

// Everything that somebody can open who has some secrets and some ciphertexts.

/** Least bytes of a ciphertext: nonce, one byte and tag. */
const SHORTEST = 12 + 1 + 16;
/** Bytes of a symmetric key, and of the halves of a private key. */
const SYMMETRIC = 32;
const [X25519, KYBER] = [32, 2400];
/** Bytes around what is encrypted for a public key: the ciphertexts of X25519 and Kyber, and their nonces and tags. */
const ASYMMETRIC = 32 + 1088 + 2 * (12 + 16);
const HEAD = JSON.stringify({ id: "", sign: null });

/** All bytes in a text or an object, at any depth: base64, key strings, JSON in strings. */
export function bytesIn(value: unknown): Buffer[] {
	if (typeof value === "object" && value !== null) {
		const { x, k } = value as Record<string, unknown>;
		const members = Object.values(value).flatMap(bytesIn);
		return typeof x === "string" && typeof k === "string" ? [...members, Buffer.concat([x, k].map(decode))] : members;
	}
	if (typeof value !== "string") return [];
	if (/^[[{]/.test(value)) return bytesIn(JSON.parse(value));
	const bytes = decode(value);
	return bytes.length >= 16 && bytes.toString("base64") === value ? [bytes] : [];
}

const decode = (text: string) => Buffer.from(text, "base64");

/**
 * Applies every secret to every ciphertext, and to what comes out, until nothing new opens.
 *
 * @param held bytes that may be a secret or a ciphertext
 * @returns all that is held or opens, in base64
 */
export function openAll(held: readonly Buffer[]): Set<string> {
	const known = new Map<string, Buffer>();
	const learn = (bytes: Buffer) => {
		const name = bytes.toString("base64");
		if (known.has(name)) return;
		known.set(name, bytes);
		queue.push(bytes);
	};
	const queue: Buffer[] = [];
	const [secrets, ciphertexts]: [((ciphertext: Buffer) => Buffer | undefined)[], Buffer[]] = [[], []];
	held.forEach(learn);
	for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
		const secret = opener(next);
		const opened: (Buffer | undefined)[] = [];
		if (secret !== undefined) {
			opened.push(...ciphertexts.map(secret));
			secrets.push(secret);
		}
		if (next.length >= SHORTEST) {
			const ciphertext = next;
			opened.push(...secrets.map((open) => open(ciphertext)));
			ciphertexts.push(next);
		}
		for (const bytes of opened) if (bytes !== undefined) learn(bytes);
	}
	return new Set(known.keys());
}

function opener(bytes: Buffer): ((ciphertext: Buffer) => Buffer | undefined) | undefined {
	const key = keyOf(bytes);
	if (key === undefined) return undefined;
	const shortest = "privateKey" in key ? ASYMMETRIC : SHORTEST;
	return (ciphertext) => {
		if (ciphertext.length <= shortest) return undefined;
		try {
			return Buffer.from(crypto.decryptRaw({ key, head: HEAD, data: ciphertext }).data);
		} catch {
			return undefined;
		}
	};
}

function keyOf(bytes: Buffer): DecryptionKey | undefined {
	const text = (from: number, to: number) => bytes.subarray(from, to).toString("base64");
	switch (bytes.length) {
		case SYMMETRIC:
			return { symmetric: JSON.stringify({ Aes: { key: text(0, SYMMETRIC), key_id: "" } }) };
		case X25519 + KYBER: {
			const halves = { x: text(0, X25519), k: text(X25519, X25519 + KYBER), key_id: "" };
			return { privateKey: JSON.stringify({ EciesKyberHybrid: halves }) };
		}
		default:
			return undefined;
	}
}
