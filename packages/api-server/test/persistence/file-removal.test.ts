import { readdirSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { gate, sample, type TestApi } from "@sentc-ts/test-world";
import { fileRoutes, forcedGroupRoutes, forcedRoutes, groupRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { folderStorage, type PartStorage } from "../../src/index.js";
import { call, result, startApi, temporaryFolder } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { bytes, newFile, readFile, readGroupFile, register, remove, upload } from "../support/file-parts.js";
import { newGroupBelow } from "../support/sharing.js";

const HOUR = 60 * 60 * 1000;

/** An API whose parts are in a folder that one can look into. */
async function started(wrap: (storage: PartStorage) => PartStorage = (storage) => storage) {
	const folder = temporaryFolder();
	const errors: unknown[] = [];
	const fileStorage = wrap(folderStorage(folder));
	const server = await startApi(undefined, (error) => errors.push(error), { fileStorage, runJobs: false });
	const stored = () =>
		readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map(({ name }) => name);
	return { server, user: await newUser(server), stored, errors };
}

const usage = (server: TestApi) => rows(server, "fileUsage").map(({ bytes }) => bytes);

describe("what was deleted leaves the storage", () => {
	it("server-model §12.2(2)(4); files §7.8(3)(4): a file, and only its parts", async () => {
		const { server, user, stored } = await started();
		const file = await newFile(server, user, [bytes(10), bytes(20)]);
		const kept = await newFile(server, user);
		expect(stored()).toHaveLength(3);
		await result(remove(server, user, file.file_id));
		expect(stored()).toHaveLength(3);
		await server.api.runJobs();
		const { part_list } = await result(readFile(server, kept.file_id));
		expect(stored()).toEqual(part_list.map(({ part_id }) => part_id));
		for (const table of ["partRemovals", "jobs"]) expect(rows(server, table)).toEqual([]);
		await result(remove(server, user, kept.file_id));
		expect(usage(server)).toEqual([0, 0]);
	});

	it("files §7.7: the files of a group and its descendants, with the group, by a member or an own backend", async () => {
		const { server, user, stored } = await started();
		const forced = { token: server.app.secretToken };
		for (const byBackend of [false, true]) {
			const parent = await newGroup(server, user);
			const child = await newGroupBelow(server, user, parent, "child");
			for (const group of [parent, child]) await newFile(server, user, undefined, { belongs_to_type: "Group" }, group);
			expect(stored()).toHaveLength(2);
			const input = { params: { group_id: parent }, ...(byBackend ? forced : { jwt: user.jwt }) };
			await result(call(server, byBackend ? FORCED_DELETE : groupRoutes.deleteGroup, input));
			await server.api.runJobs();
			expect(stored()).toEqual([]);
			expect(rows(server, "files")).toEqual([]);
		}
	});

	it("what a deleted user registered or received, unless it is a group's", async () => {
		const { server, user, stored } = await started();
		for (const byBackend of [false, true]) {
			const gone = await newUser(server);
			const group = await newGroup(server, user);
			const { jwt } = user;
			const ofGroup = await newFile(server, user, undefined, { belongs_to_type: "Group" }, group);
			withDatabase(server, (db) =>
				db.prepare(`update files set owner = ? where id = ?`).run([gone.userId, ofGroup.file_id]),
			);
			const to = { belongs_to_type: "User", belongs_to_id: gone.userId } as const;
			const from = { belongs_to_type: "User", belongs_to_id: user.userId } as const;
			const deleted = [await newFile(server, gone), await newFile(server, gone, undefined, from)];
			deleted.push(await newFile(server, user, undefined, to));
			const kept = await newFile(server, user);
			expect(stored()).toHaveLength(5);
			const params = { user_id: gone.userId };
			await result(
				byBackend
					? call(server, forcedRoutes.deleteUser, { token: server.app.secretToken, params })
					: call(server, userRoutes.deleteUser, { jwt: gone.jwt }),
			);
			await server.api.runJobs();
			for (const { file_id } of deleted) expect(await readFile(server, file_id, { jwt })).toMatchObject({ code: 512 });
			expect(stored()).toHaveLength(2);
			await result(readGroupFile(server, group, ofGroup.file_id, { jwt }));
			for (const { file_id } of [kept]) await result(remove(server, user, file_id));
			await result(remove(server, user, ofGroup.file_id, group));
			await server.api.runJobs();
			expect(stored()).toEqual([]);
		}
	});

	it("an upload that broke off, once an hour has passed; not one that goes on", async () => {
		let fail = (): void => undefined;
		const failing = new Promise<never>((_, reject) => {
			fail = () => reject(new Error("the process was killed"));
		});
		// A part is there a moment before its writing has ended, and somebody waits for this.
		failing.catch(() => undefined);
		const { server, user, stored, errors } = await started((storage) => ({
			...storage,
			async write(partId, stream) {
				await storage.write(partId, stream);
				await failing;
			},
		}));
		const file = await register(server, user);
		const answer = upload(server, user, file, [1, true], bytes(10));
		await expect.poll(stored).toHaveLength(1);
		server.clock.advance(HOUR - 1);
		await server.api.runJobs();
		expect(stored()).toHaveLength(1);
		server.clock.advance(1);
		await server.api.runJobs();
		expect(stored()).toEqual([]);
		fail();
		expect(await answer).toMatchObject({ code: 10, http: 500 });
		expect(errors).toHaveLength(1);
	});

	it.each([
		["has removed it", true],
		["may be about to remove it", false],
	])(
		"an upload that takes so long that the job %s is refused rather than listed without its bytes",
		async (_, runsJobs) => {
			const held = gate();
			const { server, user, stored } = await started((storage) => ({
				...storage,
				async write(partId, stream) {
					await held.pass();
					await storage.write(partId, stream);
				},
			}));
			const file = await register(server, user);
			const answer = upload(server, user, file, [1, true], bytes(10));
			await held.reached;
			server.clock.advance(HOUR);
			if (runsJobs) await server.api.runJobs();
			held.open();
			expect(await answer).toMatchObject({ code: 500, http: 400 });
			expect(rows(server, "fileParts")).toEqual([]);
			await server.api.runJobs();
			expect(stored()).toEqual([]);
		},
	);

	it("files §7.8(3): what can't be removed is tried again, and keeps nothing else", async () => {
		const broken = new Set<string>();
		const { server, user, stored, errors } = await started((storage) => ({
			...storage,
			remove: (partId) => (broken.has(partId) ? Promise.reject(new Error("no")) : storage.remove(partId)),
		}));
		const file = await newFile(server, user, [bytes(1), bytes(2), bytes(3)]);
		const { part_list } = await result(readFile(server, file.file_id));
		const [bad = ""] = part_list.map(({ part_id }) => part_id);
		broken.add(bad);
		await result(remove(server, user, file.file_id));
		await server.api.runJobs();
		expect(stored()).toEqual([bad]);
		expect(errors).toHaveLength(1);
		broken.clear();
		server.clock.advance(10 * 60_000);
		await server.api.runJobs();
		expect(stored()).toEqual([]);
	});
});

const FORCED_DELETE = forcedGroupRoutes.deleteGroup;

/** An own backend that hears of deleted parts. */
async function ownBackend(answer: () => number = () => 200) {
	const heard: { headers: IncomingHttpHeaders; ids: string[]; method: string | undefined; url: string | undefined }[] =
		[];
	const http = createServer((request, response) => {
		let body = "";
		request.on("data", (chunk) => {
			body += chunk;
		});
		request.on("end", () => {
			const status = answer();
			const { headers, method, url } = request;
			if (status === 200) heard.push({ headers, method, url, ids: JSON.parse(body) });
			response.writeHead(status, status === 302 ? { Location: "/elsewhere" } : {}).end();
		});
	});
	await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void http.close());
	return { heard, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/deleted?from=api` };
}

describe("files §8.4 the own backend hears of deleted parts", () => {
	/** A file whose parts are at the own backend. */
	async function external(url: string, token: string | undefined, count: number) {
		const { server, user, errors } = await started();
		const { file_id, session_id } = await register(server, user);
		const files = { storage: "external", url, ...(token !== undefined && { token }) } as const;
		const changed = await server.api.apps.update(server.app.appId, { files });
		const ids: string[] = [];
		for (let seq = 1; seq <= count; seq++) {
			const params = { session_id, seq: `${seq}`, end: `${seq === count}`, user_id: user.userId };
			const input = { token: server.app.secretToken, params };
			ids.push((await result(call(server, fileRoutes.registerFilePart, input))).part_id);
		}
		return { server, user, errors, file_id, ids, newFileToken: changed.newFileToken };
	}

	it("server-model §12.2(3); files §8.4(1)(2)(3): by POST to its URL as it is, an array of ids, its token, and no content type", async () => {
		const { heard, url } = await ownBackend();
		const { server, user, file_id, ids } = await external(url, "a-token", 2);
		await result(remove(server, user, file_id));
		await server.api.runJobs();
		expect(heard).toEqual([{ method: "POST", url: "/deleted?from=api", ids, headers: expect.anything() }]);
		expect(heard[0]?.headers).toMatchObject({ "x-sentc-app-token": "a-token" });
		expect(heard[0]?.headers).not.toHaveProperty("content-type");
		expect(rows(server, "partRemovals")).toEqual([]);
	});

	it("with a token that is made when none is given, and is sealed in the database", async () => {
		const { heard, url } = await ownBackend();
		const { server, user, file_id, newFileToken } = await external(url, undefined, 1);
		await result(remove(server, user, file_id));
		await server.api.runJobs();
		expect(newFileToken).toMatch(/^[A-Za-z0-9+/]{40}$/);
		expect(heard[0]?.headers).toMatchObject({ "x-sentc-app-token": newFileToken });
		expect(JSON.stringify(rows(server, "apps"))).not.toContain(newFileToken);
	});

	it("server-model §12.2(1); files §7.8(1)(2), §8.4(2): 502 parts in two requests, none of them lost and none twice", async () => {
		const { heard, url } = await ownBackend();
		const { server, user, file_id } = await external(url, undefined, 1);
		withDatabase(server, (db) => {
			const insert = db.prepare(`insert into "fileParts" ("id", "fileId", "sequence", "external") values (?, ?, ?, 1)`);
			for (let seq = 2; seq <= 502; seq++) insert.run([`part ${seq}`, file_id, seq]);
		});
		await result(remove(server, user, file_id));
		await server.api.runJobs();
		expect(heard.map(({ ids }) => ids.length)).toEqual([500, 2]);
		expect(new Set(heard.flatMap(({ ids }) => ids)).size).toBe(502);
	});

	it.each(sample([500, 404, 302]))(
		"files §8.4(4): again after an answer with status %i, later each time, with the same ids",
		async (status) => {
			let current = status;
			const { heard, url } = await ownBackend(() => current);
			const { server, user, file_id, ids, errors } = await external(url, undefined, 2);
			await result(remove(server, user, file_id));
			for (const wait of [0, 1000, 1999]) {
				server.clock.advance(wait);
				await server.api.runJobs();
			}
			expect(errors).toHaveLength(2);
			expect(rows(server, "partRemovals")).toHaveLength(2);
			current = 200;
			server.clock.advance(1);
			await server.api.runJobs();
			expect(heard.map((request) => request.ids)).toEqual([ids]);
		},
	);

	it("server-model §12.2; files §7.8: of those that were deleted while it had no URL, when it has one again; the run does not fail", async () => {
		const { heard, url } = await ownBackend();
		const { server, user, file_id, ids, errors } = await external(url, undefined, 2);
		const setUrl = (value: string | null) =>
			withDatabase(server, (db) => db.prepare(`update apps set "fileStorageUrl" = ?`).run([value]));
		setUrl(null);
		await result(remove(server, user, file_id));
		await server.api.runJobs();
		expect({ heard, errors, jobs: rows(server, "jobs") }).toEqual({ heard: [], errors: [], jobs: [] });
		setUrl(url);
		await server.api.runJobs();
		expect(heard.map((request) => request.ids)).toEqual([ids]);
	});
});
