import { rmSync } from "node:fs";
import { addRootKey, removeRootKeys } from "../database/data-key.js";
import type { Database } from "../database/database.js";
import { ApiStartError } from "../errors.js";
import { createRootKeyFile, replaceRootKeyFile } from "../root-key.js";
import type { Run } from "./arguments.js";
import { withDatabase } from "./storage.js";

/**
 * Changes the root key. Wherever this is killed, what the root key file (or `SENTC_ROOT_KEY`) holds at that moment opens the
 * database: the new key opens it before it is put in place, and the old one until that is done.
 */
export const rotate: Run = async function* (settings) {
	const { "root-key-file": file } = settings;
	const inFile = !process.env["SENTC_ROOT_KEY"];
	const newFile = inFile ? `${file}.new` : file;
	await withDatabase(settings, "existing", async (database, rootKey) => {
		const former = await addNewKey(database, rootKey, newFile, () => inFile && replaceRootKeyFile(newFile, file));
		await database.transaction((db) => removeRootKeys(db, former));
	});
	const next = inFile ? "" : " Unset SENTC_ROOT_KEY, or set it to the text of that file.";
	const note = "The new root key is in this file; the one before opens only copies of the database made before.";
	yield { root_key_file: file, note: note + next };
};

/** Makes a key that opens the database, too, and puts its file in place: both or neither. Returns the ids of those before. */
async function addNewKey(
	{ transaction }: Database,
	rootKey: Uint8Array,
	newFile: string,
	putInPlace: () => unknown,
): Promise<string[]> {
	const newKey = createNewFile(newFile);
	let added: string[] = [];
	try {
		const ids = await transaction((db) => addRootKey(db, rootKey, newKey));
		added = [ids.added];
		putInPlace();
		return ids.former;
	} catch (cause) {
		await transaction((db) => removeRootKeys(db, added));
		rmSync(newFile, { force: true });
		throw refusal("The root key stays as it was: the new one cannot be put in place", cause);
	}
}

function createNewFile(file: string): Uint8Array {
	try {
		return createRootKeyFile(file);
	} catch (cause) {
		throw refusal(
			codeOf(cause) === "EEXIST"
				? `There is a file ${file} already: name another one with --root-key-file; or, if a change of the root key was killed, delete this one, which nothing uses`
				: `The file ${file} cannot be made`,
			cause,
		);
	}
}

const refusal = (message: string, cause: unknown) =>
	new ApiStartError("CONFIG_INVALID", `${message} (${codeOf(cause)}).`, cause);

const codeOf = (cause: unknown): unknown => (cause as { code?: unknown }).code ?? String(cause);
