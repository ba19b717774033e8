import type { Endpoint } from "comlink";
import { createWebAssemblyArgon2id } from "../argon2/web-assembly-argon2id.js";
import { type CryptoBackend, createCrypto, createInThreadBackend, type SyncCrypto, sha256 } from "../crypto.js";
import { noblePrimitives } from "../primitives/noble.js";
import { serveOperations } from "./serve.js";
import { describeError } from "./thrown.js";

// For the page of the classic script, which runs this one, too.
export { describeError, sha256 };
export const crypto: SyncCrypto = createCrypto(noblePrimitives);
export const backend: CryptoBackend = createInThreadBackend({ primitives: noblePrimitives });

// Script of the Web Worker. In any other scope, a page above all, everybody who can send it messages could call the operations.
const { DedicatedWorkerGlobalScope: scope } = globalThis as { DedicatedWorkerGlobalScope?: abstract new () => unknown };
if (scope && globalThis instanceof scope) {
	let { argon2id } = noblePrimitives;
	serveOperations(globalThis as unknown as Endpoint, {
		primitives: { ...noblePrimitives, argon2id: (...input) => argon2id(...input) },
		configure({ argon2 }) {
			if (argon2 === "wasm") argon2id = createWebAssemblyArgon2id(warn);
		},
	});
}

function warn(cause: unknown): void {
	console.warn("WebAssembly is not available: Argon2id runs in TypeScript.", cause);
}
