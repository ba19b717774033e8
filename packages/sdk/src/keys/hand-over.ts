import { InvalidInput } from "@sentc-ts/core-crypto";
import { ApiError } from "@sentc-ts/transport";
import { AnswerForged } from "../errors.js";
import { KeyRotationUnfinished } from "../key-errors.js";
import type { KeyGeneration } from "./key-list.js";
import type { KeyRing } from "./key-ring.js";
import type { KeyRotation } from "./rotation.js";

// Keys that are handed to a new device or a new member.

/** Most keys in one request; those beyond follow in a key session (protocol/http-api §17.4). */
export const KEYS_PER_REQUEST = 100;

/** @throws InvalidInput `page` when there are no more keys */
export function pageOfKeys<Key>(keys: readonly Key[], page: number): Key[] {
	const start = page * KEYS_PER_REQUEST;
	const found = Number.isInteger(page) && page >= 0 ? keys.slice(start, start + KEYS_PER_REQUEST) : [];
	if (found.length === 0) throw new InvalidInput("page", "must be the number of a page of keys");
	return found;
}

/** The keys of each request. */
export function pagesOfKeys<Key>(keys: readonly Key[]): Key[][] {
	return Array.from({ length: Math.ceil(keys.length / KEYS_PER_REQUEST) }, (_, page) => pageOfKeys(keys, page));
}

/**
 * What was taken on another device, or is left out of a list that an older client stored, is not here. Keys that this device can't get
 * don't keep it from handing on the others.
 *
 * @throws AnswerForged `what: "keys"` when the API's list leaves some out
 */
export async function loadEveryKey<Key extends KeyGeneration>(ring: KeyRing<Key>): Promise<void> {
	if (await ring.loadAll()) return;
	throw new AnswerForged("keys", "The API's list of keys has a gap: who is to get them would miss some");
}

/** Takes the keys that others made; what can't be taken is no matter here. */
export async function finishAsFarAsPossible<Key extends KeyGeneration>(rotation: KeyRotation<Key>): Promise<void> {
	await rotation.finish().catch((error: unknown) => {
		if (!(error instanceof KeyRotationUnfinished || error instanceof ApiError)) throw error;
	});
}
