import type { TestApi } from "@sentc-ts/test-world";
import { openDatabase } from "../../src/database/database.js";
import { rows } from "./database.js";
/** The claims of a JWT, unverified. */
export function claimsOf(jwt: string): Record<string, unknown> {
	return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
}

/** The private keys that sign JWTs, as PKCS#8. */
export async function signKeys(server: TestApi): Promise<Buffer[]> {
	const { vault, close } = await openDatabase(server.database, server.rootKey);
	const keys = rows(server, "jwtKeys").map(({ id, signKey }) =>
		Buffer.from(vault.open({ table: "jwtKeys", row: String(id), column: "signKey" }, String(signKey)), "base64"),
	);
	await close();
	return keys;
}
