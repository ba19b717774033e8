import { fromBase64 } from "../../bytes.js";
import type { Vault } from "../../vault.js";
import type { Reads } from "../database.js";

/** What an installation keeps for itself, whatever becomes of its root key. */
export type InstallationSecret = "fakeSalt" | "developmentToken";

export async function readSecret(db: Reads, vault: Vault, name: InstallationSecret): Promise<Uint8Array> {
	const { value } = await db.selectFrom("meta").select("value").where("name", "=", name).executeTakeFirstOrThrow();
	const secret = fromBase64(vault.open({ table: "meta", row: name, column: "value" }, value));
	if (secret === undefined) throw new Error(`The secret ${name} of the installation is damaged`);
	return secret;
}
