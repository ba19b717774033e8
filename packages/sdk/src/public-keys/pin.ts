import { KeyChanged } from "../errors.js";
import { hasTexts, isArrayOf, isText } from "../storage/shape.js";
import type { KeyChange, KeyChangePolicy } from "./types.js";

/** Fingerprints of one generation of another user's keys. The public key and the verify key have the same id. */
export interface SeenKey {
	readonly id: string;
	/** Base64 of SHA-256 over the exported public key without its signature. */
	readonly public_key?: string;
	/** Base64 of SHA-256 over the signature that came with the public key, empty when none did. */
	readonly signature?: string;
	/** Base64url of SHA-256 over the bytes of the verify key and the user id, as in a safety number (protocol/crypto §6.7). */
	readonly verify_key?: string;
}

/** What this device knows of another user's keys since it first saw one. */
export interface Pin {
	/** The newest public key. */
	readonly newest_key_id: string;
	/** Was the newest public key verified? */
	readonly verified: boolean;
	/** Keys that are trusted, in the order in which they became so. */
	readonly keys: readonly SeenKey[];
	/** Keys that the app was told of and has not accepted. */
	readonly waiting: readonly SeenKey[];
	/** No key was used so far, only shown to the person, who may have found that it is another one's. */
	readonly only_shown?: true;
}

/** A lying server could show ever more keys. */
const MAX_WAITING = 20;

/** What the signature of a public key by the verify key of the same id turned out to be. */
export type Signature = "valid" | "none" | "wrong";

export interface Proof {
	/** What was known of the id when the other key of it was proven. */
	readonly known: SeenKey;
	readonly signature: Signature;
}

export interface Verdict {
	/** What to remember; the same object when nothing is new. */
	readonly pin: Pin;
	/** The known key of the same id: nothing is decided before it is clear whether both belong together. */
	readonly unproven?: SeenKey;
	/** What the app has to be told. */
	readonly change?: KeyChange;
	readonly trusted: boolean;
}

/**
 * What a key that the API answered means for what is known. The first key is trusted; so is one that was seen before, except
 * as the newest public key when a later one was that already. The other key of a known id is trusted when the signature
 * proves that both belong together. A verify key whose public key came without a signature is a change.
 *
 * @throws KeyChanged `KEY_REPLACED` when a known id has other bytes, or a key that doesn't belong to the other one of its id
 */
export function judge(
	pin: Pin | undefined,
	user_id: string,
	seen: SeenKey,
	policy: KeyChangePolicy,
	proof?: Proof,
): Verdict {
	if (!pin) return { pin: { newest_key_id: seen.id, verified: false, keys: [seen], waiting: [] }, trusted: true };
	requireSameBytes(pin, user_id, seen);
	const known = otherKey(pin, seen);
	if (known && !isAbout(proof, known)) return { pin, trusted: false, unproven: known };
	const signature = known && proof?.signature;
	if (signature === "wrong" || (signature === "none" && seen.public_key !== undefined)) {
		throw new KeyChanged("KEY_REPLACED", user_id, pin.newest_key_id, seen.id);
	}
	const unsigned = signature === "none";
	if (!unsigned && isTrusted(pin, seen)) return { pin: update(pin, seen), trusted: true };

	const blocked = policy === "block";
	const told = isOf(pin.waiting, seen.id) && (blocked || !unsigned);
	const next = blocked ? wait(pin, seen, unsigned ? undefined : known) : trust(pin, seen);
	return { pin: next, trusted: !blocked, ...(!told && { change: changeOf(pin, user_id, seen.id, blocked) }) };
}

/** What is remembered of the use: a key that was only shown to the person makes nobody known. */
export function withUse(verdict: Verdict, before: Pin | undefined, forUse: boolean): Verdict {
	const { only_shown, ...pin } = verdict.pin;
	if (!forUse && !before) return { ...verdict, pin: { ...pin, only_shown: true } };
	return forUse && only_shown && verdict.trusted ? { ...verdict, pin } : verdict;
}

/** @throws KeyChanged `KEY_REPLACED` when a known id has other bytes */
export function requireSameBytes(pin: Pin, user_id: string, seen: SeenKey): void {
	const differs = (a: string | undefined, b: string | undefined): boolean =>
		a !== undefined && b !== undefined && a !== b;
	for (const known of [...pin.keys, ...pin.waiting]) {
		if (known.id !== seen.id) continue;
		if (differs(known.public_key, seen.public_key) || differs(known.verify_key, seen.verify_key)) {
			throw new KeyChanged("KEY_REPLACED", user_id, pin.newest_key_id, seen.id);
		}
	}
}

