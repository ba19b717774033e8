import type { SearchHashes, Sortable, SyncCrypto } from "@sentc-ts/core-crypto";
import { checkText } from "../input.js";
import type { SignedInUser } from "../signed-in-user.js";
import { GroupContent } from "./group-content.js";
import type { OpenGroup } from "./open-group.js";

/**
 * What lets a database find and sort what it can't read (protocol/sdk-api §7.8). Both reveal something of the plaintext: see docs/leakage. The
 * keys are made with the group and never rotated: who was a member once can compute hashes and numbers for ever. All functions
 * are synchronous.
 */
export abstract class GroupSearch extends GroupContent {
	readonly #group: OpenGroup;

	constructor(user: SignedInUser, group: OpenGroup) {
		super(user, group);
		this.#group = group;
	}

	/**
	 * Hashes of a text and its starts, to store beside what is encrypted, so that it can be found. They reveal which texts are equal
	 * or start alike to whoever has them: see docs/leakage.
	 *
	 * @param full one hash, of the whole text, that only the whole text finds
	 * @param limit hash the starts of at most `limit + 1` bytes
	 * @returns base64url of 32 bytes each
	 * @throws CryptoError `SEARCHABLE_EMPTY`, `SEARCHABLE_TOO_LONG` for more than 200 bytes without a limit
	 * @throws KeyNotFound when the group has no searchable key
	 */
	createSearchRaw(text: string, full = false, limit?: number): string[] {
		return this.#createSearch(text, full, limit).hashes;
	}

	/** {@link GroupSearch.createSearchRaw}, with algorithm and id of the searchable key. */
	createSearch(text: string, full = false, limit?: number): [hashes: string[], alg: string, key_id: string] {
		const { hashes, alg, keyId } = this.#createSearch(text, full, limit);
		return [hashes, alg, keyId];
	}

	/** What to search the stored hashes for. @throws KeyNotFound when the group has no searchable key */
	search(text: string): string {
		checkText("text", text);
		return this.#crypto.search({ key: this.getNewestHmacKey(), text });
	}

	/**
	 * A number to sort by: it has the order of the encrypted number, and reveals about half of its digits to whoever has it, without a
	 * key: see docs/leakage.
	 *
	 * @param number an integer from 0 to 65532
	 * @throws InvalidInput when it is no integer · CryptoError `SORTABLE_TOO_LARGE`, also below 0
	 * @throws KeyNotFound when the group has no sortable key
	 */
	encryptSortableRawNumber(number: number | bigint): bigint {
		return this.#sortableNumber(number)[0];
	}

	/** {@link GroupSearch.encryptSortableRawNumber}, with algorithm and id of the sortable key. */
	encryptSortableNumber(number: number | bigint): [number: bigint, alg: string, key_id: string] {
		return this.#sortableNumber(number);
	}

	/**
	 * {@link GroupSearch.encryptSortableRawNumber} of a text: of its first four bytes. Only ASCII is in its order.
	 *
	 * @throws InvalidInput also when the fourth byte is within a character
	 */
	encryptSortableRawString(text: string): bigint {
		return this.#sortableString(text)[0];
	}

	/** {@link GroupSearch.encryptSortableRawString}, with algorithm and id of the sortable key. */
	encryptSortableString(text: string): [number: bigint, alg: string, key_id: string] {
		return this.#sortableString(text);
	}

	#createSearch(text: string, full: boolean, limit: number | undefined): SearchHashes {
		checkText("text", text);
		return this.#crypto.createSearch({ key: this.getNewestHmacKey(), text, full, limit });
	}

	#sortableNumber(number: number | bigint): [number: bigint, alg: string, key_id: string] {
		const key = this.getNewestSortableKey();
		return sortable(this.#crypto.encryptSortableNumber({ key, number: toNumber(number) }));
	}

	#sortableString(text: string): [number: bigint, alg: string, key_id: string] {
		checkText("text", text);
		return sortable(this.#crypto.encryptSortableString({ key: this.getNewestSortableKey(), text }));
	}

	/** @throws SessionEnded after log out */
	get #crypto(): SyncCrypto {
		this.#group.session.assertLoggedIn();
		return this.#group.session.context.crypto;
	}
}

const sortable = ({ number, alg, keyId }: Sortable): [number: bigint, alg: string, key_id: string] => [
	BigInt(number),
	alg,
	keyId,
];

/** The reference client takes a bigint; one that no number holds is too large to be encrypted, too. */
function toNumber(number: number | bigint): number {
	if (typeof number !== "bigint") return number;
	const isSafe = number >= Number.MIN_SAFE_INTEGER && number <= Number.MAX_SAFE_INTEGER;
	return isSafe ? Number(number) : Number.MAX_SAFE_INTEGER;
}
