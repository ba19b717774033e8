// IndexedDB as other tabs and other code use it.

/** What an app is told when the SDK makes do with memory. */
export const UNAVAILABLE = {
	err: "IndexedDB cannot be used here",
	warn: "Everything is kept in memory: a reload logs the user out, and large files do not fit",
} as const;

let databases = 0;
/** A name that no database has. */
export const freshDatabase = (): string => `robust ${++databases}`;

/** Opens the database as another tab may, which has other code. */
export function openAs(
	name: string,
	version: number,
	upgrade: (database: IDBDatabase) => void = () => {},
): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open(name, version);
		request.onupgradeneeded = () => upgrade(request.result);
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

export function deleteDatabase(name: string): Promise<unknown> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.deleteDatabase(name);
		request.onsuccess = resolve;
		request.onerror = reject;
	});
}
