import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { PASSWORD, rejection, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import {
	createSentc,
	type SentcClient,
	WorkerError,
	type WorkerErrorCode,
	type WorkerOptions,
} from "../../src/index.js";
import { factoryOf, script, startsWorker } from "./workers.js";

const api = await startApi();
afterAll(() => api.close());

const prepare = (sentc: SentcClient): Promise<string> => sentc.prepareRegisterAsync("ada", PASSWORD);

describe("the cryptography of the asynchronous functions", () => {
	it("runs in a worker, which starts with the first call", async () => {
		const sentc = createSentc(api);
		expect(await startsWorker(async () => sentc.prepareRegister("ada", PASSWORD))).toBe(false);
		expect(await startsWorker(() => prepare(sentc))).toBe(true);
		expect(await startsWorker(() => sentc.init())).toBe(false);
		expect(await startsWorker(() => prepare(sentc))).toBe(false);
		await sentc.close();
	});

	it("runs in a worker, which init starts", async () => {
		const { factory, workers } = factoryOf();
		const sentc = createSentc({ ...api, worker: { factory } });
		await sentc.init();
		expect(workers).toHaveLength(1);
		await prepare(sentc);
		expect(workers).toHaveLength(1);
		await sentc.close();
	});

	it("init goes on without the worker: the call says what is wrong", async () => {
		const sentc = createSentc({ ...api, worker: { url: new URL("./missing.js", script) } });
		expect(await sentc.init()).toBeUndefined();
		expect(await rejection(prepare(sentc))).toMatchObject({ code: "WORKER_LOAD_FAILED" });
		await sentc.close();
	});

	it("init starts nothing where there shall be no worker", async () => {
		const sentc = createSentc({ ...api, worker: false });
		await sentc.init();
		expect(await startsWorker(() => prepare(sentc))).toBe(false);
	});

	it.each([
		["createSentc", (worker: false | WorkerOptions) => createSentc({ ...api, worker })],
		[
			"init",
			async (worker: false | WorkerOptions) => {
				const sentc = createSentc({ ...api, worker: {} });
				await sentc.init({ worker });
				return sentc;
			},
		],
	])("runs where %s says", async (_, create) => {
		const inThread = await create(false);
		expect(await startsWorker(() => prepare(inThread))).toBe(false);
		const { factory, workers } = factoryOf();
		const own = await create({ factory });
		await prepare(own);
		expect(workers).toHaveLength(1);
		const byUrl = await create({ url: script });
		expect(await startsWorker(() => prepare(byUrl))).toBe(true);
		await Promise.all([inThread, own, byUrl].map((sentc) => sentc.close()));
	});

	it.each([
		["worker", true],
		["worker", null],
		["worker.url", { url: 1 }],
		["worker.factory", { factory: "worker.js" }],
	])("is InvalidInput for a wrong %s: %j", async (field, worker) => {
		const options = { worker: worker as never };
		expect(await rejection(createSentc(api).init(options))).toMatchObject({ code: "INVALID_INPUT", field });
		expect(() => createSentc(options).prepareRegister("ada", PASSWORD)).toThrow(expect.objectContaining({ field }));
	});
});

describe("when the worker ends", () => {
	it("calls get a typed error, and the next ones work", async () => {
		const { factory, workers } = factoryOf();
		const { sentc, user } = await signUp(api, { worker: { factory } });
		const interrupted = rejection(user.prepareGroupCreateAsync(true));
		void workers[0]?.terminate();
		const error = await interrupted;
		const code: WorkerErrorCode = "WORKER_CRASHED";
		expect(error).toBeInstanceOf(WorkerError);
		expect(error).toMatchObject({ code, status: "client_worker" });
		const group = await user.getGroup(await user.createGroup());
		expect(await group.decryptString(await group.encryptString("hello"))).toBe("hello");
		expect(workers).toHaveLength(2);
		await sentc.close();
	});

	it("by close, later calls get a typed error; synchronous functions go on", async () => {
		const { factory, workers } = factoryOf();
		const { sentc } = await signUp(api, { worker: { factory } });
		const ended = workers[0] && once(workers[0], "exit");
		await sentc.close();
		await ended;
		expect(await rejection(prepare(sentc))).toMatchObject({ code: "WORKER_CLOSED" });
		expect(JSON.parse(sentc.prepareRegister("ada", PASSWORD))).toHaveProperty("device");
		expect(workers).toHaveLength(1);
	});

	it("close before the first call does nothing", async () => {
		expect(await createSentc(api).close()).toBeUndefined();
	});
});

it("logOut has the worker forget its keys", async () => {
	const calls: string[] = [];
	class Watched extends Worker {
		override postMessage(message: unknown, transfer?: ArrayBuffer[]): void {
			calls.push(JSON.stringify(message));
			super.postMessage(message, transfer);
		}
	}
	const { sentc, user } = await signUp(api, { worker: { factory: () => new Watched(script) } });
	expect(calls.join()).not.toContain('"clear"');
	await user.logOut();
	expect(calls.at(-1)).toContain('"clear"');
	await sentc.close();
});
