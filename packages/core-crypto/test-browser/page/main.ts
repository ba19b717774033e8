/// <reference types="vite/client" />
// What an app gets: the built package, whose worker the bundler finds by itself.
import { type CryptoBackend, createInThreadBackend, createWorkerBackend, isSentcError } from "@sentc-ts/core-crypto";
import { noblePrimitives } from "@sentc-ts/core-crypto/primitives/noble";
import { allChecks } from "../../test/checks/all.js";
import type { Check, Sources } from "../../test/checks/check.js";
import { passwordChecks } from "../../test/checks/password.js";

const files = import.meta.glob<unknown>("../../test/vectors/*.json", { eager: true, import: "default" });

function load<T>(name: string): T {
	const file = files[`../../test/vectors/${name}.json`];
	if (file === undefined) throw new Error(`No ${name}.json`);
	return file as T;
}

const sources: Sources = { vectors: load, capture: load };

/** What became of a check: nothing, or its error. */
export type Results = Record<string, string | null>;

/** An error as it arrived in the page. */
interface Failure {
	typed: boolean;
	code?: string;
	errorMessage?: string;
}

/** What the test calls. */
interface Page {
	run(where: "thread" | "worker", names: readonly string[]): Promise<Results>;
	/** Runs the checks that derive keys from a password, in a worker that uses WebAssembly for that if it may. */
	deriveByWebAssembly(): Promise<Results>;
	/** Runs these checks in the page. @returns which primitives of the curves were called: WebCrypto had no answer */
	callsOfCurves(names: readonly string[]): Promise<string[]>;
	/** Uses a worker with this script. @param loadTimeout ms */
	load(url: string, loadTimeout: number): Promise<Failure | "loaded">;
	/** Does the policy of the page let text be run as code? */
	evaluatesText(): Promise<boolean>;
	violations: string[];
}

declare global {
	interface Window {
		page: Page;
	}
}

const violations: string[] = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
	violations.push(`${violatedDirective}: ${blockedURI}`);
});

async function runChecks(crypto: CryptoBackend, checks: readonly Check[]): Promise<Results> {
	const results: Results = {};
	for (const { name, run } of checks) {
		results[name] = await run(crypto).then(
			() => null,
			(error: unknown) => String(error),
		);
	}
	await crypto.close();
	return results;
}

const checksOf = (names: readonly string[]): Check[] => allChecks(sources).filter(({ name }) => names.includes(name));

window.page = {
	run: (where, names) =>
		runChecks(where === "worker" ? createWorkerBackend() : createInThreadBackend(), checksOf(names)),
	async callsOfCurves(names) {
		const called: string[] = [];
		const told = Object.entries(noblePrimitives).map(([name, value]) => {
			if (typeof value !== "function" || !name.includes("25519")) return [name, value];
			const run = value as (...input: unknown[]) => unknown;
			const telling = (...input: unknown[]): unknown => {
				called.push(name);
				return run(...input);
			};
			return [name, telling];
		});
		const results = await runChecks(createInThreadBackend({ primitives: Object.fromEntries(told) }), checksOf(names));
		return [...called, ...Object.values(results).filter((error) => error !== null)];
	},
	deriveByWebAssembly: () => runChecks(createWorkerBackend({ argon2: "wasm" }), passwordChecks(sources)),
	async load(url, loadTimeout) {
		const crypto = createWorkerBackend({ url, loadTimeout });
		try {
			await crypto.generateRegisterData({});
			return "loaded";
		} catch (error) {
			if (!isSentcError(error)) return { typed: false };
			return { typed: true, code: error.code, errorMessage: error.errorMessage };
		} finally {
			await crypto.close();
		}
	},
	async evaluatesText() {
		// What a debugger calls is exempt from the policy; what a timer calls isn't.
		await new Promise((resolve) => setTimeout(resolve, 0));
		try {
			return new Function("return true")() === true;
		} catch {
			return false;
		}
	},
	violations,
};