/** What is known of the id, when the key that was seen is not. */
function otherKey(pin: Pin, seen: SeenKey): SeenKey | undefined {
	const member = seen.public_key === undefined ? "verify_key" : "public_key";
	const known = [...pin.keys, ...pin.waiting].find(({ id }) => id === seen.id);
	return known?.[member] === undefined ? known : undefined;
}

/** Another call may have changed what is known while this one proved it. */
function isAbout(proof: Proof | undefined, { id, public_key, signature, verify_key }: SeenKey): boolean {
	const known = proof?.known;
	if (known?.id !== id || known.signature !== signature) return false;
	return known.public_key === public_key && known.verify_key === verify_key;
}

/** A verify key may be of any generation; a public key must not be older than the one that was the newest. */
function isTrusted(pin: Pin, seen: SeenKey): boolean {
	const position = (wanted: string): number => pin.keys.findIndex(({ id }) => id === wanted);
	return position(seen.id) >= (seen.public_key === undefined ? 0 : position(pin.newest_key_id));
}

/** Fills in the key that was not seen yet, and moves on to a newer key that is trusted already. */
function update(pin: Pin, seen: SeenKey): Pin {
	const known = pin.keys.find(({ id }) => id === seen.id);
	const complete =
		(seen.public_key === undefined || known?.public_key !== undefined) &&
		(seen.verify_key === undefined || known?.verify_key !== undefined);
	const moved = seen.public_key !== undefined && seen.id !== pin.newest_key_id;
	if (complete && !moved) return pin;
	const keys = pin.keys.map((key) => (key.id === seen.id ? { ...seen, ...key } : key));
	return { ...pin, keys, ...(moved && { newest_key_id: seen.id, verified: false }) };
}

/** Accepting the id must not join keys that nothing proves to belong together: one that waits stays as it is. */
function wait(pin: Pin, seen: SeenKey, proven: SeenKey | undefined): Pin {
	if (isOf(pin.waiting, seen.id) && !proven) return pin;
	return { ...pin, waiting: [...without(pin.waiting, seen.id), { ...seen, ...proven }].slice(-MAX_WAITING) };
}

/** What was known first stays: above all the signature that came with the public key. */
function trust(pin: Pin, seen: SeenKey): Pin {
	const known = [...pin.waiting, ...pin.keys].filter(({ id }) => id === seen.id);
	const key: SeenKey = Object.assign({}, seen, ...known);
	return {
		...pin,
		keys: [...without(pin.keys, seen.id), key],
		waiting: without(pin.waiting, seen.id),
		...(seen.public_key !== undefined && { newest_key_id: seen.id, verified: false }),
	};
}

/** Trusts a key that waits. @returns `undefined` when none with the id does */
export function accept(pin: Pin, id: string): Pin | undefined {
	const waiting = pin.waiting.find((key) => key.id === id);
	return waiting && trust(pin, waiting);
}

/** Remembers that the newest public key was verified, if it is this one. */
export function markVerified(pin: Pin, seen: SeenKey): Pin {
	const newest = pin.keys.find(({ id }) => id === pin.newest_key_id);
	return newest?.id === seen.id && newest.public_key === seen.public_key ? { ...pin, verified: true } : pin;
}

/** `undefined` when nothing is stored, or nothing that can be read. */
export function parsePin(stored: unknown): Pin | undefined {
	if (!hasTexts(stored, ["newest_key_id"])) return undefined;
	const { keys, newest_key_id, verified, waiting } = stored;
	if (!isArrayOf(keys, isSeenKey) || !isArrayOf(waiting, isSeenKey)) return undefined;
	if (!keys.some(({ id }) => id === newest_key_id)) return undefined;
	const only_shown = stored["only_shown"] === true;
	return { newest_key_id, verified: verified === true, keys, waiting, ...(only_shown && { only_shown }) };
}

function isSeenKey(value: unknown): value is SeenKey {
	if (!hasTexts(value, ["id"])) return false;
	return [value["public_key"], value["signature"], value["verify_key"]].every(
		(member) => member === undefined || isText(member),
	);
}

function changeOf(pin: Pin, user_id: string, new_public_key_id: string, blocked: boolean): KeyChange {
	return { user_id, old_public_key_id: pin.newest_key_id, new_public_key_id, verified: pin.verified, blocked };
}

function isOf(keys: readonly SeenKey[], wanted: string): boolean {
	return keys.some(({ id }) => id === wanted);
}

function without(keys: readonly SeenKey[], removed: string): SeenKey[] {
	return keys.filter(({ id }) => id !== removed);
}
