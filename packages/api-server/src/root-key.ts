import { hkdfSync, randomBytes } from "node:crypto";
import {
	chownSync,
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { fromBase64, toBase64 } from "./bytes.js";
import { ApiStartError } from "./errors.js";

const ROOT_KEY_BYTES = 32;

/** A new root key: 32 random bytes. */
export function generateRootKey(): Uint8Array {
	return new Uint8Array(randomBytes(ROOT_KEY_BYTES));
}

/**
 * Reads a root key from text.
 *
 * @param text base64 of 32 bytes
 * @param source where the text comes from, for the error message
 * @throws ApiStartError `ROOT_KEY_INVALID`
 */
export function parseRootKey(text: string, source: string): Uint8Array {
	const key = fromBase64(text.trim());
	if (key === undefined || key.length !== ROOT_KEY_BYTES) {
		throw new ApiStartError("ROOT_KEY_INVALID", `${source} does not hold a root key (base64 of 32 bytes).`);
	}
	return key;
}

/**
 * Reads the root key file, which nobody but its owner may be able to read. A missing file is created (mode 0600) only when
 * there is no database yet: a second key could not open what the first one sealed.
 *
 * @param options.file path of the key file
 * @param options.database path of the database file
 * @throws ApiStartError `ROOT_KEY_MISSING`, `ROOT_KEY_EXPOSED`, `ROOT_KEY_INVALID`
 */
export function loadRootKey({ file, database }: { file: string; database: string }): Uint8Array {
	if (!existsSync(file) && existsSync(database)) {
		throw new ApiStartError(
			"ROOT_KEY_MISSING",
			`The database ${database} exists, but its root key file ${file} does not: restore that file.`,
		);
	}
	try {
		return existsSync(file) ? readRootKey(file) : createRootKeyFile(file);
	} catch (cause) {
		if (cause instanceof ApiStartError) throw cause;
		const reason = (cause as NodeJS.ErrnoException).code;
		throw new ApiStartError("ROOT_KEY_MISSING", `The root key file ${file} cannot be used: ${reason}.`, cause);
	}
}

function readRootKey(file: string): Uint8Array {
	const text = readFileSync(file, "utf8");
	const mode = statSync(file).mode & 0o777;
	if (process.platform !== "win32" && (mode & 0o077) !== 0) {
		throw new ApiStartError(
			"ROOT_KEY_EXPOSED",
			`The root key file ${file} is open to other users (mode ${mode.toString(8)}): close it with chmod 600 ${file}.`,
		);
	}
	return parseRootKey(text, file);
}

/** Makes a root key and the file that holds it, on the disk when this returns; fails when the file exists. */
export function createRootKeyFile(file: string): Uint8Array {
	const key = generateRootKey();
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	writeFileSync(file, `${toBase64(key)}\n`, { mode: 0o600, flag: "wx", flush: true });
	flushFolder(file);
	return key;
}

/** Puts a root key file in the place of another one of the same owner, at once, and on the disk when this returns. */
export function replaceRootKeyFile(newFile: string, file: string): void {
	const { uid, gid } = statSync(file);
	chownSync(newFile, uid, gid);
	renameSync(newFile, file);
	flushFolder(file);
}

/** Where the system can't, the name is on the disk a little later. */
function flushFolder(file: string): void {
	try {
		const folder = openSync(dirname(file), "r");
		fsyncSync(folder);
		closeSync(folder);
	} catch {
		// Windows opens no folders, and some file systems flush none.
	}
}

/** Derives a secret for one purpose from another secret (HKDF-SHA256, RFC 5869, no salt). */
export function deriveSecret(secret: Uint8Array, purpose: string, length: number): Uint8Array {
	return new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), `sentc-ts ${purpose}`, length));
}
