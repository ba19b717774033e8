import { type IDBPDatabase, openDB } from "idb";
import { answerOfStorage, DEFAULT_STORAGE_TIMEOUT_MS } from "./deadline.js";
import type { InitReturn, StorageInterface } from "./types.js";

const UNAVAILABLE: InitReturn = {
	status: false,
	err: "IndexedDB cannot be used here",
	warn: "Everything is kept in memory: a reload logs the user out, and large files do not fit",
};
const VERSION = 1;

/** IndexedDB (W3C Indexed Database API 3.0). Items have text keys, file parts have numbers; numbers sort before texts. */
export class IndexeddbStorage implements StorageInterface {
	readonly #name: string;
	readonly #store: string;
	readonly #timeout: number;
	#database: Promise<IDBPDatabase> | undefined;

	/**
	 * The defaults are those for downloads (protocol/sdk-api §3.2).
	 *
	 * @param dbName name of the database, which is made when it is missing
	 * @param storeName name of its only object store
	 * @param timeout how long opening may take, ms: in a private window or while another tab changes it, it may never end
	 */
	constructor(
		dbName: string = "sentc_encrypt_files",
		storeName: string = "decrypted_files",
		timeout: number = DEFAULT_STORAGE_TIMEOUT_MS,
	) {
		this.#name = dbName;
		this.#store = storeName;
		this.#timeout = timeout;
	}

	/** Tells whether the database can be opened. */
	async init(): Promise<InitReturn> {
		try {
			await this.#open();
			return { status: true };
		} catch {
			return UNAVAILABLE;
		}
	}

	async getItem<T>(key: string): Promise<T | undefined> {
		return (await this.#open()).get(this.#store, key);
	}

	/** Resolves when the item is committed; when it is refused (the disk is full), the one before stays. */
	async set<T>(key: string, item: T): Promise<void> {
		await (await this.#open()).put(this.#store, item, key);
	}

	async delete(key: string): Promise<void> {
		await (await this.#open()).delete(this.#store, key);
	}

	async keys(): Promise<string[]> {
		return (await (await this.#open()).getAllKeys(this.#store, IDBKeyRange.lowerBound(""))).map(String);
	}

	async storePart(chunk: ArrayBuffer): Promise<void> {
		await (await this.#open()).add(this.#store, new Blob([chunk]));
	}

	async getDownloadUrl(): Promise<string> {
		const parts: Blob[] = await (await this.#open()).getAll(this.#store, IDBKeyRange.upperBound("", true));
		return URL.createObjectURL(new Blob(parts));
	}

	async cleanStorage(): Promise<void> {
		await (await this.#open()).clear(this.#store);
	}

	#open(): Promise<IDBPDatabase> {
		this.#database ??= answerOfStorage(
			() => this.#connect(),
			this.#timeout,
			(database) => database.close(),
		).catch((error: unknown) => {
			this.#database = undefined;
			throw error;
		});
		return this.#database;
	}

	/** Async, so that a missing `indexedDB` rejects like one that refuses. */
	async #connect(): Promise<IDBPDatabase> {
		const store = this.#store;
		const database = await openDB(this.#name, VERSION, {
			upgrade: (upgraded) => {
				upgraded.createObjectStore(store, { autoIncrement: true });
			},
			// Another tab deletes or upgrades the database and waits for this connection: the next access opens a new one.
			blocking: (_current, _blocked, event) => {
				this.#database = undefined;
				(event.target as IDBDatabase).close();
			},
			terminated: () => {
				this.#database = undefined;
			},
		});
		if (database.objectStoreNames.contains(store)) return database;
		database.close();
		throw new DOMException(`The database has no object store "${store}"`, "NotFoundError");
	}
}
