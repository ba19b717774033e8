import { AnswerForged } from "../errors.js";
import { hasTexts, isArrayOf, isText } from "../storage/shape.js";
import type { GroupPublicKeyData } from "../types.js";

/** What this device has seen of a group's public keys. */
interface KnownGroupKey extends GroupPublicKeyData {
	/** Ids of keys that were the newest before, the last one first. */
	readonly older: readonly string[];
}

/** A lying server could show ever more keys. */
const MAX_OLDER = 50;

/** `undefined` when nothing is stored, or nothing that can be read. */
export function parseKnownGroupKey(stored: unknown): KnownGroupKey | undefined {
	if (!hasTexts(stored, ["key", "id"])) return undefined;
	const { key, id, older } = stored;
	return { key, id, older: isArrayOf(older, isText) ? older : [] };
}

/**
 * What is known after the API has answered the newest public key of a group.
 *
 * @param isAnswered has an exported key the bytes of the answered one?
 * @throws AnswerForged when it is an older one than it answered before, or has other bytes than the known one of its id
 */
export function nextGroupKey(
	known: KnownGroupKey | undefined,
	answered: GroupPublicKeyData,
	isAnswered: (exported: string) => boolean,
): KnownGroupKey {
	if (!known) return { ...answered, older: [] };
	const { id, older } = known;
	if (older.includes(answered.id)) {
		throw new AnswerForged("group", "The API answered an older public key of the group than before");
	}
	if (answered.id !== id) return { ...answered, older: [id, ...older].slice(0, MAX_OLDER) };
	if (isAnswered(known.key)) return known;
	throw new AnswerForged("group", "The API answered another public key of the group under a known id");
}
