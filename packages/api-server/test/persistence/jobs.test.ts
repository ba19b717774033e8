import { join } from "node:path";
import { Clock } from "@sentc-ts/test-world";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/database.js";
import { createApi } from "../../src/index.js";
import { createRotationStep } from "../../src/jobs/key-rotation.js";
import { JobRunner, type JobStep, LEASE } from "../../src/jobs/runner.js";
import { startApi, temporaryFolder } from "../support/api.js";
import { crypto, newUser } from "../support/client.js";
import { rows } from "../support/database.js";
import { addDevice, finishAll, listRotations, rotate } from "../support/devices.js";

/** Runners on one database, each like one of another process. */
async function jobs() {
	const file = join(temporaryFolder(), "sentc.db");
	const clock = Clock.standing();
	const errors: unknown[] = [];
	let ids = 0;
	const runner = async (step: JobStep, kind = "work") => {
		const database = await openDatabase(file);
		onTestFinished(() => database.close());
		const options = { database, now: clock.now, newId: () => `id ${ids++}`, steps: { [kind]: step } };
		const worker = new JobRunner({ ...options, onError: (error) => errors.push(error) });
		const enqueue = (subject: string) => database.transaction((db) => worker.enqueue(db, kind, subject));
		return { worker, enqueue, database };
	};
	return { runner, clock, errors, table: () => rows({ database: file }, "jobs") };
}

/** Something that ends when it is told to. */
function gate() {
	let open = () => {};
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { open: () => open(), opened };
}

describe("jobs", () => {
	it("run step by step until they are done, several in turn", async () => {
		const { runner, table } = await jobs();
		const steps: string[] = [];
		const { worker, enqueue } = await runner(async (subject) => {
			steps.push(subject);
			return steps.filter((step) => step === subject).length < 3 ? "more" : "done";
		});
		await enqueue("a");
		await enqueue("b");
		await worker.run();
		expect(steps.sort()).toEqual(["a", "a", "a", "b", "b", "b"]);
		expect(table()).toEqual([]);
	});

	it("belong to the transaction that asks for them", async () => {
		const { runner, table } = await jobs();
		const { worker, database } = await runner(async () => "done");
		const failed = database.transaction(async (db) => {
			await worker.enqueue(db, "work", "a");
			throw new Error("undone");
		});
		await expect(failed).rejects.toThrow("undone");
		expect(table()).toEqual([]);
	});

	it("are kept once for each subject", async () => {
		const { runner, table } = await jobs();
		const { worker, enqueue } = await runner(async () => "done");
		await enqueue("a");
		await enqueue("a");
		expect(table()).toHaveLength(1);
		await worker.run();
		expect(table()).toEqual([]);
	});

	it("that fail are tried again, later each time, and keep no message", async () => {
		const { runner, clock, errors, table } = await jobs();
		let failing = true;
		let calls = 0;
		const { worker, enqueue } = await runner(async () => {
			calls++;
			if (failing) throw new TypeError("secret");
			return "done";
		});
		await enqueue("a");
		await worker.run();
		await worker.run();
		expect(calls).toBe(1);
		expect(table()).toMatchObject([{ attempts: 1, lastError: "TypeError", leaseOwner: null, leasedUntil: 0 }]);
		clock.advance(1000);
		await worker.run();
		clock.advance(1999);
		await worker.run();
		expect(calls).toBe(2);
		expect(errors.map(String)).toEqual(["TypeError: secret", "TypeError: secret"]);
		failing = false;
		clock.advance(1);
		await worker.run();
		expect(calls).toBe(3);
		expect(table()).toEqual([]);
	});

	it("that fail do not keep others from running", async () => {
		const { runner, table } = await jobs();
		const { worker, enqueue } = await runner(async (subject) => {
			if (subject === "bad") throw new Error("bad");
			return "done";
		});
		await enqueue("bad");
		await enqueue("good");
		await worker.run();
		expect(table().map((job) => job["subjectId"])).toEqual(["bad"]);
	});

	it("are worked on by one of many at a time", async () => {
		const { runner, table } = await jobs();
		let running = 0;
		const most = new Map<string, number>();
		const step: JobStep = async (subject) => {
			most.set(subject, Math.max(most.get(subject) ?? 0, ++running));
			await new Promise(setImmediate);
			running--;
			return "done";
		};
		const busy = gate();
		const first = await runner(async (subject) => {
			await busy.opened;
			return step(subject);
		});
		const others = [await runner(step), await runner(step)];
		await first.enqueue("a");
		const working = first.worker.run();
		await expect.poll(() => table()[0]?.["leaseOwner"]).toBeTruthy();
		await Promise.all(others.map(({ worker }) => worker.run()));
		expect(most.size).toBe(0);
		busy.open();
		await working;
		expect([...most]).toEqual([["a", 1]]);
		expect(table()).toEqual([]);
	});

	it("of a process that ended are taken over when its lease runs out, and it cannot end them any more", async () => {
		const { runner, clock, table } = await jobs();
		const stuck = gate();
		const lost = await runner(async () => {
			await stuck.opened;
			return "done";
		});
		const taken: string[] = [];
		const inside = gate();
		const heir = await runner(async (subject) => {
			taken.push(subject);
			await inside.opened;
			return "done";
		});
		await lost.enqueue("a");
		const lostWork = lost.worker.run();
		await expect.poll(() => table()[0]?.["leaseOwner"]).toBeTruthy();
		clock.advance(LEASE - 1);
		await heir.worker.run();
		expect(taken).toEqual([]);
		clock.advance(1);
		const heirWork = heir.worker.run();
		await expect.poll(() => taken).toEqual(["a"]);
		stuck.open();
		await lostWork;
		expect(table()).toHaveLength(1);
		inside.open();
		await heirWork;
		expect(table()).toEqual([]);
	});

	it("neither wait nor are leased for longer because the clock was set back", async () => {
		const { runner, clock, table } = await jobs();
		const killed = await runner(() => new Promise(() => {}));
		await killed.enqueue("a");
		void killed.worker.run();
		await expect.poll(() => table()[0]?.["leaseOwner"]).toBeTruthy();
		const failing = await runner(async () => {
			throw new Error("not yet");
		}, "other work");
		await failing.enqueue("b");
		await failing.worker.run();
		clock.advance(-24 * 3_600_000);
		for (const kind of ["work", "other work"]) await (await runner(async () => "done", kind)).worker.run();
		expect(table()).toEqual([]);
	});

	it("that are asked for while they run, run once more", async () => {
		const { runner, table } = await jobs();
		const busy = gate();
		let calls = 0;
		const { worker, enqueue } = await runner(async () => {
			calls++;
			await busy.opened;
			return "done";
		});
		await enqueue("a");
		const working = worker.run();
		await expect.poll(() => calls).toBe(1);
		await enqueue("a");
		busy.open();
		await working;
		expect(calls).toBe(2);
		expect(table()).toEqual([]);
	});

	it("of another version are left alone", async () => {
		const { runner, table } = await jobs();
		const { worker, enqueue } = await runner(async () => "done");
		const newer = await runner(async () => "done", "newer work");
		await newer.enqueue("a");
		await enqueue("b");
		await worker.run();
		expect(table()).toMatchObject([{ kind: "newer work", leaseOwner: null }]);
		await newer.worker.run();
		expect(table()).toEqual([]);
	});

	it("are free for others after a stop, without a failure", async () => {
		const { runner, errors, table } = await jobs();
		const busy = gate();
		const { worker, enqueue } = await runner(async () => {
			await busy.opened;
			throw new Error("stopped");
		});
		await enqueue("a");
		const working = worker.run();
		await expect.poll(() => table()[0]?.["leaseOwner"]).toBeTruthy();
		const stopped = worker.stop();
		busy.open();
		await Promise.all([working, stopped]);
		expect(table()).toMatchObject([{ attempts: 0, leaseOwner: null, leasedUntil: 0, lastError: null }]);
		expect(errors).toEqual([]);
	});
});

