import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { rejection } from "@sentc-ts/test-world/outcome";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CryptoError, InvalidInput, isSentcError, type SentcError } from "../../src/errors.js";
import type { RawEncrypted } from "../../src/index.js";
import { createDefaultBackend } from "../../src/worker/default-backend.js";
import { serveOperations } from "../../src/worker/serve.js";
import { createWorkerBackend } from "../../src/worker/worker-backend.js";
import { utf8 } from "../bytes.js";
import { key, start } from "./workers.js";

describe("results and arguments", () => {
	it("starts one worker, with the first call", async () => {
		const { crypto, workers } = start();
		expect(workers).toHaveLength(0);
		const [first, second] = await Promise.all([crypto.generateRegisterData({}), crypto.generateRegisterData({})]);
		expect(first.identifier).not.toBe(second.identifier);
		expect(workers).toHaveLength(1);
	});

	it.each(["timeout", "loadTimeout", "idleTimeout", "argon2"])("InvalidInput for a wrong %s", (field) => {
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

	it("moves bytes that the caller gives away, unless others are beside them", async () => {
		const { crypto } = start();
		const part = { key: { contentKey: key.symmetric }, isLast: true };
		await crypto.generateRegisterData({});
		const given = utf8("hello");
		const { part: encrypted } = await crypto.encryptFilePart({ ...part, data: given, moveData: true });
		expect(given).toHaveLength(0);
		const whole = utf8("before hello after");
		await crypto.encryptFilePart({ ...part, data: whole.subarray(7, 12), moveData: true });
		expect(whole).toEqual(utf8("before hello after"));
		const opened = await crypto.decryptFilePart({ key: part.key, data: encrypted });
		expect(opened.data).toEqual(utf8("hello"));
		expect(encrypted.byteLength).toBeGreaterThan(0);
	});

	it("takes views of shared memory", async () => {
		const { crypto } = start();
		const data = new Uint8Array(new SharedArrayBuffer(1000)).fill(7);
		const { data: opened } = await crypto.decrypt({ key, data: await crypto.encrypt({ key, data }) });
		expect(opened).toEqual(new Uint8Array(1000).fill(7));
	});

	it("moves the bytes of results", async () => {
		// An endpoint made by hand shows what the worker posts.
		const sent = new Promise<[message: { value?: RawEncrypted }, transfer: unknown[]]>((resolve) => {
			serveOperations({
				postMessage: (message, transfer = []) => resolve([message, transfer]),
				addEventListener: (_, listener) => {
					const argumentList = [{ type: "RAW", value: { key, data: utf8("hello") } }];
					const data = { id: "1", type: "APPLY", path: ["encryptRaw"], argumentList };
					if (typeof listener === "function") listener({ data } as MessageEvent);
				},
				removeEventListener: () => {},
			});
		});
		const [message, transfer] = await sent;
		expect(message.value?.data).toBeInstanceOf(Uint8Array);
		expect(transfer).toEqual([message.value?.data.buffer]);
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
		expect(await crypto.encryptString({ key, text: "needs no worker" })).toMatch(/./);
		expect(warn).not.toHaveBeenCalled();
		const made = await Promise.all([1, 2, 3].map(() => crypto.generateContentKey({ masterKey: key })));
		for (const { encryptedKey } of made)
			expect(await crypto.openContentKey({ masterKey: key, encryptedKey })).toMatch(/./);
		expect(warn).toHaveBeenCalledTimes(1);
		await crypto.clear();
		await crypto.close();
		warn.mockRestore();
	});

	it("does not hide that a chosen worker is missing", async () => {
		const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
		const crypto = createDefaultBackend({ url: new URL("../missing.js", import.meta.url) });
		expect(await rejection(crypto.prepareRegister({ identifier: "ada", password: "a long password" }))).toMatchObject({
			code: "WORKER_LOAD_FAILED",
		});
		expect(warn).not.toHaveBeenCalled();
		warn.mockRestore();
	});

	it("passes errors of operations on", async () => {
		const crypto = createDefaultBackend();
		onTestFinished(() => crypto.close());
		const wrong = [
			crypto.decryptString({ key, text: "AAAA" }),
			crypto.openContentKey({ masterKey: key, encryptedKey: "AAAA" }),
		];
		for (const call of wrong) expect(await rejection(call)).toBeInstanceOf(CryptoError);
	});
});

it("a script that used a worker ends by itself, and one that waits for it does not end too early", async () => {
	const code = `
		import { createWorkerBackend } from ${JSON.stringify(new URL("../../dist/node/index.js", import.meta.url).href)};
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
