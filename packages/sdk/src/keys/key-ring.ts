import type { CryptoBackend, GenerationSecrets } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput } from "@sentc-ts/core-crypto/wire";
import { PAGE_SIZE, pageAfter, requirePage, requireSameId } from "../answers.js";
import { AnswerForged, KeyNotFound } from "../errors.js";
import { checkId } from "../input.js";
import { isInOrder, type KeyCursor, type KeyGeneration, type KeyList, newestFirst } from "./key-list.js";
import { type OpenedKeys, requireAll } from "./opened.js";

/** Whoever keys are encrypted for: a device for the keys of its user; a user, a parent or another group for those of a group. */
export interface KeyPairOwner {
	/**
	 * Encrypts new keys: key string of protocol/crypto §4.
	 *
	 * @throws AnswerForged when it does not belong to the private one
	 */
	loadPublicKey(): Promise<string>;
	/** @param id of the key pair: from here, else from the API */
	loadPrivateKey(id: string): Promise<string>;
}

/** What tells the keys of a user from those of a group: one such object per kind of holder. */
export interface KeyHolder<Key extends KeyGeneration> {
	readonly backend: CryptoBackend;
	/** @throws SessionEnded after log out */
	list(): KeyList<Key>;
	fetchOne(key_id: string): Promise<GroupKeyServerOutput>;
	/** At most 50, the newest first. */
	fetchPage(after: { last_time: string; last_id: string }): Promise<GroupKeyServerOutput[]>;
	open(answered: readonly GroupKeyServerOutput[]): Promise<OpenedKeys<Key>>;
	/** Tells the app of keys on a page that were skipped. */
	reportUnusable(unusable: OpenedKeys<Key>["unusable"]): void;
	/** Does {@link KeyHolder.open} do {@link KeyHolder.requirePairs}? */
	readonly opensPairs: boolean;
	/** The public keys belong to the private ones. @throws AnswerForged when they don't */
	requirePairs(key: Key): Promise<void>;
	pairOf(key: Key): { publicKey: string; privateKey: string };
	save(): Promise<void>;
	/** After {@link KeyHolder.save}, when another generation became the newest. */
	saveNewest(newest: Key): Promise<void>;
}

/** How many pages of keys are loaded at once. */
const MAX_PAGES = 1000;

/**
 * The generations of one holder's keys. What is here is never replaced by what the API answers, and what only the API
 * vouches for is never encrypted with, but for what {@link KeyRing.catchUp} takes unsigned.
 */
export class KeyRing<Key extends KeyGeneration> implements KeyPairOwner {
	readonly #holder: KeyHolder<Key>;
	readonly #fetching: Map<string, Promise<Key>> = new Map();
	/** Keys whose public halves were found to belong to the private ones. */
	readonly #pairs: WeakSet<Key>;

	/** @param pairs keys that were found to be pairs */
	constructor(holder: KeyHolder<Key>, pairs: readonly Key[] = []) {
		this.#holder = holder;
		this.#pairs = new WeakSet(pairs);
	}

	get keys(): readonly Key[] {
		return this.#holder.list().keys;
	}

