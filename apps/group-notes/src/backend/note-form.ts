/** A text that somebody encrypted, base64. */
export const CIPHERTEXT = /^[A-Za-z0-9+/]{40,200000}={0,2}$/;
export const NOTE_ID = /^[0-9a-f]{32}$/;
/** HMAC-SHA256 in base64url (protocol/crypto §10.1). */
export const HASH = /^[A-Za-z0-9_-]{43}$/;

/** Most starts of a title that are hashed. */
const MAX_HASHES = 16;
/** The largest number to sort by (protocol/crypto §10.2). */
const MAX_ORDER = 4_294_967_294;

/** What a member sends of a note. */
export interface NoteForm {
	/** Title and text, encrypted. */
	content: string;
	/** Starts of the title, to find it. */
	hashes: string[];
	/** Of the title, to sort by. */
	order: number;
}

/** @returns `undefined` for what is not of that form */
export function readNote(body: unknown): NoteForm | undefined {
	if (typeof body !== "object" || body === null) return undefined;
	const { content, hashes, order } = body as Partial<Record<keyof NoteForm, unknown>>;
	if (typeof content !== "string" || !CIPHERTEXT.test(content)) return undefined;
	if (!Array.isArray(hashes) || hashes.length === 0 || hashes.length > MAX_HASHES) return undefined;
	if (!hashes.every((hash) => typeof hash === "string" && HASH.test(hash))) return undefined;
	if (typeof order !== "number" || !Number.isInteger(order) || order < 0 || order > MAX_ORDER) return undefined;
	return { content, hashes: [...new Set<string>(hashes)], order };
}
