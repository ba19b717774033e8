/** A key for content, encrypted by a key of users or a group. */
export interface ContentKeyTable {
	id: string;
	appId: string;
	/** Who may delete it: a user, who may be gone. */
	creatorId: string;
	/** What the client says; nobody checks it. */
	masterKeyId: string;
	/** Algorithm of the key itself. */
	alg: string;
	encryptedKey: string;
	createdAt: number;
}
