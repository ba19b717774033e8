import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { runs } from "@sentc-ts/test-world/runs";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CryptoBackend } from "../../src/backend.js";
import { CryptoError, InvalidInput, isSentcError, type SentcError, WorkerError } from "../../src/errors.js";
import type { RawEncrypted } from "../../src/operations/types.js";
import { createWorkerBackend } from "../../src/worker/backend.js";
import { createDefaultBackend } from "../../src/worker/default-backend.js";
import { serveOperations } from "../../src/worker/serve.js";
import type { WorkerOptions } from "../../src/worker/types.js";
import { utf8 } from "../bytes.js";

const script = new URL("../../dist/worker/node-worker.js", import.meta.url);
const key = { symmetric: '{"Aes":{"key":"eKpdKXDIjeZt2MHfdvyeQDQ2pmsEvNQOZ+2dfVtVXkA=","key_id":"my-key"}}' };

const open: CryptoBackend[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((backend) => backend.close()));
});

/** A backend that is closed after the test, and every worker it started. */
function start(options: WorkerOptions = {}): { crypto: CryptoBackend; workers: Worker[] } {
	const workers: Worker[] = [];
	const factory = (): Worker => {
		const worker = new Worker(script);
		workers.push(worker);
		return worker;
	};
	const crypto = createWorkerBackend({ ...(options.url === undefined && { factory }), ...options });
	open.push(crypto);
	return { crypto, workers };
}

/** A worker that runs the text as a module. */
const inline = (code: string): Worker => new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));

