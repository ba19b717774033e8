import { randomBytes } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import { fromBase64, toBase64 } from "../bytes.js";
import { ApiStartError } from "../errors.js";
import { deriveSecret } from "../root-key.js";
import { createVault, type Vault } from "../vault.js";
import type { Schema } from "./schema.js";

// Everything sealed depends on the data key, which never changes. A root key opens that alone: there is a row for each root key
// that does, one but for the moment in which it is changed.

const DATA_KEY_BYTES = 32;

/** The name of a root key, which does not tell it. */
const idOf = (rootKey: Uint8Array): string => toBase64(deriveSecret(rootKey, "root key id", 16));

const cellOf = (rootKeyId: string) => ({ table: "dataKeys", row: rootKeyId, column: "wrappedKey" });

/** The row by which a root key opens a data key. */
function wrap(rootKey: Uint8Array, dataKey: Uint8Array): Schema["dataKeys"] {
	const rootKeyId = idOf(rootKey);
	return { rootKeyId, wrappedKey: createVault(rootKey).seal(cellOf(rootKeyId), toBase64(dataKey)) };
}

/** Makes the data key of a database, which has none yet. */
export async function insertDataKey(db: Kysely<unknown>, rootKey: Uint8Array): Promise<Vault> {
	const dataKey = new Uint8Array(randomBytes(DATA_KEY_BYTES));
	await (db as Kysely<Schema>).insertInto("dataKeys").values(wrap(rootKey, dataKey)).execute();
	return createVault(dataKey);
}

/** @throws ApiStartError `ROOT_KEY_MISMATCH` */
export async function openVault(db: Kysely<Schema>, rootKey: Uint8Array): Promise<Vault> {
	return createVault(await openDataKey(db, rootKey));
}

async function openDataKey(db: Kysely<Schema>, rootKey: Uint8Array): Promise<Uint8Array> {
	const rootKeyId = idOf(rootKey);
	const row = await db
		.selectFrom("dataKeys")
		.select("wrappedKey")
		.where("rootKeyId", "=", rootKeyId)
		.executeTakeFirst();
	if (row === undefined) throw otherRootKey();
	const dataKey = fromBase64(createVault(rootKey).open(cellOf(rootKeyId), row.wrappedKey));
	if (dataKey?.length !== DATA_KEY_BYTES) throw new Error("The data key is damaged");
	return dataKey;
}

export function otherRootKey(): ApiStartError {
	return new ApiStartError("ROOT_KEY_MISMATCH", "The database is sealed under another root key: use that one.");
}

/**
 * Lets a new root key open the database, too; returns its id, and those of the ones that did before, for {@link removeRootKeys}.
 *
 * @throws ApiStartError `ROOT_KEY_MISMATCH`
 */
export async function addRootKey(
	db: Transaction<Schema>,
	rootKey: Uint8Array,
	newRootKey: Uint8Array,
): Promise<{ added: string; former: string[] }> {
	const rows = await db.selectFrom("dataKeys").select("rootKeyId").execute();
	const added = wrap(newRootKey, await openDataKey(db, rootKey));
	await db.insertInto("dataKeys").values(added).execute();
	return { added: added.rootKeyId, former: rows.map(({ rootKeyId }) => rootKeyId) };
}

/** From now on these root keys open nothing. */
export async function removeRootKeys(db: Transaction<Schema>, ids: readonly string[]): Promise<void> {
	await db.deleteFrom("dataKeys").where("rootKeyId", "in", ids).execute();
}
