import type { TestApi } from "@sentc-ts/test-world";
import { fileRoutes, LAX_OPTIONS, memberRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { createApi } from "../../src/index.js";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import {
	bytes,
	content,
	download,
	fileOf,
	listParts,
	newFile,
	readFile,
	register,
	remove,
	type Upload,
	upload,
} from "../support/file-parts.js";

import { addMember } from "../support/groups.js";
import { newGroupBelow } from "../support/sharing.js";

const DAY = 24 * 60 * 60 * 1000;

async function started() {
	const server = await startApi();
	const user = await newUser(server);
	return { server, user, file: await register(server, user) };
}

describe("files §7.2 registering", () => {
	it("files §7.2: without a group, a file of a group is of nobody, silently; for a user without an id, too", async () => {
		const { server, user } = await started();
		for (const changes of [
			{ belongs_to_type: "Group", belongs_to_id: "a" },
			{ belongs_to_type: "User", belongs_to_id: null },
			{ belongs_to_type: "None", belongs_to_id: user.userId },
		] as const) {
			const { file_id } = await newFile(server, user, undefined, changes);
			expect(await result(readFile(server, file_id))).toMatchObject({ belongs_to: null, belongs_to_type: "None" });
		}
	});

	it("files §7.2: the receiver must be a user of this app", async () => {
		const { server, user } = await started();
		const other = await newUser({ ...server, app: await server.api.apps.create({ options: { user_register: 1 } }) });
		for (const belongs_to_id of [other.userId, "nobody"]) {
			const body = fileOf({ belongs_to_type: "User", belongs_to_id });
			const refused = call(server, fileRoutes.registerFile, { jwt: user.jwt, body });
			await expectRefusal(refused, FAILURES.RECEIVER_NOT_FOUND);
		}
	});

	it("files §7.1: succeeds where files are off, and the upload is 520", async () => {
		const { server, user, file } = await started();
		await server.api.apps.update(server.app.appId, { files: { storage: "off" } });
		await register(server, user);
		await expectRefusal(upload(server, user, file, [1, true], bytes(1)), SERVER_ERRORS.FILE_UPLOAD_REFUSED);
	});
});

describe("files §7.1 an API without a storage for parts", () => {
	it("files §7.1(2): refuses uploads to it with 520", async () => {
		const api = await createApi({ database: ":memory:", rootKey: bytes(32) });
		onTestFinished(() => api.close());
		const app = await api.apps.create({ options: LAX_OPTIONS, files: { storage: "own" } });
		const server = { api, app };
		const user = await newUser(server);
		const file = await register(server, user);
		await expectRefusal(upload(server, user, file, [1, true], bytes(1)), SERVER_ERRORS.FILE_UPLOAD_REFUSED);
	});
});

describe("files §7.3 sessions and parts", () => {
	it("files §7.3(1): a seq that is no signed integer of 32 bits, or an end that is no flag, is 400 / 12", async () => {
		const { server, user, file } = await started();
		const wrong = ["x", "1.5", "2147483648", "-2147483649", "99999999999999999999"].map(
			(seq) => [seq, "true"] as const,
		);
		for (const path of [...wrong, ["1", "yes"] as const, ["1", "TRUE"] as const]) {
			await expectRefusal(upload(server, user, file, path, bytes(1)), SERVER_ERRORS.INVALID_FILE_PATH);
		}
	});

	it("files §7.3(10): a part of a group's file needs access to the group, at whatever storage", async () => {
		const { server, user } = await started();
		const member = await newUser(server);
		const group_id = await newGroup(server, user);
		const below = await newGroupBelow(server, user, group_id, "child");
		addMember(server, group_id, member.userId, 4);
		const files = [
			await register(server, member, { belongs_to_type: "Group" }, group_id),
			await register(server, member, { belongs_to_type: "Group" }, below),
		];
		for (const file of files) await result(upload(server, member, file, [1, false], bytes(1)));
		const params = { group_id, user_id: member.userId };
		await result(call(server, memberRoutes.kickMember, { jwt: user.jwt, params }));
		for (const file of files) {
			await expectRefusal(upload(server, member, file, [2, true], bytes(1)), SERVER_ERRORS.NO_GROUP_ACCESS);
		}
		await server.api.apps.update(server.app.appId, { files: { storage: "external", url: "http://127.0.0.1:1" } });
		const token = server.app.secretToken;
		for (const { session_id } of files) {
			const place = { session_id, seq: "2", end: "true", user_id: member.userId };
			const registered = call(server, fileRoutes.registerFilePart, { token, params: place });
			await expectRefusal(registered, SERVER_ERRORS.NO_GROUP_ACCESS);
		}
	});

	it("files §7.3(1): negative sequences and 0 are accepted", async () => {
		const { server, user, file } = await started();
		for (const seq of ["0", "-2147483648", "2147483647", "-0", "+5"]) {
			await result(upload(server, user, file, [seq, false], new Uint8Array(1)));
		}
		const listed = await result(listParts(server, file.file_id, 0));
		expect(listed.map(({ sequence }) => sequence)).toEqual([-2147483648, 0, 5, 2147483647]);
	});

	it("files §5.3, §7.3(3): the checks come in their order: 520, 12, 510, 511, 502", async () => {
		const { server, user, file } = await started();
		const large = bytes(5_242_881);
		const nowhere = { session_id: "00000000-0000-4000-8000-000000000000" };
		await server.api.apps.update(server.app.appId, { files: { storage: "off" } });
		await expectRefusal(upload(server, user, nowhere, ["x", true], large), SERVER_ERRORS.FILE_UPLOAD_REFUSED);
		await server.api.apps.update(server.app.appId, { files: { storage: "own" } });
		await expectRefusal(upload(server, user, nowhere, ["x", true], large), SERVER_ERRORS.INVALID_FILE_PATH);
		await expectRefusal(upload(server, user, nowhere, [1, true], large), SERVER_ERRORS.FILE_SESSION_NOT_FOUND);
		await expectRefusal(upload(server, user, file, [1, true], large), SERVER_ERRORS.FILE_PART_TOO_LARGE);
		server.clock.advance(DAY);
		await result(upload(server, user, file, [1, false], bytes(5_242_880)));
		server.clock.advance(1);
		await expectRefusal(upload(server, user, file, [1, true], large), SERVER_ERRORS.FILE_SESSION_EXPIRED);
	});

	it("server-model §14.1(2); files §7.3(4): a part that announces nothing is cut at the limit, and nothing of it stays", async () => {
		const { server, user, file } = await started();
		const stream = new Blob([bytes(5_242_881)]).stream();
		await expectRefusal(upload(server, user, file, [1, true], stream), SERVER_ERRORS.FILE_PART_TOO_LARGE);
		await server.api.runJobs();
		expect(rows(server, "partRemovals")).toEqual([]);
		expect(rows(server, "fileParts")).toEqual([]);
	});

	it("files §6.2, §7.3(9): an expired JWT uploads, as a long upload does not renew it", async () => {
		const { server, user, file } = await started();
		server.clock.advance(60 * 60 * 1000);
		await result(upload(server, user, file, [1, true], bytes(1)));
	});

	it("files §7.3(5)(6): the same part once more is a success, also when it was the last; nothing is stored twice", async () => {
		const { server, user, file } = await started();
		const [first, last] = [bytes(100), bytes(50)];
		for (let i = 0; i < 2; i++) await result(upload(server, user, file, [1, false], first));
		for (let i = 0; i < 2; i++) await result(upload(server, user, file, [2, true], last));
		await result(upload(server, user, file, [1, false], first));
		expect(await content(server, file.file_id)).toEqual(Buffer.concat([first, last]));
		await server.api.runJobs();
		expect(rows(server, "partRemovals")).toEqual([]);
	});

	it("the same part, sent twice at once, is stored once", async () => {
		const { server, user, file } = await started();
		const part = bytes(100_000);
		const answers = await Promise.all([1, 2, 3].map(() => upload(server, user, file, [1, true], part)));
		expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
		expect(await content(server, file.file_id)).toEqual(Buffer.from(part));
	});

	it("files §7.3(6): other bytes with a sequence that is there are refused with 512, and the first ones stay", async () => {
		const { server, user, file } = await started();
		const part = bytes(100);
		await result(upload(server, user, file, [1, true], part));
		await expectRefusal(upload(server, user, file, [1, true], bytes(100)), FAILURES.PART_EXISTS);
		await expectRefusal(upload(server, user, file, [1, true], part.slice(1)), FAILURES.PART_EXISTS);
		expect(await content(server, file.file_id)).toEqual(Buffer.from(part));
	});

	it("an upload that broke off goes on with the parts that the list does not have", async () => {
		const { server, user, file } = await started();
		const parts = [bytes(10), bytes(20), bytes(30)];
		expect(await result(listParts(server, file.file_id, 0))).toEqual([]);
		await result(upload(server, user, file, [1, false], parts[0] ?? bytes(0)));
		const there = (await result(listParts(server, file.file_id, 0))).length;
		for (let seq = there + 1; seq <= parts.length; seq++) {
			await result(upload(server, user, file, [seq, seq === parts.length], parts[seq - 1] ?? bytes(0)));
		}
		expect(await content(server, file.file_id)).toEqual(Buffer.concat(parts));
	});

	it("files §7.3(8): a file that is deleted takes no more parts", async () => {
		const { server, user, file } = await started();
		await result(upload(server, user, file, [1, false], bytes(1)));
		await result(remove(server, user, file.file_id));
		await expectRefusal(upload(server, user, file, [2, true], bytes(1)), SERVER_ERRORS.FILE_SESSION_NOT_FOUND);
	});
});

/** Parts of a file, without bytes. */
function addParts({ database }: Pick<TestApi, "database">, { file_id }: Upload, count: number): void {
	withDatabase({ database }, (connection) => {
		connection.exec("begin");
		const insert = connection.prepare(
			`insert into "fileParts" ("id", "fileId", "sequence", "external", "hash") values (?, ?, ?, 0, '')`,
		);
		for (let sequence = 1; sequence <= count; sequence++) insert.run([`${file_id} ${sequence}`, file_id, sequence]);
		connection.exec("commit");
	});
}

describe("files §7.4 reading", () => {
	it("files §7.4(3): a file without parts is 512", async () => {
		const { server, file } = await started();
		await expectRefusal(readFile(server, file.file_id), SERVER_ERRORS.FILE_NOT_FOUND);
		await expectRefusal(readFile(server, "nothing"), SERVER_ERRORS.FILE_NOT_FOUND);
	});

	it("files §6.2: an empty file is one empty part", async () => {
		const { server, user } = await started();
		const { file_id } = await newFile(server, user, [bytes(0)]);
		expect(await content(server, file_id)).toHaveLength(0);
	});

	it("files §6.5(3), §7.4(3): a file is listed to its end, also when the last page is full", async () => {
		const { server, user } = await started();
		for (const count of [499, 500, 501, 1000]) {
			const file = await register(server, user);
			addParts(server, file, count);
			const { part_list } = await result(readFile(server, file.file_id));
			const all = part_list.map(({ sequence }) => sequence);
			for (let page = part_list; page.length === 500; ) {
				page = await result(listParts(server, file.file_id, all.at(-1) ?? 0));
				all.push(...page.map(({ sequence }) => sequence));
			}
			expect(all).toEqual(Array.from({ length: count }, (_, index) => index + 1));
		}
	});

	it("files §7.4.1: last_sequence is a signed integer of 32 bits; 0 and below ask for the first page", async () => {
		const { server, user } = await started();
		const { file_id } = await newFile(server, user, [bytes(1), bytes(1)]);
		for (const wrong of ["x", "2147483648", "1.5"]) {
			await expectRefusal(listParts(server, file_id, wrong), SERVER_ERRORS.INVALID_FILE_PATH);
		}
		for (const first of [0, -5]) expect(await result(listParts(server, file_id, first))).toHaveLength(2);
		expect(await result(listParts(server, file_id, 1))).toMatchObject([{ sequence: 2 }]);
		await expectRefusal(listParts(server, "nothing", 0), SERVER_ERRORS.FILE_NOT_FOUND);
	});

	it("server-model §14.1(3); files §7.4.2(3)(4): an unknown part is 400 / 500, with a message that starts as the reference's", async () => {
		const { server } = await started();
		for (const part of ["nothing", "../sentc.db", "00000000-0000-4000-8000-000000000000", "..%2f..%2fetc%2fpasswd"]) {
			const answer = await download(server, part);
			expect(answer).toMatchObject({ code: 500, http: 400, message: expect.stringMatching(/^error in open file/) });
		}
	});

	it("server-model §14.1(3); files §7.4.2(2): the bytes of a part come raw, with their length and CORS headers", async () => {
		const { server, user, file } = await started();
		const part = bytes(1234);
		await result(upload(server, user, file, [1, true], part));
		const [item] = await result(listParts(server, file.file_id, 0));
		const response = await server.api.fetch(
			new Request(`http://api.test/api/v1/file/part/${item?.part_id}`, {
				headers: { "x-sentc-app-token": server.app.publicToken },
			}),
		);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			"content-type": "application/octet-stream",
			"content-length": "1234",
			"access-control-allow-origin": "*",
		});
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(part);
	});
});