	/** What is encrypted and signed with. @throws KeyNotFound when it is not here */
	get newest(): Key {
		return this.get(this.#holder.list().newest_key_id);
	}

	find(id: string): Key | undefined {
		const { key_map, keys } = this.#holder.list();
		const index = key_map.get(id);
		return index === undefined ? undefined : keys[index];
	}

	/** @throws KeyNotFound when the key is not here */
	get(id: string): Key {
		const key = this.find(id);
		if (!key) throw new KeyNotFound();
		return key;
	}

	/** {@link KeyRing.find}, unless nobody but the API says that it is the holder's. */
	findProven(id: string): Key | undefined {
		const key = this.find(id);
		return key?.unproven ? undefined : key;
	}

	/** The key from here, else from the API. */
	async load(id: string): Promise<Key> {
		checkId("key_id", id);
		return this.find(id) ?? this.fetch(id);
	}

	async loadPublicKey(): Promise<string> {
		const { newest } = this;
		await this.requirePairs(newest);
		return this.#holder.pairOf(newest).publicKey;
	}

	/** Once for each key, before its public half is used. @throws AnswerForged when it does not belong to the private one */
	async requirePairs(key: Key): Promise<void> {
		if (this.#pairs.has(key)) return;
		await this.#holder.requirePairs(key);
		this.#pairs.add(key);
	}

	async loadPrivateKey(id: string): Promise<string> {
		return this.#holder.pairOf(await this.load(id)).privateKey;
	}

	/** Asks the API and keeps the key, unless it is here; calls at the same time share one request. */
	fetch(id: string): Promise<Key> {
		const fetching = this.#fetching.get(id) ?? this.#fetch(id).finally(() => this.#fetching.delete(id));
		this.#fetching.set(id, fetching);
		return fetching;
	}

	/** The key from here when the API still has it, else from the API; it is not kept. */
	async read(id: string): Promise<Key> {
		const record = await this.request(id);
		const known = this.find(id);
		if (known) return known;
		const opened = await this.open(record);
		// Another call may have kept it meanwhile.
		return this.find(id) ?? opened;
	}

	/** The API's record of a key. @throws AnswerForged when it is another key's */
	async request(id: string): Promise<GroupKeyServerOutput> {
		checkId("key_id", id);
		const record = await this.#holder.fetchOne(id);
		requireSameId(id, record.group_key_id);
		return record;
	}

	/** Without keeping it. @throws CryptoError or AnswerForged when it can't be used */
	async open(record: GroupKeyServerOutput): Promise<Key> {
		const [key] = requireAll(await this.#open([record]));
		if (!key) throw new KeyNotFound();
		return key;
	}

	/**
	 * Loads what comes after the first page of the API's list, which is here.
	 *
	 * @returns `false` when the list has a gap: what is missing can be fetched by its id alone
	 */
	loadOlder(firstPage: readonly KeyCursor[]): Promise<boolean> {
		return this.#loadPages(firstPage, true);
	}

	/** Loads what is not here, by the API's word alone, and keeps it. @returns as {@link KeyRing.loadOlder} */
	async loadAll(): Promise<boolean> {
		const whole = await this.#loadPages(await this.#loadPage(undefined, false), false);
		await this.#holder.save();
		return whole;
	}

	/**
	 * Takes keys that are newer than all that are here, and that somebody else finished for the same owner: another device of the user,
	 * another member of the parent. They are checked as all others, and are else the API's word, as the first page of a new device is.
	 *
	 * @returns those that can't be used
	 */
	async catchUp(): Promise<OpenedKeys<Key>["unusable"]> {
		const page = await this.#holder.fetchPage(pageAfter(undefined, "group_key_id"));
		requirePage(page);
		const newer = page.filter(
			(record) => newestFirst(record, this.newest) < 0 && !this.findProven(record.group_key_id),
		);
		if (newer.length === 0) return [];
		const { keys, unusable } = await this.#open(newer);
		await this.requireNew(keys);
		for (const key of keys.toSorted(newestFirst).reverse()) {
			await this.requirePairs(key);
			await this.adopt(key, true);
		}
		return unusable;
	}

	/** What rotations make is new. @throws AnswerForged when the group key or the pair of one is here under another id */
	async requireNew(keys: readonly Key[]): Promise<void> {
		const secretsOf = (key: Key): GenerationSecrets => ({
			groupKey: key.group_key,
			publicKey: this.#holder.pairOf(key).publicKey,
		});
		const generations = { arrived: keys.map(secretsOf), known: this.keys.map(secretsOf) };
		const repeated = await this.#holder.backend.findRepeatedKeys(generations);
		if (repeated.length > 0) throw new AnswerForged("rotation", "The API answered an old key as a new one");
	}

	/** Keeps a key, and encrypts and signs with it from now on. @returns as it is kept */
	async use(opened: Key): Promise<Key> {
		const key = this.#keep(opened, true);
		delete key.unproven;
		this.#holder.list().newest_key_id = key.group_key_id;
		await this.#holder.save();
		return key;
	}

	/**
	 * Keeps what a rotation made. A proven key takes the place of one that was fetched before under its id, and never of
	 * another proven one; the newest of them by creation time is the one to encrypt with.
	 *
	 * @param proven did it come through a key that is not only the API's word?
	 */
	async adopt(opened: Key, proven: boolean): Promise<void> {
		const list = this.#holder.list();
		const key = proven ? (this.findProven(opened.group_key_id) ?? this.#put(opened)) : this.#keep(opened, false);
		const isNewest = proven && newestFirst(key, this.newest) < 0;
		if (isNewest) list.newest_key_id = key.group_key_id;
		await this.#holder.save();
		if (isNewest) await this.#holder.saveNewest(key);
	}

	async #open(records: readonly GroupKeyServerOutput[]): Promise<OpenedKeys<Key>> {
		const opened = await this.#holder.open(records);
		if (this.#holder.opensPairs) for (const key of opened.keys) this.#pairs.add(key);
		return opened;
	}

	async #fetch(id: string): Promise<Key> {
		const key = this.#keep(await this.read(id), false);
		await this.#holder.save();
		return key;
	}

	async #loadPages(firstPage: readonly KeyCursor[], proven: boolean): Promise<boolean> {
		const list = this.#holder.list();
		const [newest] = firstPage;
		const seen = new Set<string>();
		let page = firstPage;
		let after: KeyCursor | undefined;
		let whole = true;
		for (let pages = 0; pages < MAX_PAGES; pages++) {
			const before = seen.size;
			for (const { group_key_id } of page) seen.add(group_key_id);
			// The last page has all that is left, in whatever order.
			const isLast = page.length < PAGE_SIZE;
			whole &&= isLast || isInOrder(after ? [after, ...page] : page);
			const isKnown = list.whole_from !== undefined && seen.has(list.whole_from);
			if (isLast || (whole && isKnown)) {
				if (whole && newest) list.whole_from = newest.group_key_id;
				return whole;
			}
			if (seen.size === before) return false;
			after = page.at(-1);
			page = await this.#loadPage(after, proven);
		}
		return false;
	}

	async #loadPage(after: KeyCursor | undefined, proven: boolean): Promise<readonly KeyCursor[]> {
		const cursor = after && { ...after, time: Number(after.time) };
		const page = await this.#holder.fetchPage(pageAfter(cursor, "group_key_id"));
		requirePage(page);
		await this.#keepPage(page, proven);
		return page;
	}

	async #keepPage(page: readonly GroupKeyServerOutput[], proven: boolean): Promise<void> {
		const missing = page.filter(({ group_key_id }) => !this.find(group_key_id));
		if (missing.length === 0) return;
		const { keys, unusable } = await this.#open(missing);
		for (const key of keys) this.#keep(key, proven);
		this.#holder.reportUnusable(unusable);
	}

	/** @returns the key that was here already, if any */
	#keep(key: Key, proven: boolean): Key {
		return this.find(key.group_key_id) ?? this.#put(proven ? key : Object.assign(key, { unproven: true } as const));
	}

	#put(key: Key): Key {
		const { key_map, keys } = this.#holder.list();
		const index = key_map.get(key.group_key_id) ?? keys.length;
		keys[index] = key;
		key_map.set(key.group_key_id, index);
		return key;
	}
}
