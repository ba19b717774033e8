import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { rejection } from "@sentc-ts/test-world/outcome";
import { describe, expect, it } from "vitest";
import { createCrypto } from "../../src/crypto.js";
import { WorkerError } from "../../src/errors.js";
import type { SealedHmacKey } from "../../src/index.js";
import { createWorkerBackend } from "../../src/worker/worker-backend.js";
import { inline, key, script, start } from "./workers.js";

const inThread = createCrypto();
const groupKey = key.symmetric;

/** Searchable keys of a group, of which some don't open. They cost little. */
const sealedKeys = (count: number): SealedHmacKey[] =>
	Array.from({ length: count }, (_, index) => ({
		groupKey,
		hmacKey: {
			id: `key ${index}`,
			encrypted_hmac_encryption_key_id: "my-key",
			encrypted_hmac_alg: index % 7 === 3 ? "another" : "HMAC-SHA256",
			encrypted_hmac_key: sealed(index),
			time: index,
		},
	}));

function sealed(index: number): string {
	const data = new Uint8Array(32).fill(index);
	return Buffer.from(inThread.encryptRaw({ key, data }).data).toString("base64");
}

const long = sealedKeys(400);
/** What keeps a worker busy for a moment. */
const password = { identifier: "ada", password: "a long password" };

describe("a pool of workers", () => {
	it("opens a long list as one thread does, in the same order", async () => {
		const { crypto, workers } = start({ workers: 3 });
		expect(await crypto.openHmacKeys({ keys: long })).toEqual(inThread.openHmacKeys({ keys: long }));
		expect(workers).toHaveLength(3);
	});

	it("wraps keys for a member in the same order", async () => {
		const { crypto } = start({ workers: 2 });
		const { device } = inThread.prepareRegister(password);
		const { keypair_encrypt_alg: algorithm, public_key: publicKeyString } = device.derived;
		const groupKeys = Array.from({ length: 150 }, (_, index) => groupKey.replace("my-key", `key ${index}`));
		const publicKey = inThread.exportPublicKey({ publicKeyString, algorithm, id: "device" });
		const wrapped = await crypto.prepareKeysForNewMember({ publicKey, groupKeys, rank: 2, keySession: true });
		expect(wrapped.keys.map((wrappedKey) => wrappedKey.key_id)).toEqual(groupKeys.map((_, index) => `key ${index}`));
		expect(wrapped).toMatchObject({ rank: 2, key_session: true });
		const recipients = groupKeys.map(() => ({ publicKeyString, algorithm }));
		recipients[140] = { publicKeyString: "none", algorithm };
		const answers = await crypto.encryptEphemeralKeys({ encryptedEphemeralKey: sealed(1), recipients });
		expect(answers.map(({ error }) => error !== null)).toEqual(groupKeys.map((_, index) => index === 140));
	});

	it("has the error of one thread for a wrong item", async () => {
		const { crypto } = start({ workers: 2 });
		const keys = long.with(300, { groupKey: 5 as never, hmacKey: (long[0] as SealedHmacKey).hmacKey });
		const error = await rejection(crypto.openHmacKeys({ keys }));
		expect(error).toMatchObject({ code: "INVALID_INPUT", field: "keys.300.groupKey" });
		expect(await crypto.openHmacKeys({ keys: long })).toEqual(inThread.openHmacKeys({ keys: long }));
	});

	it("starts no second worker for a short list, nor where there may be one only", async () => {
		const { crypto, workers } = start({ workers: 4 });
		await crypto.openHmacKeys({ keys: long.slice(0, 20) });
		expect(workers).toHaveLength(1);
		const single = start({ workers: 1 });
		await single.crypto.openHmacKeys({ keys: long });
		expect(single.workers).toHaveLength(1);
	});

	it("grows while calls wait, up to the limit", async () => {
		const { crypto, workers } = start({ workers: 2 });
		await crypto.generateRegisterData({});
		const calls = Array.from({ length: 20 }, () => crypto.encryptString({ key, text: "hello" }));
		expect(workers).toHaveLength(2);
		for (const text of await Promise.all(calls)) expect(inThread.decryptString({ key, text }).text).toBe("hello");
		expect(workers).toHaveLength(2);
	});

	it("rejects what a crashed worker had, and replaces it", async () => {
		const { crypto, workers } = start({ workers: 2 });
		const opened = crypto.openHmacKeys({ keys: long });
		await Promise.all([opened, ...workers.map((worker) => once(worker, "message"))]);
		const waiting = [crypto.prepareRegister(password), crypto.prepareRegister(password)];
		const settled = Promise.allSettled(waiting);
		await workers[0]?.terminate();
		const [first, second] = await settled;
		expect(first).toMatchObject({ status: "rejected", reason: { code: "WORKER_CRASHED" } });
		expect(second).toMatchObject({ status: "fulfilled" });
		expect(await crypto.openHmacKeys({ keys: long })).toEqual(inThread.openHmacKeys({ keys: long }));
		expect(workers).toHaveLength(3);
	});

	it("is an error for a list when a worker crashes under it", async () => {
		const { crypto, workers } = start({ workers: 2 });
		await crypto.generateRegisterData({});
		const opened = rejection(crypto.openHmacKeys({ keys: long }));
		void workers[0]?.terminate();
		expect(await opened).toBeInstanceOf(WorkerError);
	});

	it.each(["}", "setInterval(() => {}, 1000)"])("does without another one that does not load: %s", async (code) => {
		const made: Worker[] = [];
		const factory = (): Worker => {
			made.push(made.length === 0 ? new Worker(script) : inline(code));
			return made.at(-1) as Worker;
		};
		const { crypto } = start({ workers: 2, factory });
		expect(await crypto.openHmacKeys({ keys: long })).toEqual(inThread.openHmacKeys({ keys: long }));
		expect(made.length).toBeGreaterThan(1);
	});

	it("clears every worker after the lists that it works on", async () => {
		const { crypto, workers } = start({ workers: 2 });
		await crypto.openHmacKeys({ keys: long });
		const order: string[] = [];
		const opened = crypto.openHmacKeys({ keys: long }).then(() => order.push("opened"));
		const answered = workers.map((worker) => once(worker, "message"));
		await crypto.clear().then(() => order.push("cleared"));
		await Promise.all([opened, ...answered]);
		expect(order).toEqual(["opened", "cleared"]);
	});

	it("ends all workers by close, and each one after the idle time", async () => {
		const closing = start({ workers: 2 });
		await closing.crypto.openHmacKeys({ keys: long });
		const exits = closing.workers.map((worker) => once(worker, "exit"));
		await closing.crypto.close();
		expect(await Promise.all(exits)).toHaveLength(2);
		const idle = start({ workers: 2, idleTimeout: 1 });
		await idle.crypto.openHmacKeys({ keys: long });
		await Promise.all(idle.workers.filter((worker) => worker.threadId > 0).map((worker) => once(worker, "exit")));
	});

	it.each([0, -1, 1.5, "2"])("InvalidInput for %s workers", (workers) => {
		const create = (): unknown => createWorkerBackend({ workers: workers as never });
		expect(create).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "workers" }));
	});
});
