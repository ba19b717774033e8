import type { DecryptionKey, EncryptionKey } from "@sentc-ts/core-crypto";
import type { EncryptedContentKey } from "@sentc-ts/core-crypto/wire";
import { contentKeyRoutes } from "@sentc-ts/transport/contract";
import { pageAfter, requirePage, requireSameId } from "../answers.js";
import { AnswerForged } from "../errors.js";
import { checkId } from "../input.js";
import { openedKeys } from "../keys/opened.js";
import type { Session } from "../session/session.js";
import { SymKey } from "./sym-key.js";

/** A key that the API knows. */
export interface RegisteredSymKey {
	key_id: string;
	/** When it was registered, ms. */
	time: number;
	sym_key: SymKey;
}

/** Opens the master key with the id. */
type LoadMaster = (id: string) => Promise<DecryptionKey>;

/** A new key, of which the API keeps the encrypted form (protocol/group-protocol §14.2). */
export async function registerSymKey(session: Session, masterKey: EncryptionKey): Promise<SymKey> {
	const { backend, client, crypto } = session.context;
	const { key, encryptedKey, masterKeyId } = await backend.generateContentKey({ masterKey });
	const { alg, encrypted_key_string, master_key_id } = JSON.parse(encryptedKey) as EncryptedContentKey;
	const body = { alg, encrypted_key_string, master_key_id };
	const { key_id } = await client.call(contentKeyRoutes.registerContentKey, { jwt: await session.getJwt(), body });
	return symKey(session, crypto.nameContentKey({ key, id: key_id }), key_id, masterKeyId);
}

export async function fetchSymKey(session: Session, load: LoadMaster, key_id: string): Promise<SymKey> {
	checkId("key_id", key_id);
	session.assertLoggedIn();
	const { backend, client } = session.context;
	const answer = await client.call(contentKeyRoutes.contentKey, { params: { key_id } });
	requireSameId(key_id, answer.key_id);
	const masterKey = await load(answer.master_key_id);
	const key = await backend.openContentKey({ masterKey, encryptedKey: JSON.stringify(answer) });
	return symKey(session, key, key_id, answer.master_key_id);
}

/** One page of the keys that a master key encrypts, the newest first. Those that don't open are reported. */
export async function fetchSymKeys(
	session: Session,
	load: LoadMaster,
	master_key_id: string,
	last?: Pick<RegisteredSymKey, "key_id" | "time">,
): Promise<RegisteredSymKey[]> {
	checkId("master_key_id", master_key_id);
	const params = { master_key_id, ...pageAfter(last, "key_id") };
	const masterKey = await load(master_key_id);
	const { backend, client } = session.context;
	const answered = await client.call(contentKeyRoutes.listContentKeys, { params });
	requirePage(answered);
	if (answered.some((key) => key.master_key_id !== master_key_id)) {
		throw new AnswerForged("key", "The API answered keys of another master key");
	}
	const opened = openedKeys(await backend.openContentKeys({ masterKey, keys: answered }), ({ key, keyId, time }) => ({
		...{ key_id: keyId, time },
		sym_key: symKey(session, key, keyId, master_key_id),
	}));
	session.reportUnusable(opened.unusable);
	return opened.keys;
}

/** Nothing happens when the user did not register the key. */
export async function deleteSymKey(session: Session, key_id: string): Promise<void> {
	checkId("key_id", key_id);
	await session.context.client.call(contentKeyRoutes.deleteContentKey, {
		jwt: await session.getJwt(),
		params: { key_id },
	});
}

function symKey(session: Session, key: string, keyId: string, masterKeyId: string): SymKey {
	const { baseUrl, appToken } = session.context.client;
	return new SymKey(baseUrl, appToken, key, keyId, masterKeyId, session);
}
