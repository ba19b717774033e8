import { gate } from "@sentc-ts/test-world";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/database.js";
import { createApi } from "../../src/index.js";
import { createJobs } from "../../src/jobs/jobs.js";
import { createRotationStep } from "../../src/jobs/key-rotation.js";
import { LEASE } from "../../src/jobs/runner.js";
import { startApi } from "../support/api.js";
import { crypto, newUser } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { addDevice, copyDevice, finishAll, listRotations, rotate } from "../support/devices.js";
import { noting, plansOf } from "../support/plans.js";

describe("the job of a rotation", () => {
	async function rotation() {
		const server = await startApi();
		await server.api.close();
		const { database: file, rootKey, clock } = server;
		const options = { database: file, rootKey, now: clock.now, runJobs: false };
		const api = await createApi(options);
		onTestFinished(() => api.close());
		const database = await openDatabase(file, rootKey);
		onTestFinished(() => database.close());
		const quiet = { ...server, api };
		const first = await newUser(quiet, "first");
		const second = await addDevice(quiet, first, "second");
		const rotated = await rotate(quiet, first);
		const keyId = rotated.userKeys[0]?.groupKeyId ?? "";
		return { server: quiet, options, database, rotated, second, keyId };
	}

	/** Counts the batches. */
	function counted() {
		const calls: number[] = [];
		const encryptEphemeralKeys = (input: Parameters<typeof crypto.encryptEphemeralKeys>[0]) => {
			calls.push(input.recipients.length);
			return crypto.encryptEphemeralKeys(input);
		};
		return { calls, encryptEphemeralKeys };
	}

	const unused = () => Promise.reject(new Error("not here"));

	it("may be repeated at any time: each device has one entry", async () => {
		const { server, database, second, keyId } = await rotation();
		const { calls, encryptEphemeralKeys } = counted();
		const step = createRotationStep(database, {
			crypto: { encryptEphemeralKeys },
			backend: { encryptEphemeralKeys: unused },
		});
		expect(await Promise.all([step(keyId), step(keyId)])).toEqual(["done", "done"]);
		expect(await step(keyId)).toBe("done");
		expect(calls.length).toBeGreaterThan(0);
		expect(rows(server, "openRotations")).toHaveLength(1);
		await finishAll(server, second);
		expect(await step(keyId)).toBe("done");
		expect(rows(server, "openRotations")).toEqual([]);
	});

	it("is repeated when the encryption itself fails", async () => {
		const { server, database, second, keyId } = await rotation();
		const encryptEphemeralKeys = () => {
			throw new Error("no memory");
		};
		const step = createRotationStep(database, {
			crypto: { encryptEphemeralKeys },
			backend: { encryptEphemeralKeys: unused },
		});
		await expect(step(keyId)).rejects.toThrow("no memory");
		expect(rows(server, "openRotations")).toEqual([]);
		await server.api.runJobs();
		expect(await listRotations(server, second)).toHaveLength(1);
	});

	it("leaves large batches to the worker, at most 100 members in one message", async () => {
		const { server, database, second, keyId } = await rotation();
		copyDevice(server, second, 149);
		const { calls, encryptEphemeralKeys } = counted();
		const step = createRotationStep(database, {
			crypto: { encryptEphemeralKeys: unused as never },
			backend: { encryptEphemeralKeys: async (input) => encryptEphemeralKeys(input) },
		});
		expect([await step(keyId), await step(keyId)]).toEqual(["more", "done"]);
		expect(calls).toEqual([100, 50]);
		expect(rows(server, "openRotations")).toHaveLength(150);
	});

	it("goes on behind the last step, and at the end asks for who came meanwhile", async () => {
		const { server, database, second, keyId } = await rotation();
		copyDevice(server, second, 249);
		const notes: Parameters<typeof noting>[1] = [];
		const reads = noting(database.reads, notes);
		const { encryptEphemeralKeys } = counted();
		const backend: Parameters<typeof createRotationStep>[1]["backend"] = {
			encryptEphemeralKeys: async (input) => encryptEphemeralKeys(input),
		};
		const step = createRotationStep({ ...database, reads }, { crypto, backend });
		const placesOf = async () => {
			notes.length = 0;
			const outcome = await step(keyId);
			const { sql = "", parameters = [] } = notes.find(({ sql }) => sql.includes("pendingMembers")) ?? {};
			return { outcome, plan: plansOf(server, [{ sql, parameters }]), asked: parameters.map(String) };
		};
		const inOrder = () =>
			rows(server, "openRotations")
				.map(({ memberId }) => String(memberId))
				.sort();
		for (const count of [100, 200]) {
			const before = inOrder().at(-1) ?? "";
			const { outcome, plan, asked } = await placesOf();
			expect(outcome).toBe("more");
			expect(asked).toContain(before);
			expect(inOrder()).toHaveLength(count);
			expect(plan.filter((line) => /TEMP B-TREE|^SCAN (members|pendingMembers)/.test(line))).toEqual([]);
		}
		withDatabase(server, (db) =>
			db.exec(`delete from "openRotations" where "memberId" = (select min("memberId") from "openRotations")`),
		);
		expect([await step(keyId), await step(keyId)]).toEqual(["more", "done"]);
		expect(inOrder()).toHaveLength(250);
	});

	it("of many members is done by the worker of the API", async () => {
		const { server, second } = await rotation();
		copyDevice(server, second, 29);
		await server.api.runJobs();
		const entries = rows(server, "openRotations");
		expect(entries.map(({ error }) => error)).toEqual(Array(30).fill(null));
		expect(new Set(entries.map((entry) => entry["encryptedEphemeralKey"])).size).toBe(30);
		expect(rows(server, "jobs")).toEqual([]);
	});

	it("of a process that ended between encryption and storing is done by another one, once", async () => {
		const { server, options, second, keyId } = await rotation();
		copyDevice(server, second, 9);
		const database = await openDatabase(options.database, options.rootKey);
		onTestFinished(() => database.close());
		const lost = gate();
		const backend = {
			encryptEphemeralKeys: async (input: Parameters<typeof crypto.encryptEphemeralKeys>[0]) => {
				const encrypted = crypto.encryptEphemeralKeys(input);
				await lost.pass();
				return encrypted;
			},
		};
		const { now } = options;
		const victim = createJobs({ database, crypto, backend, now, newId: () => "unused", onError: () => undefined });
		const lastBreath = victim.run();
		await lost.reached;
		await server.api.runJobs();
		expect(rows(server, "openRotations")).toEqual([]);
		server.clock.advance(LEASE);
		await server.api.runJobs();
		expect(rows(server, "openRotations")).toHaveLength(10);
		const [waiting] = await listRotations(server, second);
		expect(waiting).toMatchObject({ new_group_key_id: keyId, error: null });
		lost.open();
		await lastBreath;
		expect(rows(server, "openRotations")).toHaveLength(10);
		expect(await listRotations(server, second)).toEqual([waiting]);
		expect(rows(server, "jobs")).toEqual([]);
	});

	it("has nothing to do for a key that is gone", async () => {
		const { database } = await rotation();
		const step = createRotationStep(database, { crypto, backend: { encryptEphemeralKeys: unused } });
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
