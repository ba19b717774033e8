// The tables of files, in the way of `schema.ts`.

/** Where the parts of files are: nowhere, at the API, at the app's own backend (protocol/files §7.1). */
export const FILE_STORAGE = { off: -1, own: 0, external: 1 } as const;

/** A file, as its owner registered it. It is of a group, of a receiver, or of nobody. */
export interface FileTable {
	id: string;
	appId: string;
	/** Id of the user who registered it. */
	owner: string;
	groupId: string | null;
	/** Id of a user. */
	receiverId: string | null;
	encryptedKey: string;
	encryptedKeyAlg: string;
	/** Id of the key that `encryptedKey` was made with. */
	masterKeyId: string;
	encryptedFileName: string | null;
	createdAt: number;
	/** What it counts in quotas. */
	bytes: number;
}

/** The permission to upload the parts of a file. */
export interface FileSessionTable {
	id: string;
	fileId: string;
	createdAt: number;
	/** 1 = the last part has come. */
	ended: number;
}

export interface FilePartTable {
	/** By which it is called in the storage, too. */
	id: string;
	fileId: string;
	sequence: number;
	/** 1 = at the app's own backend. */
	external: number;
	/** Of its bytes; not known of an external one. */
	hash: string | null;
}

/** A part that may be in a storage, though no file has it: it was deleted, or its upload has not ended. */
export interface PartRemovalTable {
	partId: string;
	appId: string;
	/** 1 = the app's own backend has to be told. */
	external: number;
	/** Not before this time. */
	dueAt: number;
}

/** What the files of an app count in its quota, all together (empty `userId`) and those of each owner. */
export interface FileUsageTable {
	appId: string;
	userId: string;
	bytes: number;
}
