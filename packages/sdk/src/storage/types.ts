/** How opening a storage went. */
export interface InitReturn {
	status: boolean;
	err?: string;
	warn?: string;
}

/**
 * Where the SDK keeps the session, keys and groups of a user (protocol/sdk-api §3.1). Values are objects that survive structured
 * cloning, among them `Map`; they hold secret keys and tokens in plain text.
 */
export interface StorageInterface {
	init(): Promise<InitReturn>;
	/** A missing key gives `undefined`. */
	getItem<T>(key: string): Promise<T | undefined>;
	set<T>(key: string, item: T): Promise<unknown>;
	delete(key: string): Promise<void>;
	/** Appends one part of a downloaded file. */
	storePart(chunk: ArrayBuffer): Promise<void>;
	/** Object URL of all parts in order. */
	getDownloadUrl(): Promise<string>;
	/** Removes everything. */
	cleanStorage(): Promise<void>;
	/** All keys. Without it the SDK keeps its own list, as one more item. */
	keys?(): Promise<string[]>;
}

/** Told when IndexedDB cannot be used: why, and what is lost by that. */
export type ResCallBack = (message: { err?: string; warn?: string }) => void;

/** The `storage` option of `init`. */
export interface StorageOptions {
	/** Without it, both texts go to the console of a page. */
	default_storage?: { errCallBack: ResCallBack } | undefined;
	/** The app's own storage; used as it is, without calling its `init`. */
	getStorage?: (() => Promise<StorageInterface>) | undefined;
	/** How long one access may take, ms; after that it is `StorageFailed`. Default 10 000. */
	timeout?: number | undefined;
}
