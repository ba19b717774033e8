import { gate } from "@sentc-ts/test-world";
import { describe, expect, it } from "vitest";
import { type JobStep, LEASE } from "../../src/jobs/runner.js";
import { jobs } from "./runners.js";

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

	it("that take long do not keep the next one from its start", async () => {
		const { runner, table } = await jobs();
		const busy = gate();
		const short: string[] = [];
		const { worker, enqueue } = await runner(async (subject) => {
			if (subject === "long") await busy.pass();
			else short.push(subject);
			return "done";
		});
		worker.start();
		await enqueue("long");
		worker.nudge();
		await busy.reached;
		await enqueue("short");
		worker.nudge();
		await expect.poll(() => short).toEqual(["short"]);
		busy.open();
		await worker.stop();
		expect(table()).toEqual([]);
	});

	it("are all found when more are asked for than are worked on side by side", async () => {
		const { runner, table } = await jobs();
		const busy = gate();
		const { worker, enqueue } = await runner(async () => {
			await busy.pass();
			return "done";
		});
		worker.start();
		for (let subject = 0; subject < 10; subject++) {
			await enqueue(`${subject}`);
			worker.nudge();
		}
		busy.open();
		await expect.poll(table).toEqual([]);
		await worker.stop();
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
			await busy.pass();
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
			await stuck.pass();
			return "done";
		});
		const taken: string[] = [];
		const inside = gate();
		const heir = await runner(async (subject) => {
			taken.push(subject);
			await inside.pass();
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
			await busy.pass();
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
			await busy.pass();
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
