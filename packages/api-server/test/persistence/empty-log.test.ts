import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/database.js";
import { createJobs } from "../../src/jobs/jobs.js";
import { LEASE } from "../../src/jobs/runner.js";
import { startApi } from "../support/api.js";
import { crypto, newUser } from "../support/client.js";
import { openFile, rows } from "../support/database.js";
import { addDevice, rotate } from "../support/devices.js";

async function api() {
	const server = await startApi(undefined, undefined, { runJobs: false });
	const logSize = () => statSync(`${server.database}-wal`).size;
	/** Somebody who reads in another process: what it sees must stay in the log. */
	const reader = () => {
		const connection = openFile(server.database);
		connection.exec("begin");
		connection.prepare("select * from apps").all([]);
		onTestFinished(() => void connection.close());
		return { end: () => connection.exec("commit") };
	};
	return { server, logSize, reader };
}

it("the log of a database is emptied at once, or, while somebody reads, not at all: nobody waits", async () => {
	const { server, logSize, reader } = await api();
	const database = await openDatabase(server.database, server.rootKey);
	onTestFinished(() => database.close());
	await newUser(server);
	const reading = reader();
	await newUser(server);
	expect(logSize()).toBeGreaterThan(0);
	const from = performance.now();
	expect(await database.emptyLog()).toBe(false);
	expect(performance.now() - from).toBeLessThan(500);
	await newUser(server);
	reading.end();
	expect(await database.emptyLog()).toBe(true);
	expect(logSize()).toBe(0);
	await newUser(server);
	expect(rows(server, "users")).toHaveLength(4);
});

it("after a rotation it is emptied as soon as nobody is in the way, whoever works on the jobs then", async () => {
	const { server, logSize, reader } = await api();
	const user = await newUser(server, "first");
	await addDevice(server, user, "second");
	await rotate(server, user);
	const reading = reader();
	await server.api.runJobs();
	expect(rows(server, "openRotations")).toHaveLength(1);
	expect(rows(server, "jobs")).toMatchObject([{ kind: "emptyLog", lastError: null }]);
	reading.end();
	await server.api.runJobs();
	expect(rows(server, "jobs")).toHaveLength(1);
	const before = logSize();
	server.clock.advance(LEASE);
	await server.api.runJobs();
	expect(rows(server, "jobs")).toEqual([]);
	expect(logSize()).toBeLessThan(before);
});

/** Jobs of five rotations, with how many are open when the log is emptied. */
async function fiveRotations() {
	const { server } = await api();
	const user = await newUser(server, "first");
	await addDevice(server, user, "second");
	for (let count = 0; count < 5; count++) await rotate(server, user);
	const database = await openDatabase(server.database, server.rootKey);
	onTestFinished(() => database.close());
	const open: number[] = [];
	const emptyLog = () => {
		open.push(rows(server, "groupKeys").filter((key) => key["encryptedEphemeralKey"] !== null).length);
		return database.emptyLog();
	};
	const backend = { encryptEphemeralKeys: () => Promise.reject(new Error("not here")) };
	const options = { crypto, backend, now: server.clock.now, newId: randomUUID, onError: () => undefined };
	return { server, open, jobs: createJobs({ ...options, database: { ...database, emptyLog } }) };
}

it("several rotations empty it once, at the end of the last one", async () => {
	const { server, open, jobs } = await fiveRotations();
	await jobs.run();
	expect(open).toEqual([0]);
	expect(rows(server, "jobs")).toEqual([]);
});

it("who rotates without end puts it off for a minute only", async () => {
	const { server, open, jobs } = await fiveRotations();
	server.clock.advance(60_000);
	await jobs.run();
	expect(open[0]).toBeGreaterThan(0);
	expect(open.at(-1)).toBe(0);
	expect(rows(server, "jobs")).toEqual([]);
});
