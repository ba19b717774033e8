import * as nodeCrypto from "node:crypto";
import { Worker } from "node:worker_threads";
import { loadReference } from "@sentc-ts/interop/reference";
import { coldStarts, startInNode } from "../cold/cold-start.js";
import { type BenchOptions, createBench } from "../operations/bench.js";
import { type Answers, stubbed } from "../operations/stub.js";
import type { Runtime } from "./runtime.js";

/** This process. */
export async function startNode(options: Pick<BenchOptions, "connection" | "small">): Promise<Runtime> {
	const stub: Answers = new Map();
	const reference = loadReference(stubbed(globalThis.fetch, stub));
	const argon2 = "argon2Sync" in nodeCrypto ? "native" : "wasm";
	const bench = await createBench({ ...options, reference, stub, argon2, workers: Worker });
	return {
		...bench,
		name: "Node",
		version: process.version.slice(1),
		coldStarts: (rounds) => coldStarts(startInNode, rounds),
	};
}