/** What the promise rejects with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
	return promise.then(
		() => "no error",
		(error: unknown) => error,
	);
}

describe("results and arguments", () => {
	it("starts one worker, with the first call", async () => {
		const { crypto, workers } = start();
		expect(workers).toHaveLength(0);
		const [first, second] = await Promise.all([crypto.generateRegisterData({}), crypto.generateRegisterData({})]);
		expect(first.identifier).not.toBe(second.identifier);
		expect(workers).toHaveLength(1);
	});

	it.each(["timeout", "loadTimeout", "idleTimeout"])("InvalidInput for a wrong %s", (field) => {
		for (const value of [0, -1, Number.NaN, "10"]) {
			const create = (): unknown => createWorkerBackend({ [field]: value });
			expect(create).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field }));
		}
	});

	it("takes times that are longer than timers can be", async () => {
		const { crypto } = start({ timeout: Number.POSITIVE_INFINITY, loadTimeout: 1e12, idleTimeout: 1e12 });
		expect(await crypto.generateRegisterData({})).toMatchObject({ password: expect.stringMatching(/./) });
	});

	it("leaves the caller's bytes alone, also a part of a larger buffer", async () => {
		const { crypto } = start();
		const whole = utf8("before hello after");
		const data = whole.subarray(7, 12);
		const encrypted = await crypto.encrypt({ key, data });
		expect(whole).toEqual(utf8("before hello after"));
		expect(await crypto.decrypt({ key, data: encrypted })).toEqual({ data: utf8("hello"), signature: "none" });
		expect(encrypted.byteLength).toBeGreaterThan(0);
		const buffer = Buffer.from("hello");
		expect(await crypto.decrypt({ key, data: await crypto.encrypt({ key, data: buffer }) })).toMatchObject({
			data: utf8("hello"),
		});
		expect(buffer.toString()).toBe("hello");
	});

	it("takes views of shared memory", async () => {
		const { crypto } = start();
		const data = new Uint8Array(new SharedArrayBuffer(1000)).fill(7);
		const { data: opened } = await crypto.decrypt({ key, data: await crypto.encrypt({ key, data }) });
		expect(opened).toEqual(new Uint8Array(1000).fill(7));
	});

	it("moves the bytes of results", async () => {
		// An endpoint made by hand shows what the worker posts.
		const sent = new Promise<[message: { value?: { value: RawEncrypted } }, transfer: unknown[]]>((resolve) => {
			serveOperations({
				postMessage: (message, transfer = []) => resolve([message, transfer]),
				addEventListener: (_, listener) => {
					const argumentList = ["encryptRaw", { key, data: utf8("hello") }].map((value) => ({ type: "RAW", value }));
					const data = { id: "1", type: "APPLY", path: ["call"], argumentList };
					if (typeof listener === "function") listener({ data } as MessageEvent);
				},
				removeEventListener: () => {},
			});
		});
		const [message, transfer] = await sent;
		expect(message.value?.value.data).toBeInstanceOf(Uint8Array);
		expect(transfer).toEqual([message.value?.value.data.buffer]);
	});
});

describe("errors on their way to the caller", () => {
	it("CryptoError with code, status, message and cause", async () => {
		const { crypto } = start();
		const data = await crypto.encrypt({ key, data: utf8("hello") });
		data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
		const error = await rejection(crypto.decrypt({ key, data }));
		expect(error).toBeInstanceOf(CryptoError);
		expect(error).toMatchObject({ name: "CryptoError", code: "DECRYPTION_FAILED", status: "client_14" });
		expect(isSentcError(error)).toBe(true);
		expect(JSON.parse(String(error))).toMatchObject({ status: "client_14" });
	});

	it("the cause of a CryptoError", async () => {
		const { crypto } = start();
		const zero = `-----BEGIN PUBLIC KEY-----\n${btoa("\0".repeat(32))}\n-----END PUBLIC KEY-----\n`;
		const publicKey = JSON.stringify({ public_key_pem: zero, public_key_alg: "ECIES-ed25519", public_key_id: "id" });
		const error = await rejection(crypto.encrypt({ key: { publicKey }, data: utf8("hello") }));
		expect(error).toMatchObject({ code: "ENCRYPTION_FAILED", cause: expect.any(Error) });
		expect((error as Error).cause).toMatchObject({ message: expect.stringMatching(/./) });
	});

	it("InvalidInput with its field", async () => {
		const { crypto } = start();
		const error = await rejection(crypto.encryptString({ key, text: 1 as never }));
		expect(error).toBeInstanceOf(InvalidInput);
		expect(error).toMatchObject({ code: "INVALID_INPUT", field: "text" });
		expect((error as SentcError).errorMessage).toMatch(/^text must/);
	});

	it.each([
		["nothing", undefined, "input"],
		["a number", 5, "input"],
		["a function", { key, text: () => "hello" }, "input"],
	])("InvalidInput for %s as the input", async (_, input, field) => {
		const { crypto } = start();
		expect(await rejection(crypto.encryptString(input as never))).toMatchObject({ code: "INVALID_INPUT", field });
		expect(await crypto.encryptString({ key, text: "still there" })).toMatch(/./);
	});
});

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
			const [, ...errors] = await Promise.all([worker?.terminate(), ...calls.map(rejection)]);
			for (const error of errors) {
				if (error === "no error") continue;
				expect(error).toBeInstanceOf(WorkerError);
				expect((error as WorkerError).code).toMatch(/^WORKER_(CRASHED|LOAD_FAILED)$/);
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
			parentPort.on("message", ({ argumentList }) => { if (argumentList[0]?.value === "createSalt") { ${code} } });
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

describe("clear", () => {
	it("reaches the worker and starts none", async () => {
		const { crypto, workers } = start();
		await crypto.clear();
		expect(workers).toHaveLength(0);
		await crypto.generateRegisterData({});
		const answered = workers[0] && once(workers[0], "message");
		await crypto.clear();
		await answered;
	});

	it("does not fail when the worker ends", async () => {
		const { crypto, workers } = start();
		await crypto.generateRegisterData({});
		const cleared = crypto.clear();
		void workers[0]?.terminate();
		expect(await cleared).toBeUndefined();
	});
});

describe("the default backend", () => {
	/** What a browser throws for a script of another origin. */
	const refuse = (): never => {
		throw new DOMException("cannot be accessed from this origin", "SecurityError");
	};

	it("runs in this thread, after one warning, when the worker may not be made", async () => {
		const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
		const crypto = createDefaultBackend({ factory: refuse });
		const texts = await Promise.all(["a", "b", "c"].map((text) => crypto.encryptString({ key, text })));
		expect(await crypto.decryptString({ key, text: texts[0] ?? "" })).toMatchObject({ text: "a" });
		expect(warn).toHaveBeenCalledTimes(1);
		await crypto.clear();
		await crypto.close();
		warn.mockRestore();
	});

	it("does not hide that a chosen worker is missing", async () => {
		const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
		const crypto = createDefaultBackend({ url: new URL("../missing.js", import.meta.url) });
		expect(await rejection(crypto.generateRegisterData({}))).toMatchObject({ code: "WORKER_LOAD_FAILED" });
		expect(warn).not.toHaveBeenCalled();
		warn.mockRestore();
	});

	it("passes errors of operations on", async () => {
		const crypto = createDefaultBackend();
		open.push(crypto);
		const wrong = crypto.decryptString({ key, text: "AAAA" });
		expect(await rejection(wrong)).toBeInstanceOf(CryptoError);
	});
});

it("a script that used a worker ends by itself, and one that waits for it does not end too early", async () => {
	const code = `
		import { createWorkerBackend } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
		const { password } = await createWorkerBackend().generateRegisterData({});
		createWorkerBackend().prepareRegister({ identifier: "ada", password }).then(() => console.log("done"));
	`;
	const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
		cwd: fileURLToPath(new URL(".", import.meta.url)),
	});
	let output = "";
	child.stdout.on("data", (chunk) => {
		output += String(chunk);
	});
	child.stderr.pipe(process.stderr);
	const [exitCode] = await once(child, "close");
	expect([output, exitCode]).toEqual(["done\n", 0]);
});
