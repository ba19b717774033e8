import { createDecipheriv } from "node:crypto";
import { type Kysely, type Migration, type RawBuilder, sql } from "kysely";
import { equalBytes, fromBase64, toBase64 } from "../../bytes.js";
import { ApiStartError } from "../../errors.js";
import { deriveSecret } from "../../root-key.js";
import { SEALED, type Vault } from "../../vault.js";
import { insertDataKey, otherRootKey } from "../data-key.js";
import { createTable } from "./table-v1.js";

/** Rows of one transaction: others wait for it a second at most. */
const BATCH = 200;

/** The fact that values of the database are still in clear, or remain in pages that are free. */
const IN_CLEAR = "valuesInClear";

const RENAMED = [
	["identifierHash", "identifierIndex"],
	["clientRandomValue", "sealedClientRandomValue"],
	["hashedAuthenticationKey", "sealedHashedAuthenticationKey"],
	["encryptedMasterKey", "sealedEncryptedMasterKey"],
] as const;

/** The tables of sealed values, the data key, and what was derived from the root key so far. Values follow: {@link sealValues}. */
export const sealedValues = (rootKey: Uint8Array): Migration => ({
	async up(db: Kysely<unknown>): Promise<void> {
		const used = await requireSameRootKey(db, rootKey);
		await createTable(db, "dataKeys", { key: ["rootKeyId"], text: ["rootKeyId", "wrappedKey"] });
		const vault = await insertDataKey(db, rootKey);
		const secrets = {
			fakeSalt: deriveSecret(rootKey, "fake salt", 32),
			developmentToken: deriveSecret(rootKey, "development app secret token", 50),
		};
		for (const [name, secret] of Object.entries(secrets)) {
			await insertFact(db, name, vault.seal({ table: "meta", row: name, column: "value" }, toBase64(secret)));
		}
		await deleteFact(db, "rootKeyCheck");
		if (used) await insertFact(db, IN_CLEAR, "yes");

		await db.schema.dropIndex("devices_appId_identifierHash").execute();
		for (const [from, to] of RENAMED) await db.schema.alterTable("devices").renameColumn(from, to).execute();
		// Null: the values of the row are still in clear.
		await db.schema.alterTable("devices").addColumn("sealedIdentifierHash", "text").execute();
		await db.schema
			.createIndex("devices_appId_identifierIndex")
			.on("devices")
			.columns(["appId", "identifierIndex"])
			.unique()
			.execute();
	},
});

/** @returns whether the database was in use before */
async function requireSameRootKey(db: Kysely<unknown>, rootKey: Uint8Array): Promise<boolean> {
	const { rows } = await sql<{ value: string }>`select value from meta where name = 'rootKeyCheck'`.execute(db);
	const stored = rows[0] && fromBase64(rows[0].value);
	if (stored && !equalBytes(stored, deriveSecret(rootKey, "root key check", 32))) throw otherRootKey();
	return stored !== undefined;
}

const insertFact = (db: Kysely<unknown>, name: string, value: string) =>
	sql`insert into meta (name, value) values (${name}, ${value})`.execute(db);

const deleteFact = (db: Kysely<unknown>, name: string) => sql`delete from meta where name = ${name}`.execute(db);

type Row = Record<string, string>;

/** Has {@link sealValues} something to do? */
export async function holdsValuesInClear(db: Kysely<unknown>): Promise<boolean> {
	const { rows } = await sql`select name from meta where name = ${IN_CLEAR}`.execute(db);
	return rows.length > 0;
}

/**
 * Seals what earlier versions stored in clear or under the root key itself, a batch at a time. A process that ends on the
 * way leaves the rest to the next one; nobody may use the database before it is through.
 */
export async function sealValues(db: Kysely<unknown>, vault: Vault, rootKey: Uint8Array): Promise<void> {
	await sealRows(db, "devices", "id", sql`"sealedIdentifierHash" is null`, (row) => sealDevice(vault, row));
	const underRootKey = [
		["secondFactors", "userId", "sealedSecret"],
		["recoveryKeys", "id", "sealedKey"],
		["jwtKeys", "id", "signKey"],
	] as const;
	for (const [table, key, column] of underRootKey) {
		await sealRows(db, table, key, sql`${sql.ref(column)} not like ${`${SEALED}%`}`, (row) => {
			const text = openUnderRootKey(rootKey, cell(row, column));
			// What was damaged stays so.
			return text === undefined ? {} : { [column]: vault.seal({ table, row: cell(row, key), column }, text) };
		});
	}
	await dropRemains(db);
	await deleteFact(db, IN_CLEAR);
}

async function sealRows(
	db: Kysely<unknown>,
	table: string,
	key: string,
	inClear: RawBuilder<unknown>,
	seal: (row: Row) => Row,
): Promise<void> {
	const id = sql.ref(key);
	let last: string | undefined = "";
	while (last !== undefined) {
		const after: string = last;
		last = await db.transaction().execute(async (batch) => {
			const found = sql<Row>`select * from ${sql.table(table)} where ${id} > ${after} and ${inClear}`;
			const { rows } = await sql<Row>`${found} order by ${id} limit ${sql.lit(BATCH)}`.execute(batch);
			for (const row of rows) {
				const changes = Object.entries(seal(row)).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
				if (changes.length === 0) continue;
				await sql`update ${sql.table(table)} set ${sql.join(changes)} where ${id} = ${row[key]}`.execute(batch);
			}
			return rows.at(-1)?.[key];
		});
	}
}

function sealDevice(vault: Vault, row: Row): Row {
	const identifierHash = cell(row, "identifierIndex");
	const seal = (column: string, text: string) => [
		column,
		vault.seal({ table: "devices", row: cell(row, "id"), column }, text),
	];
	return Object.fromEntries([
		["identifierIndex", vault.index(cell(row, "appId"), identifierHash)],
		seal("sealedIdentifierHash", identifierHash),
		...RENAMED.slice(1).map(([, column]) => seal(column, cell(row, column))),
	]);
}

function cell(row: Row, column: string): string {
	const value = row[column];
	if (value === undefined) throw new Error(`There is no column ${column}`);
	return value;
}

/** The form of earlier versions: base64 of a head, 0x00, nonce, ciphertext and tag, without associated data. */
function openUnderRootKey(rootKey: Uint8Array, sealed: string): string | undefined {
	const bytes = Buffer.from(sealed, "base64");
	const body = bytes.subarray(bytes.indexOf(0) + 1);
	try {
		const decipher = createDecipheriv("aes-256-gcm", rootKey, body.subarray(0, 12)).setAuthTag(body.subarray(-16));
		return Buffer.concat([decipher.update(body.subarray(12, -16)), decipher.final()]).toString();
	} catch {
		return undefined;
	}
}

/** What was overwritten remains in free parts of the file and in the log until both are written anew. */
async function dropRemains(db: Kysely<unknown>): Promise<void> {
	try {
		await sql`vacuum`.execute(db);
		await sql`pragma wal_checkpoint(truncate)`.execute(db);
	} catch (cause) {
		const message =
			"The database is sealed but for what remains in its free pages, and could not be written anew (vacuum): let nobody else use it, make room for a second copy of it, and start again.";
		throw new ApiStartError("DATABASE_UNAVAILABLE", message, cause);
	}
}
