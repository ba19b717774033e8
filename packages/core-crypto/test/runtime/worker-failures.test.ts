import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { rejection } from "@sentc-ts/test-world/outcome";
import { runs } from "@sentc-ts/test-world/runs";
import { describe, expect, it } from "vitest";
import type { CryptoBackend } from "../../src/crypto.js";
import { type SentcError, WorkerError } from "../../src/errors.js";
import { inline, key, script, start } from "./workers.js";

describe("a worker that does not load", () => {
	it("is an error that names the URL", async () => {
		const url = new URL("../missing.js", import.meta.url);
		const error = await rejection(start({ url }).crypto.generateRegisterData({}));
		expect(error).toBeInstanceOf(WorkerError);
		expect(error).toMatchObject({ code: "WORKER_LOAD_FAILED", status: "client_worker", cause: expect.any(Error) });
		expect((error as SentcError).errorMessage).toContain(url.href);
	});

	it("is an error when the URL is of a kind that Node has no workers for", async () => {
		const { crypto } = start({ url: new URL("https://example.org/worker.js") });
		expect(await rejection(crypto.generateRegisterData({}))).toMatchObject({
			code: "WORKER_LOAD_FAILED",
			errorMessage: expect.stringContaining("https://example.org/worker.js"),
		});
	});

	it("may be given as the text of a file URL", async () => {
		expect(await start({ url: script.href }).crypto.generateRegisterData({})).toMatchObject({
			password: expect.stringMatching(/./),
		});
	});

	it.each([
		["has a syntax error", "}"],
		["throws", 'throw new Error("broken")'],
		["ends at once", "process.exit(3)"],
	])("is an error when the script %s", async (_, code) => {
		const { crypto } = start({ factory: () => inline(code) });
		expect(await rejection(crypto.generateRegisterData({}))).toMatchObject({ code: "WORKER_LOAD_FAILED" });
	});

	it("is an error when another script answers nothing", async () => {
		const { crypto } = start({ factory: () => inline("setInterval(() => {}, 1000)"), loadTimeout: 50 });
		expect(await rejection(crypto.generateRegisterData({}))).toMatchObject({ code: "WORKER_LOAD_FAILED" });
	});

	it("leaves bytes that were given away to the caller, who needs them for another attempt", async () => {
		const { crypto } = start({ factory: () => inline("}") });
		const data = new Uint8Array(100).fill(7);
		const part = { key: { contentKey: key.symmetric }, data, isLast: true, moveData: true };
		expect(await rejection(crypto.encryptFilePart(part))).toMatchObject({ code: "WORKER_LOAD_FAILED" });
		expect(data).toEqual(new Uint8Array(100).fill(7));
	});

	it("is tried again with the next call", async () => {
		let attempts = 0;
		const factory = (): Worker => {
			attempts++;
			return attempts === 1 ? inline("}") : new Worker(script);
		};
		const { crypto } = start({ factory });
		await rejection(crypto.generateRegisterData({}));
		expect((await crypto.generateRegisterData({})).password).toMatch(/./);
	});
});

describe("a worker that ends", () => {
	// Kill after kill in the middle of calls.
	const kills = runs(50);

	it(`${kills} times in the middle of calls: every call is settled, and the next one works`, {
		timeout: 600_000,
	}, async () => {
		const { crypto, workers } = start();
		let crashed = 0;
		for (let kill = 0; kill < kills; kill++) {
			// Every fourth worker is killed while it loads, the others before or after they have begun.
			if (kill % 4 === 0) await workers.at(-1)?.terminate();
			const calls = [
				crypto.prepareRegister({ identifier: "ada", password: "a long password" }),
				crypto.encrypt({ key, data: new Uint8Array(kill * 1000) }),
				crypto.encryptString({ key, text: "hello" }),
			];
			const worker = workers.at(-1);
			if (kill % 4 > 1 && worker) await once(worker, "message");
			const [settled] = await Promise.all([Promise.allSettled(calls), worker?.terminate()]);
			for (const call of settled) {
				if (call.status === "fulfilled") continue;
				expect(call.reason).toBeInstanceOf(WorkerError);
				expect(call.reason.code).toMatch(/^WORKER_(CRASHED|LOAD_FAILED)$/);
				crashed++;
			}
			expect((await crypto.generateRegisterData({})).password).toMatch(/./);
		}
		expect(crashed).toBeGreaterThan(kills);
	});

	/** The worker's own script, which does something else when it is asked for a salt. */
	const atSalt = (code: string): Worker =>
		inline(`
			import ${JSON.stringify(script.href)};
			import { parentPort } from "node:worker_threads";
			parentPort.on("message", ({ path }) => { if (path?.[0] === "createSalt") { ${code} } });
		`);
	const salts = (crypto: CryptoBackend): Promise<unknown[]> =>
		Promise.all(
			Array.from({ length: 10 }, () => rejection(crypto.createSalt({ clientRandomValue: "", addString: "" }))),
		);

	it("is an error for every call that waits, with the cause", async () => {
		const { crypto } = start({ factory: () => atSalt('throw new Error("out of luck");') });
		await crypto.generateRegisterData({});
		for (const error of await salts(crypto)) {
			expect(error).toMatchObject({ code: "WORKER_CRASHED", cause: { message: "out of luck" } });
		}
	});

	it("is ended when it gives no answer in time", async () => {
		let attempts = 0;
		const factory = (): Worker => {
			attempts++;
			return attempts === 1 ? atSalt("for (;;);") : new Worker(script);
		};
		const { crypto } = start({ factory, timeout: 1000 });
		await crypto.generateRegisterData({});
		for (const error of await salts(crypto)) {
			expect(error).toMatchObject({ code: "WORKER_TIMEOUT", errorMessage: expect.stringContaining("1000 ms") });
		}
		expect((await crypto.generateRegisterData({})).password).toMatch(/./);
		expect(attempts).toBe(2);
	});

	it("without calls, after the idle time: the next call starts another", async () => {
		const { crypto, workers } = start({ idleTimeout: 1 });
		await crypto.generateRegisterData({});
		if (workers[0]) await once(workers[0], "exit");
		expect((await crypto.generateRegisterData({})).password).toMatch(/./);
		expect(workers).toHaveLength(2);
	});

	it("by close, with the calls that wait and those that come later", async () => {
		const { crypto, workers } = start();
		await crypto.generateRegisterData({});
		const waiting = rejection(crypto.prepareRegister({ identifier: "ada", password: "a long password" }));
		const exit = workers[0] && once(workers[0], "exit");
		await crypto.close();
		await exit;
		expect(await waiting).toMatchObject({ code: "WORKER_CLOSED" });
		expect(await rejection(crypto.generateRegisterData({}))).toMatchObject({ code: "WORKER_CLOSED" });
		expect(workers).toHaveLength(1);
	});
});
