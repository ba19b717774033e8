import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { DecryptionKey, FilePartKey } from "@sentc-ts/core-crypto";
import type { FileData } from "@sentc-ts/core-crypto/wire";
import { Clock, type TestApi } from "@sentc-ts/test-world";
import { contentKeyRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApi } from "../../src/index.js";
import { memoryStorage } from "../fixtures/files.js";
import { readSecrets, type Secrets } from "../fixtures/secrets.js";
import { call, result, temporaryFolder } from "../support/api.js";
import { crypto, login, newest } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { download, readFile, readGroupFile, remove, upload } from "../support/file-parts.js";
import { openKeys, seat } from "../support/group-keys.js";

// Stored databases of versions that have files: whatever is there can be read, and whatever was under way goes on.

const FIXTURES = new URL("../fixtures/", import.meta.url);
const STORED = readdirSync(FIXTURES)
	.filter((name) => /^\d{4}$/.test(name))
	.flatMap((version) => {
		const { files, ...secrets } = readSecrets(version);
		return files === undefined ? [] : [[version, secrets, files] as const];
	});

it("there are some", () => {
	expect(STORED.map(([version]) => version)).toContain("0009");
});

describe.each(STORED)("a database that was last changed by migration %s", (version, secrets, files) => {
	async function open() {
		const database = join(temporaryFolder(), "sentc.db");
		copyFileSync(new URL(`${version}/sentc.db`, FIXTURES), database);
		const stored = new Map(Object.entries(files.parts).map(([id, part]) => [id, Buffer.from(part, "base64")]));
		const server = await start(database, secrets, stored);
		const [keeper, reader] = [await login(server, "keeper"), await login(server, "reader")];
		const { groupKey: symmetric } = newest(await openKeys(server, seat(reader, files.group)));
		return { server, stored, keeper, reader, ofGroup: { symmetric } };
	}

	/** What the reader of a file gets. */
	async function expectWhole(server: TestApi, data: FileData, masterKey: DecryptionKey, jwt: string): Promise<void> {
		const { encrypted_key: encryptedKey, encrypted_file_name: encryptedFileName, part_list } = data;
		const { contentKey, fileName } = crypto.openFile({ masterKey, encryptedKey, encryptedFileName });
		expect(fileName).toBe(files.name);
		let key: FilePartKey = { contentKey };
		const chunks: string[] = [];
		for (const { part_id } of part_list) {
			const opened = crypto.decryptFilePart({ key, data: (await download(server, part_id, jwt)) as Buffer });
			key = { partKey: opened.partKey };
			chunks.push(Buffer.from(opened.data).toString());
		}
		expect(chunks).toEqual(files.chunks);
	}

	it("has its files, for those who may read them", async () => {
		const { server, keeper, reader, ofGroup } = await open();
		const { jwt } = reader;
		const privateKeyOf = ({ userKeys }: typeof reader) => ({ privateKey: newest(userKeys).privateKey });
		await expectWhole(server, await result(readGroupFile(server, files.group, files.ofGroup, { jwt })), ofGroup, jwt);
		const forReader = await result(readFile(server, files.ofReceiver, { jwt }));
		await expectWhole(server, forReader, privateKeyOf(reader), jwt);
		const own = await result(readFile(server, files.ofNobody, { jwt: keeper.jwt }));
		await expectWhole(server, own, privateKeyOf(keeper), keeper.jwt);
		const { id, parts } = files.external;
		const { part_list } = await result(readGroupFile(server, files.group, id, { jwt }));
		expect(part_list.map(({ part_id, extern_storage }) => [part_id, extern_storage])).toEqual(
			parts.map((part) => [part, true]),
		);
	});

	it("goes on with an upload", async () => {
		const { server, keeper, reader, ofGroup } = await open();
		const { file_id, rest } = files.open;
		await result(upload(server, keeper, files.open, [2, true], new Uint8Array(Buffer.from(rest, "base64"))));
		const data = await result(readGroupFile(server, files.group, file_id, { jwt: reader.jwt }));
		await expectWhole(server, data, ofGroup, reader.jwt);
	});

	it("removes the parts of what was deleted, counts the rest, and knows which are at the own backend", async () => {
		const { server, stored, keeper } = await open();
		const deleted = rows(server, "partRemovals").map(({ partId }) => String(partId));
		expect(deleted).toHaveLength(files.chunks.length);
		await server.api.runJobs();
		expect([...stored.keys()].sort()).toEqual(
			Object.keys(files.parts)
				.filter((id) => !deleted.includes(id))
				.sort(),
		);
		await result(remove(server, keeper, files.external.id, files.group));
		expect(rows(server, "partRemovals").map(({ partId, external }) => [partId, external])).toEqual(
			files.external.parts.map((part) => [part, 1]),
		);
		for (const id of [files.ofGroup, files.ofReceiver, files.ofNobody, files.open.file_id]) {
			await result(remove(server, keeper, id));
		}
		expect(rows(server, "fileUsage").map(({ bytes }) => bytes)).toEqual([0, 0]);
		expect(withDatabase(server, (db) => db.prepare("pragma foreign_key_check").all([]))).toEqual([]);
	});

	it("has its content keys", async () => {
		const { server, ofGroup } = await open();
		const { id: key_id, encrypted, text } = files.contentKey;
		const key = await result(call(server, contentKeyRoutes.contentKey, { params: { key_id } }));
		const [opened] = crypto.openContentKeys({ masterKey: ofGroup, keys: [key] }).keys;
		expect(crypto.decryptString({ key: { symmetric: opened?.key ?? "" }, text: encrypted })).toMatchObject({ text });
	});
});

async function start(database: string, secrets: Secrets, stored: Map<string, Buffer>): Promise<TestApi> {
	const clock = Clock.standing(secrets.time);
	const rootKey = new Uint8Array(Buffer.from(secrets.rootKey, "base64"));
	const config = { database, rootKey, developmentApp: true, now: clock.now, runJobs: false };
	const api = await createApi({ ...config, fileStorage: memoryStorage(stored) });
	onTestFinished(() => api.close());
	return { api, app: secrets.shop, clock, database, rootKey, close: api.close };
}
