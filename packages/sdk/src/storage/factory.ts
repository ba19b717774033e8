import { IndexeddbStorage } from "./indexeddb.js";
import { openDatabase, openStorage, storageTimeout } from "./open.js";
import type { ResCallBack, StorageInterface, StorageOptions } from "./types.js";

/**
 * A storage as `init` opens it: the one of the app, else IndexedDB, else memory.
 *
 * @throws InvalidInput naming the member that is wrong
 * @throws StorageFailed when the app's storage can't be had
 */
export async function getStorage(options: StorageOptions = {}): Promise<StorageInterface> {
	return openStorage(options, storageTimeout(options));
}

/** Opens databases of the app's own. */
export const StorageFactory = {
	/**
	 * A storage in IndexedDB, or in memory where that can't be used.
	 *
	 * @param res told in the latter case
	 * @param dbName name of the database, `storeName` of its object store; the defaults are those of {@link IndexeddbStorage}
	 */
	getStorage(res: ResCallBack, dbName?: string, storeName?: string): Promise<StorageInterface> {
		return openDatabase(new IndexeddbStorage(dbName, storeName), res);
	},
};
