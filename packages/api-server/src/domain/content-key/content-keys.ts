import type { ContentKeyRegisterData, EncryptedContentKey } from "@sentc-ts/core-crypto/wire";
import { type ContentKeyRegistered, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Cursor } from "../../database/paging.js";
import {
	type ContentKeyRow,
	deleteContentKey,
	findContentKey,
	insertContentKey,
	listContentKeys,
} from "../../database/repositories/content-keys.js";
import { Failure } from "../../failure.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";

// Nobody is asked who may read a key: it is encrypted, and the API can't know who has the master key (protocol/http-api §10).

export async function registerContentKey(
	{ database, newId, now }: Services,
	appId: string,
	{ userId }: Identity,
	{ alg, encrypted_key_string, master_key_id }: ContentKeyRegisterData,
): Promise<ContentKeyRegistered> {
	const id = newId();
	await database.transaction((db) =>
		insertContentKey(db, {
			...{ id, appId, alg },
			creatorId: userId,
			masterKeyId: master_key_id,
			encryptedKey: encrypted_key_string,
			createdAt: now(),
		}),
	);
	return { key_id: id };
}

/** Nothing happens when it is the key of somebody else, and nobody learns so. */
export async function removeContentKey(
	{ database }: Services,
	appId: string,
	{ userId }: Identity,
	keyId: string,
): Promise<void> {
	await database.transaction((db) => deleteContentKey(db, appId, userId, keyId));
}

export async function readContentKey(
	{ database }: Services,
	appId: string,
	keyId: string,
): Promise<EncryptedContentKey> {
	const key = await findContentKey(database.reads, appId, keyId);
	if (key === undefined) throw new Failure(SERVER_ERRORS.CONTENT_KEY_NOT_FOUND);
	return view(key);
}

/** One page of the keys that a master key encrypts, the newest first. */
export async function readContentKeys(
	{ database }: Services,
	appId: string,
	masterKeyId: string,
	after: Cursor | undefined,
): Promise<EncryptedContentKey[]> {
	return (await listContentKeys(database.reads, appId, masterKeyId, after)).map(view);
}

function view({ id, masterKeyId, encryptedKey, alg, createdAt }: ContentKeyRow): EncryptedContentKey {
	return { key_id: id, master_key_id: masterKeyId, encrypted_key_string: encryptedKey, alg, time: createdAt };
}
