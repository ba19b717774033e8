import { hkdfSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
 * Reads the root key file. A missing file is created (mode 0600) only when there is no database yet: a second key could
 * not open what the first one sealed.
 *
 * @param options.file path of the key file
 * @param options.database path of the database file
 * @throws ApiStartError `ROOT_KEY_MISSING`, `ROOT_KEY_INVALID`
 */
export function loadRootKey({ file, database }: { file: string; database: string }): Uint8Array {
	if (!existsSync(file) && existsSync(database)) {
		throw new ApiStartError(
			"ROOT_KEY_MISSING",
			`The database ${database} exists, but its root key file ${file} does not: restore that file.`,
		);
	}
	try {
		return existsSync(file) ? parseRootKey(readFileSync(file, "utf8"), file) : createRootKey(file);
	} catch (cause) {
		if (cause instanceof ApiStartError) throw cause;
		const reason = (cause as NodeJS.ErrnoException).code;
		throw new ApiStartError("ROOT_KEY_MISSING", `The root key file ${file} cannot be used: ${reason}.`, cause);
	}
}

function createRootKey(file: string): Uint8Array {
	const key = generateRootKey();
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	writeFileSync(file, `${toBase64(key)}\n`, { mode: 0o600, flag: "wx" });
	return key;
}

/** Derives a secret for one purpose from another secret (HKDF-SHA256, RFC 5869, no salt). */
export function deriveSecret(secret: Uint8Array, purpose: string, length: number): Uint8Array {
	return new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), `sentc-ts ${purpose}`, length));
}
