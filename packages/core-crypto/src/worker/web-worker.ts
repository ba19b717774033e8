import type { Endpoint } from "comlink";
import { createWebAssemblyArgon2id } from "../argon2/web-assembly-argon2id.js";
import { noblePrimitives } from "../primitives/noble.js";
import { serveOperations } from "./serve.js";

// Script of the Web Worker. In any other scope, a page above all, everybody who can send it messages could call the operations.
const { DedicatedWorkerGlobalScope: scope } = globalThis as { DedicatedWorkerGlobalScope?: abstract new () => unknown };
if (scope && globalThis instanceof scope) {
	const primitives = { ...noblePrimitives };
	serveOperations(globalThis as unknown as Endpoint, {
		primitives,
		configure({ argon2 }) {
			if (argon2 === "wasm") primitives.argon2id = createWebAssemblyArgon2id(warn);
		},
	});
}

function warn(cause: unknown): void {
	console.warn("WebAssembly is not available: Argon2id runs in TypeScript.", cause);
}
