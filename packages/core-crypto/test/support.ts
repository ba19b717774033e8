import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CryptoBackend, createInThreadBackend } from "../src/crypto.js";
import { noblePrimitives } from "../src/primitives/noble.js";
import { createPrimitives } from "../src/primitives/node.js";
import type { Primitives } from "../src/primitives/types.js";
import { createWorkerBackend } from "../src/worker/worker-backend.js";
import type { Sources } from "./checks/check.js";

export const nodePrimitives: Primitives = createPrimitives();

export const providers: [name: string, primitives: Primitives][] = [
	["noble", noblePrimitives],
	["node", nodePrimitives],
];

/** Every path in this thread: both providers, and WebCrypto for content. */
export const backends: [name: string, backend: CryptoBackend][] = [
	["noble", createInThreadBackend({ primitives: noblePrimitives, webCrypto: false })],
	["node", createInThreadBackend({ primitives: nodePrimitives, webCrypto: false })],
	// Otherwise it would get nothing but what is large.
	["WebCrypto", createInThreadBackend({ primitives: { ...nodePrimitives, isNative: false } })],
];

/** Starts with its first call. */
export const workerBackend: CryptoBackend = createWorkerBackend();

const ownFolder = fileURLToPath(new URL("vectors", import.meta.url));
const folder = process.env["SENTC_VECTORS"] ?? ownFolder;

export const sources: Sources = {
	/** From `SENTC_VECTORS` when that is set. A missing folder or file is an error, never a skipped test. */
	vectors: (name) => loadFrom([folder, join(folder, "crypto")], name),
	/** Another vector folder may have them below `user`, `group` and `file`, or do without. */
	capture: (name) => loadFrom([...["user", "group", "file"].map((part) => join(folder, part)), ownFolder], name),
};

function loadFrom<T>(folders: string[], name: string): T {
	const path = folders.map((candidate) => join(candidate, `${name}.json`)).find(existsSync);
	if (path === undefined) throw new Error(`No ${name}.json in ${folders.join(" or ")}`);
	return JSON.parse(readFileSync(path, "utf8")) as T;
}
