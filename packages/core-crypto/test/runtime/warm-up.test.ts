import { spawn } from "node:child_process";
import { once } from "node:events";
import { rejection } from "@sentc-ts/test-world/outcome";
import { describe, expect, it, vi } from "vitest";
import { createInThreadBackend } from "../../src/crypto.js";
import { createDefaultBackend } from "../../src/worker/default-backend.js";
import { start } from "./workers.js";

const noWorker = (): never => {
	throw new Error("There are no workers here");
};

describe("warmUp", () => {
	it("starts the worker that runs the first call", async () => {
		const { crypto, workers } = start();
		crypto.warmUp();
		expect(workers).toHaveLength(1);
		crypto.warmUp();
		await crypto.generateRegisterData({});
		crypto.warmUp();
		expect(workers).toHaveLength(1);
	});

	it.each([
		["can't be made", { factory: noWorker }],
		["is not there", { url: new URL("../missing.js", import.meta.url) }],
	])("does not fail when the worker %s: the call does", async (_, options) => {
		const { crypto } = start(options);
		crypto.warmUp();
		expect(await rejection(crypto.generateRegisterData({}))).toMatchObject({ code: "WORKER_LOAD_FAILED" });
	});

	it("warns of nothing, also where calls will run in this thread", async () => {
		const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
		const refuse = (): never => {
			throw new DOMException("cannot be accessed from this origin", "SecurityError");
		};
		const crypto = createDefaultBackend({ factory: refuse });
		crypto.warmUp();
		createInThreadBackend().warmUp();
		expect(warn).not.toHaveBeenCalled();
		warn.mockRestore();
	});

	it("starts nothing when the backend is closed", async () => {
		const { crypto, workers } = start();
		await crypto.close();
		crypto.warmUp();
		expect(workers).toHaveLength(0);
	});

	it.each([
		["has loaded", "createDefaultBackend({}).warmUp()"],
		[
			"never answers",
			`const { Worker } = await import("node:worker_threads");
			const factory = () => new Worker("setInterval(() => {}, 1000)", { eval: true });
			createDefaultBackend({ factory, loadTimeout: Infinity }).warmUp();`,
		],
	])("keeps no script running, whether the worker %s", async (_, code) => {
		const entry = new URL("../../dist/node/index.js", import.meta.url).href;
		const script = `import { createDefaultBackend } from ${JSON.stringify(entry)};\n${code}`;
		const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
		expect(await once(child, "close")).toEqual([0, null]);
	});
});
