import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { type CryptoBackend, createInThreadBackend } from "../src/backend.js";
import { isSentcError } from "../src/errors.js";
import { noblePrimitives } from "../src/primitives/noble.js";
import { createPrimitives } from "../src/primitives/node.js";
import type { Primitives } from "../src/primitives/types.js";
import { expectedStatus } from "./reference-deviations.js";

export const nodePrimitives: Primitives = createPrimitives();

export const providers: [name: string, primitives: Primitives][] = [
	["noble", noblePrimitives],
	["node", nodePrimitives],
];

/** Every path that code can take: both providers, and WebCrypto for content. */
export const backends: [name: string, backend: CryptoBackend][] = [
	["noble", createInThreadBackend({ primitives: noblePrimitives, webCrypto: false })],
	["node", createInThreadBackend({ primitives: nodePrimitives, webCrypto: false })],
	["WebCrypto", createInThreadBackend({ primitives: nodePrimitives })],
];

/** Without the path that differs for content only. */
export const plainBackends: typeof backends = backends.slice(0, 2);

const ownFolder = fileURLToPath(new URL("vectors", import.meta.url));
const folder = process.env["SENTC_VECTORS"] ?? ownFolder;

/** A vector file, from `SENTC_VECTORS` when that is set. A missing folder or file is an error, never a skipped test. */
export function loadVectors<T>(name: string): T {
	return loadFrom<T>([folder, join(folder, "crypto")], name);
}

/** A recorded exchange with a server; another vector folder may do without a `user` folder. */
export function loadCapture<T>(name: string): T {
	const other = join(folder, "user");
	return loadFrom<T>([existsSync(other) ? other : ownFolder], name);
}

function loadFrom<T>(folders: string[], name: string): T {
	const path = folders.map((candidate) => join(candidate, `${name}.json`)).find(existsSync);
	if (path === undefined) throw new Error(`No ${name}.json in ${folders.join(" or ")}`);
	return JSON.parse(readFileSync(path, "utf8")) as T;
}

/** Rows of a table: an empty one would prove nothing. */
export function rows<T>(table: T[] | undefined): T[] {
	if (table === undefined || table.length === 0) throw new Error("The vector table is missing or empty");
	return table;
}

export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
export const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s/g, ""), "hex"));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The `key_id` inside a key string. */
export function keyId(keyString: string): string {
	const [members] = Object.values<{ key_id: string }>(JSON.parse(keyString));
	if (members === undefined) throw new Error("Not a key string");
	return members.key_id;
}

/** The promise fails with a typed error of the status that the reference client gave. */
export async function expectReferenceError(result: Promise<unknown>, referenceError: string): Promise<void> {
	const error: unknown = await result.then(
		() => "no error",
		(reason) => reason,
	);
	if (!isSentcError(error)) throw new Error(`Expected ${referenceError}, got ${String(error)}`, { cause: error });
	expect(error.status).toEqual(expectedStatus(referenceError));
	expect(JSON.parse(String(error))).toEqual({ status: error.status, error_message: error.errorMessage });
}
