// Runs in the page, which the benchmark's process drives.
import { type Bench, type BenchOptions, createBench } from "../operations/bench.js";
import { type Answers, stubbed } from "../operations/stub.js";
import { load } from "./reference.js";

export type PageOptions = Pick<BenchOptions, "connection" | "small">;

declare global {
	interface Window {
		bench: Bench;
		prepare(options: PageOptions): Promise<readonly string[]>;
	}
}

window.prepare = async (options) => {
	const stub: Answers = new Map();
	window.fetch = stubbed(window.fetch.bind(window), stub);
	const { reference } = await load();
	window.bench = await createBench({ ...options, reference, stub, argon2: "typescript", workers: Worker });
	return window.bench.names;
};
