import { type CryptoBackend, createCrypto, createDefaultBackend, createInThreadBackend } from "@sentc-ts/core-crypto";
import { createPrimitives } from "@sentc-ts/core-crypto/primitives/noble";
import type { Reference } from "@sentc-ts/interop/reference";
import { compare, type Effort, quantile, type Times } from "../measure.js";
import { createAccount } from "./account.js";
import { accountOperations, type Connection, loginOperation } from "./accounts.js";
import { longestTask } from "./blocked.js";
import { contentOperations } from "./content.js";
import { groupOperations } from "./groups.js";
import { type Argon2, type Goal, hasWorkers, type Operation, type Side, type Tools, type Way } from "./operation.js";
import { searchOperations } from "./search.js";
import type { Answers } from "./stub.js";

/** What one of our ways to do it took. */
interface Measured extends Times {
	readonly way: Way;
	readonly goal?: Goal;
	/** As a share of what the reference client took. Below 1: ours is faster. */
	readonly ratio: number;
	/** Longest task on the calling thread while it ran, ms; where there is a promise. */
	readonly blocked?: number;
	/** Messages to workers; where there is a promise. */
	readonly workerCalls?: number;
}

export interface Outcome {
	readonly name: string;
	readonly reference: Times;
	readonly ours: readonly Measured[];
}

/** All operations in one runtime. */
export interface Bench {
	readonly names: readonly string[];
	run(name: string, effort: Effort): Promise<Outcome>;
	close(): Promise<void>;
}

export interface BenchOptions {
	readonly reference: Reference;
	/** What the reference client's `fetch` answers ({@link stubbed}). */
	readonly stub: Answers;
	readonly connection: Connection;
	readonly argon2: Argon2;
	/** Small groups and little data, to see that it runs: names tell what it is else. */
	readonly small: boolean;
	/** The class of workers, whose messages are counted. */
	readonly workers: { readonly prototype: { postMessage(...message: never[]): void } };
}

export async function createBench(options: BenchOptions): Promise<Bench> {
	const { argon2, connection, reference, small, stub, workers } = options;
	const backend = createDefaultBackend();
	const wasm = createDefaultBackend({ argon2: "wasm" });
	const pure = createInThreadBackend({ primitives: createPrimitives(), webCrypto: false });
	const tools: Tools = { crypto: createCrypto(), backend, wasm, pure, reference, stub };
	const account = createAccount(tools.crypto);
	const operations: Operation[] = [
		...accountOperations(tools, account, argon2),
		await loginOperation(tools, connection),
		...groupOperations(tools, account, small ? 20 : 1000),
		...contentOperations(tools, account, small ? 1024 : Number.POSITIVE_INFINITY),
		...searchOperations(tools),
	];
	const sent = countMessages(workers);
	return {
		names: operations.map(({ name }) => name),
		async run(name, effort) {
			const operation = operations.find((each) => each.name === name);
			if (!operation) throw new Error(`There is no operation called ${name}`);
			return runOperation(operation, effort, sent);
		},
		close: () => closeAll([backend, wasm, pure]),
	};
}

async function runOperation(operation: Operation, effort: Effort, sent: () => number): Promise<Outcome> {
	const { name, ours } = operation;
	const compared = await compare([...ours.map(({ run }) => run), operation.reference], effort);
	const [last] = compared.slice(-1);
	if (!last) throw new Error("Nothing was measured");
	const measured: Measured[] = [];
	for (const [index, side] of ours.entries()) {
		const times = compared[index] ?? last;
		const watched = hasWorkers(side.way) ? await watch(side, effort, sent) : {};
		measured.push({ way: side.way, ...(side.goal && { goal: side.goal }), ...times, ...watched });
	}
	const { ratio: _, ...reference } = last;
	return { name, reference, ours: measured };
}

/** The median of a few runs: a busy machine interrupts now and then. */
async function watch(
	{ run }: Side,
	{ least }: Effort,
	sent: () => number,
): Promise<Pick<Measured, "blocked" | "workerCalls">> {
	const longest: number[] = [];
	const rounds = Math.min(least, 3);
	const before = sent();
	for (let round = 0; round < rounds; round++) longest.push(await longestTask(run));
	const workerCalls = (sent() - before) / rounds;
	return { blocked: quantile(longest, 0.5), workerCalls };
}

function countMessages({ prototype }: BenchOptions["workers"]): () => number {
	const { postMessage } = prototype;
	let count = 0;
	prototype.postMessage = function (this: unknown, ...message) {
		count += 1;
		return postMessage.apply(this, message);
	};
	return () => count;
}

async function closeAll(backends: readonly CryptoBackend[]): Promise<void> {
	for (const backend of backends) await backend.close();
}
