import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { fromBase64, toBase64 } from "./bytes.js";
import { deriveSecret } from "./root-key.js";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What every sealed text begins with; another form gets another one. */
export const SEALED = "s1:";

/** The cell of the database that a sealed value belongs to: it opens nowhere else. */
export interface Cell {
	readonly table: string;
	/** Primary key. */
	readonly row: string;
	readonly column: string;
}

/** A sealed value was changed, or is of another cell or installation. */
export class SealBroken extends Error {
	constructor({ table, row, column }: Cell) {
		super(`The sealed value of ${table}.${column}, row ${row}, does not open: it was changed, or belongs elsewhere`);
		this.name = "SealBroken";
	}
}

/** Keeps from whoever has the database alone what that must not tell. */
export interface Vault {
	/** AES-256-GCM under the key of the column, with the cell as associated data. */
	seal(cell: Cell, text: string): string;
	/** @throws SealBroken */
	open(cell: Cell, sealed: string): string;
	/**
	 * What finds an identifier of an app: HMAC-SHA-256 under the key of the app.
	 *
	 * @param identifierHash base64 of the identifier's SHA-256
	 */
	index(appId: string, identifierHash: string): string;
}

/**
 * @param secret 32 bytes
 */
export function createVault(secret: Uint8Array): Vault {
	const keys = new Map<string, Uint8Array>();
	const keyOf = (purpose: string): Uint8Array => {
		const key = keys.get(purpose) ?? deriveSecret(secret, purpose, KEY_BYTES);
		keys.set(purpose, key);
		return key;
	};
	const columnKey = ({ table, column }: Cell) => keyOf(`sealed ${table}.${column}`);
	return {
		seal(cell, text) {
			const nonce = randomBytes(NONCE_BYTES);
			const cipher = createCipheriv(CIPHER, columnKey(cell), nonce).setAAD(associated(cell));
			const encrypted = [cipher.update(text, "utf8"), cipher.final()];
			return SEALED + toBase64(Buffer.concat([nonce, ...encrypted, cipher.getAuthTag()]));
		},
		open(cell, sealed) {
			const bytes = sealed.startsWith(SEALED) ? fromBase64(sealed.slice(SEALED.length)) : undefined;
			if (bytes === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken(cell);
			const end = bytes.length - TAG_BYTES;
			const decipher = createDecipheriv(CIPHER, columnKey(cell), bytes.subarray(0, NONCE_BYTES))
				.setAAD(associated(cell))
				.setAuthTag(bytes.subarray(end));
			const text = decipher.update(bytes.subarray(NONCE_BYTES, end));
			try {
				return Buffer.concat([text, decipher.final()]).toString();
			} catch {
				throw new SealBroken(cell);
			}
		},
		index: (appId, identifierHash) =>
			createHmac("sha256", keyOf(`identifiers of ${appId}`))
				.update(identifierHash, "base64")
				.digest("base64"),
	};
}

const associated = ({ table, row, column }: Cell): Buffer => Buffer.from(JSON.stringify([table, row, column]));
