import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestApi } from "@sentc-ts/test-world";
import { Secret } from "otpauth";

// What a database leaves on the disk, and how a secret would look in it.

/** All bytes that the database left on the disk. */
export function filesOf({ database }: Pick<TestApi, "database">): Buffer {
	const folder = dirname(database);
	return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

/** A secret in each form in which it could have been written. */
export function forms(secret: string | Buffer): Buffer[] {
	const bytes = typeof secret === "string" ? Buffer.from(secret, "base64") : secret;
	const texts = (["base64", "base64url", "hex"] as const).map((encoding) => bytes.toString(encoding));
	return [
		bytes,
		...texts.map((text) => Buffer.from(text)),
		...(typeof secret === "string" ? [Buffer.from(secret)] : []),
	];
}

/** Base32 texts, and the bytes that they stand for. */
export const base32Forms = (texts: readonly string[]) =>
	texts.flatMap((text) => [Buffer.from(text), Buffer.from(Secret.fromBase32(text).bytes)]);
