import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/database.js";
import { createApi } from "../../src/index.js";
import { createRotationStep } from "../../src/jobs/key-rotation.js";
import { startApi } from "../support/api.js";
import { crypto, newUser } from "../support/client.js";
import { rows } from "../support/database.js";
import { addDevice, finishAll, listRotations, rotate } from "../support/devices.js";

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
