import { createHash } from "node:crypto";
import { tier } from "@sentc-ts/test-world";
import { fileRoutes, groupRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import {
	bytes,
	content,
	download,
	fileOf,
	listParts,
	newFile,
	readFile,
	readGroupFile,
	register,
	remove,
	upload,
} from "../support/file-parts.js";
import { addMember } from "../support/groups.js";
import { newGroupBelow } from "../support/sharing.js";

const MIB = 1024 * 1024;

// One test per case of protocol/server-model §14.2.

describe("§14.2 files", () => {
	it("server-model §14.2(1)(4); files §5.5, §7.2(3): a file without target: registered, then one part with sequence 1 and end = true", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const part = bytes(MIB);
		const { file_id } = await newFile(server, user, [part]);
		expect(Buffer.compare(await content(server, file_id), part)).toBe(0);
		expect(await result(readFile(server, file_id))).toEqual({
			file_id,
			owner: user.userId,
			belongs_to: null,
			belongs_to_type: "None",
			...{ encrypted_key: "{}", encrypted_key_alg: "AES-GCM-256", master_key_id: "key", encrypted_file_name: "name" },
			time: server.clock.now(),
			part_list: [{ part_id: expect.any(String), sequence: 1, extern_storage: false }],
		});
	});

	it("server-model §14.2(2); files §7.3(2): an upload into that session by another user of the app is 510", async () => {
		const server = await startApi();
		const [user, other] = [await newUser(server), await newUser(server)];
		const file = await register(server, user);
		await expectRefusal(upload(server, other, file, [1, true], bytes(10)), SERVER_ERRORS.FILE_SESSION_NOT_FOUND);
		expect(await result(listParts(server, file.file_id, 0))).toEqual([]);
	});

	it("server-model §14.2(3); files §7.3(7): an upload after the session was ended is 510", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const file = await newFile(server, user);
		await expectRefusal(upload(server, user, file, [2, true], bytes(10)), SERVER_ERRORS.FILE_SESSION_NOT_FOUND);
	});

	it("server-model §14.2(5): an updated file name is in the next read; without one it has none", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const { file_id } = await newFile(server, user);
		for (const encrypted_file_name of ["another", null]) {
			const input = { jwt: user.jwt, params: { file_id }, body: { encrypted_file_name } };
			await result(call(server, fileRoutes.renameFile, input));
			expect(await result(readFile(server, file_id))).toMatchObject({ encrypted_file_name });
		}
	});

	it("server-model §14.2(6)(7); files §7.4(2): a group file is registered, uploaded and read through the group, by no one else", async () => {
		const server = await startApi();
		const [user, stranger] = [await newUser(server), await newUser(server)];
		const group = await newGroup(server, user);
		const { file_id } = await newFile(server, user, undefined, { belongs_to_type: "Group" }, group);
		expect(await result(readGroupFile(server, group, file_id, { jwt: user.jwt }))).toMatchObject({
			belongs_to: group,
			belongs_to_type: "Group",
		});
		const refused = readGroupFile(server, group, file_id, { jwt: stranger.jwt });
		await expectRefusal(refused, SERVER_ERRORS.NO_GROUP_ACCESS);
		const input = { jwt: stranger.jwt, params: { group_id: group }, body: fileOf() };
		await expectRefusal(call(server, fileRoutes.registerGroupFile, input), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("server-model §14.2(8)(9): a member of a child group only has no access to a file of the parent; of a child, both have", async () => {
		const server = await startApi();
		const [user, member] = [await newUser(server), await newUser(server)];
		const parent = await newGroup(server, user);
		const child = await newGroupBelow(server, user, parent, "child");
		addMember(server, child, member.userId, 4);
		const ofParent = await newFile(server, user, undefined, { belongs_to_type: "Group" }, parent);
		const refused = readGroupFile(server, parent, ofParent.file_id, { jwt: member.jwt });
		await expectRefusal(refused, SERVER_ERRORS.NO_GROUP_ACCESS);
		const ofChild = await newFile(server, member, undefined, { belongs_to_type: "Group" }, child);
		for (const { jwt } of [user, member]) await result(readGroupFile(server, child, ofChild.file_id, { jwt }));
	});

	it("server-model §14.2(10)(11); files §7.6(3): a deletion by somebody else than the owner is 521; by the owner, others are untouched", async () => {
		const server = await startApi();
		const [user, other] = [await newUser(server), await newUser(server)];
		const [file, kept] = [await newFile(server, user), await newFile(server, user)];
		await expectRefusal(remove(server, other, file.file_id), SERVER_ERRORS.NO_FILE_ACCESS);
		await result(remove(server, user, file.file_id));
		await expectRefusal(readFile(server, file.file_id), SERVER_ERRORS.FILE_NOT_FOUND);
		await expectRefusal(remove(server, user, file.file_id), SERVER_ERRORS.FILE_NOT_FOUND);
		await result(readFile(server, kept.file_id));
	});

	it("server-model §14.2(12); files §7.7: a deletion of the parent group deletes its files and those of child groups", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const parent = await newGroup(server, user);
		const child = await newGroupBelow(server, user, parent, "child");
		const parts: string[] = [];
		for (const group of [parent, child]) {
			const { file_id } = await newFile(server, user, undefined, { belongs_to_type: "Group" }, group);
			parts.push(...(await result(listParts(server, file_id, 0))).map(({ part_id }) => part_id));
		}
		const kept = await newFile(server, user, undefined, {}, parent);
		await result(call(server, groupRoutes.deleteGroup, { jwt: user.jwt, params: { group_id: parent } }));
		for (const part of parts) expect(await download(server, part)).toMatchObject({ code: 500 });
		expect(await content(server, kept.file_id)).toHaveLength(100);
	});

	it("server-model §14.2(13); files §7.3(4): a part of 6 MiB is 502; the same session then accepts parts of 4 MiB from 1, which are read in their order", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const file = await register(server, user);
		const large = upload(server, user, file, [1, false], bytes(6 * MIB));
		expect(await large).toMatchObject({ code: 502, http: 400, message: expect.stringContaining("5242880") });
		const parts = [4, 4, 4, 2].map((size) => bytes(size * MIB));
		for (const [index, part] of parts.entries()) {
			await result(upload(server, user, file, [index + 1, index === 3], part));
		}
		expect(Buffer.compare(await content(server, file.file_id), Buffer.concat(parts))).toBe(0);
	});

	it("server-model §14.2(14): a file of 104 MiB in parts of 4 MiB comes back as it was", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const file = await register(server, user);
		const sent = createHash("sha256");
		const count = tier === "quick" ? 2 : 26;
		for (let seq = 1; seq <= count; seq++) {
			const part = bytes(4 * MIB);
			sent.update(part);
			await result(upload(server, user, file, [seq, seq === count], part));
		}
		const received = createHash("sha256");
		for (const { part_id } of await result(listParts(server, file.file_id, 0))) {
			received.update((await download(server, part_id)) as Buffer);
		}
		expect(received.digest("hex")).toBe(sent.digest("hex"));
	});

	it("server-model §14.2(15): an app with external storage refuses an upload to the server with 520", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const file = await register(server, user);
		const files = { storage: "external", url: "http://127.0.0.1:1/deleted" } as const;
		await server.api.apps.update(server.app.appId, { files });
		await expectRefusal(upload(server, user, file, [1, true], bytes(1)), SERVER_ERRORS.FILE_UPLOAD_REFUSED);
	});

	it("server-model §14.2(16): an app with external storage registers 502 parts, sequences 0 to 501, without an end", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const file = await register(server, user);
		const files = { storage: "external", url: "http://127.0.0.1:1/deleted" } as const;
		await server.api.apps.update(server.app.appId, { files });
		const last = tier === "quick" ? 3 : 501;
		for (let seq = 0; seq <= last; seq++) {
			const params = { session_id: file.session_id, seq: `${seq}`, end: "false", user_id: user.userId };
			await result(call(server, fileRoutes.registerFilePart, { token: server.app.secretToken, params }));
		}
		const { part_list } = await result(readFile(server, file.file_id));
		const sequences = Array.from({ length: last + 1 }, (_, index) => index);
		expect(part_list.map(({ sequence }) => sequence)).toEqual(sequences.slice(0, 500));
		expect(part_list.every(({ extern_storage }) => extern_storage)).toBe(true);
		const next = await result(listParts(server, file.file_id, 499));
		expect(next.map(({ sequence }) => sequence)).toEqual(sequences.slice(500));
	});
});