describe("the job of a rotation", () => {
	async function rotation() {
		const server = await startApi();
		await server.api.close();
		const { database: file, rootKey, clock } = server;
		const options = { database: file, rootKey, now: clock.now, runJobs: false };
		const api = await createApi(options);
		onTestFinished(() => api.close());
		const database = await openDatabase(file);
		onTestFinished(() => database.close());
		const quiet = { ...server, api };
		const first = await newUser(quiet, "first");
		const second = await addDevice(quiet, first, "second");
		const rotated = await rotate(quiet, first);
		const keyId = rotated.userKeys[0]?.groupKeyId ?? "";
		return { server: quiet, options, database, rotated, second, keyId };
	}

	it("may be repeated at any time: each device has one entry", async () => {
		const { server, database, second, keyId } = await rotation();
		let calls = 0;
		const backend = {
			encryptEphemeralKey: async (input: Parameters<typeof crypto.encryptEphemeralKey>[0]) => {
				calls++;
				return crypto.encryptEphemeralKey(input);
			},
		};
		const step = createRotationStep(database, backend);
		expect(await Promise.all([step(keyId), step(keyId)])).toEqual(["done", "done"]);
		expect(await step(keyId)).toBe("done");
		expect(calls).toBeGreaterThan(0);
		expect(rows(server, "openRotations")).toHaveLength(1);
		await finishAll(server, second);
		expect(await step(keyId)).toBe("done");
		expect(rows(server, "openRotations")).toEqual([]);
	});

	it("is repeated when the encryption itself fails", async () => {
		const { server, database, second, keyId } = await rotation();
		const step = createRotationStep(database, { encryptEphemeralKey: () => Promise.reject(new Error("no worker")) });
		await expect(step(keyId)).rejects.toThrow("no worker");
		expect(rows(server, "openRotations")).toEqual([]);
		await server.api.runJobs();
		expect(await listRotations(server, second)).toHaveLength(1);
	});

	it("has nothing to do for a key that is gone", async () => {
		const { database } = await rotation();
		const step = createRotationStep(database, crypto as never);
		expect(await step("gone")).toBe("done");
	});

	it("is done by another process on the database, also after a restart", async () => {
		const { server, options, second, rotated } = await rotation();
		expect(await listRotations(server, second)).toEqual([]);
		await server.api.close();
		const api = await createApi({ ...options, runJobs: true });
		onTestFinished(() => api.close());
		const restarted = { ...server, api };
		await expect.poll(() => listRotations(restarted, second), { timeout: 20_000 }).toHaveLength(1);
		const finished = await finishAll(restarted, second);
		expect(finished.userKeys.map((key) => key.groupKeyId)).toEqual(rotated.userKeys.map((key) => key.groupKeyId));
	});

	it("is done by whichever API on the database comes first", async () => {
		const { server, options, second } = await rotation();
		const other = await createApi(options);
		onTestFinished(() => other.close());
		await other.runJobs();
		expect(rows(server, "jobs")).toEqual([]);
		await server.api.runJobs();
		expect(await listRotations(server, second)).toHaveLength(1);
	});
});
