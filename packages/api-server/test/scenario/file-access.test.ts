import { fileRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import { download, listParts, newFile, readFile, readGroupFile, register, remove } from "../support/file-parts.js";
import { addMember } from "../support/groups.js";
import { newGroupBelow } from "../support/sharing.js";

/** Who reads the parts, by both routes: `undefined` = nobody in particular. */
async function readsParts(
	server: Awaited<ReturnType<typeof startApi>>,
	file_id: string,
	part_id: string,
	jwt?: string,
) {
	const [list, part] = [await listParts(server, file_id, 0, jwt), await download(server, part_id, jwt)];
	if (Buffer.isBuffer(part) !== list.ok) throw new Error("the two routes differ");
	return list.ok ? "reads" : list.code;
}

async function partOf(server: Awaited<ReturnType<typeof startApi>>, file_id: string): Promise<string> {
	const [part] = await result(listParts(server, file_id, 0));
	return part?.part_id ?? "";
}

async function started() {
	const server = await startApi();
	const [owner, other, receiver] = [await newUser(server), await newUser(server), await newUser(server)];
	return { server, owner, other, receiver };
}

describe("files §7.4 who reads the data of a file", () => {
	it("files §7.4(1): one of nobody: everybody, also without a JWT or with one that is not valid", async () => {
		const { server, owner, other } = await started();
		const { file_id } = await newFile(server, owner);
		for (const jwt of [undefined, "no.jwt.", other.jwt]) await result(readFile(server, file_id, { jwt }));
		server.clock.advance(60 * 60 * 1000);
		await result(readFile(server, file_id, { jwt: other.jwt }));
	});

	it("one of a user: the receiver and the owner, by both routes; nobody else, not without a JWT", async () => {
		const { server, owner, other, receiver } = await started();
		const to = { belongs_to_type: "User", belongs_to_id: receiver.userId } as const;
		const { file_id } = await newFile(server, owner, undefined, to);
		const group = await newGroup(server, owner);
		for (const { userId } of [other, receiver]) addMember(server, group, userId, 4);
		for (const { jwt } of [owner, receiver]) {
			const expected = { belongs_to: receiver.userId, belongs_to_type: "User", owner: owner.userId };
			expect(await result(readFile(server, file_id, { jwt }))).toMatchObject(expected);
			expect(await result(readGroupFile(server, group, file_id, { jwt }))).toMatchObject(expected);
		}
		for (const jwt of [undefined, "no.jwt.", other.jwt]) {
			await expectRefusal(readFile(server, file_id, { jwt }), SERVER_ERRORS.NO_FILE_ACCESS);
		}
		const byGroup = readGroupFile(server, group, file_id, { jwt: other.jwt });
		await expectRefusal(byGroup, SERVER_ERRORS.NO_FILE_ACCESS);
	});

	it("one of a group: by that group alone, not by route 6, another group or the parent", async () => {
		const { server, owner } = await started();
		const { jwt } = owner;
		const parent = await newGroup(server, owner);
		const group = await newGroupBelow(server, owner, parent, "child");
		const { file_id } = await newFile(server, owner, undefined, { belongs_to_type: "Group" }, group);
		await result(readGroupFile(server, group, file_id, { jwt }));
		await expectRefusal(readFile(server, file_id, { jwt }), SERVER_ERRORS.NO_FILE_ACCESS);
		for (const other of [parent, await newGroup(server, owner)]) {
			await expectRefusal(readGroupFile(server, other, file_id, { jwt }), SERVER_ERRORS.NO_FILE_ACCESS);
		}
		await expectRefusal(readGroupFile(server, "x", file_id, { jwt }), SERVER_ERRORS.INVALID_ID);
	});

	it("server-model §14.1(4): no other app, with its own token and users", async () => {
		const { server, owner } = await started();
		const { file_id } = await newFile(server, owner);
		const part = await partOf(server, file_id);
		const app = await server.api.apps.create({ options: { user_register: 1 }, files: { storage: "own" } });
		const other = { ...server, app };
		const { jwt } = await newUser(other);
		await expectRefusal(readFile(other, file_id, { jwt }), SERVER_ERRORS.FILE_NOT_FOUND);
		await expectRefusal(listParts(other, file_id, 0), SERVER_ERRORS.FILE_NOT_FOUND);
		for (const token of [app.publicToken, app.secretToken]) {
			expect(await download(other, part, jwt, token)).toMatchObject({ code: 500 });
		}
		await expectRefusal(remove(other, { jwt }, file_id), SERVER_ERRORS.FILE_NOT_FOUND);
	});
});

describe("who reads the parts of a file", () => {
	it("files §7.4.2(1): with a JWT, who may read the file; without, everybody, unless the app wants a JWT", async () => {
		const { server, owner, other, receiver } = await started();
		const group = await newGroup(server, owner);
		const member = await newUser(server);
		addMember(server, group, member.userId, 4);
		const ofNobody = await newFile(server, owner);
		const to = { belongs_to_type: "User", belongs_to_id: receiver.userId } as const;
		const ofUser = await newFile(server, owner, undefined, to);
		const ofGroup = await newFile(server, owner, undefined, { belongs_to_type: "Group" }, group);
		const refused = SERVER_ERRORS.NO_FILE_ACCESS.code;
		const table = [
			[ofNobody, ["reads", "reads", "reads", "reads"]],
			[ofUser, ["reads", refused, "reads", refused]],
			[ofGroup, ["reads", refused, refused, "reads"]],
		] as const;
		for (const anonymous of [1, 0] as const) {
			await server.api.apps.update(server.app.appId, { options: { file_parts_anonymous: 1 } });
			for (const [{ file_id }, expected] of table) {
				const part = await partOf(server, file_id);
				await server.api.apps.update(server.app.appId, { options: { file_parts_anonymous: anonymous } });
				const readers = [owner, other, receiver, member].map(({ jwt }) => readsParts(server, file_id, part, jwt));
				expect(await Promise.all(readers)).toEqual(expected);
				const missing = anonymous === 1 ? "reads" : SERVER_ERRORS.JWT_MISSING.code;
				expect(await readsParts(server, file_id, part)).toBe(missing);
				const malformed = anonymous === 1 ? "reads" : SERVER_ERRORS.JWT_MALFORMED.code;
				expect(await readsParts(server, file_id, part, "no.jwt.")).toBe(malformed);
				await server.api.apps.update(server.app.appId, { options: { file_parts_anonymous: 1 } });
			}
		}
	});

	it("somebody who reaches the group through a parent, or through a group, and no other way", async () => {
		const { server, owner } = await started();
		const parent = await newGroup(server, owner);
		const child = await newGroupBelow(server, owner, parent, "child");
		const { file_id } = await newFile(server, owner, undefined, { belongs_to_type: "Group" }, child);
		const part = await partOf(server, file_id);
		const people = {
			"of the parent": await newUser(server),
			"of a group in the parent": await newUser(server),
			"of a group in a group in the parent": await newUser(server),
			"of the child": await newUser(server),
		};
		const founder = await newUser(server);
		const [inParent, inThat] = [await newGroup(server, founder), await newGroup(server, founder)];
		addMember(server, parent, inParent, 4, 2);
		addMember(server, inParent, inThat, 4, 2);
		addMember(server, parent, people["of the parent"].userId, 4);
		addMember(server, inParent, people["of a group in the parent"].userId, 4);
		addMember(server, inThat, people["of a group in a group in the parent"].userId, 4);
		addMember(server, child, people["of the child"].userId, 4);
		const reads = async ([who, { jwt }]: [string, { jwt: string }]) => [
			who,
			await readsParts(server, file_id, part, jwt),
		];
		expect(Object.fromEntries(await Promise.all(Object.entries(people).map(reads)))).toEqual({
			"of the parent": "reads",
			"of a group in the parent": "reads",
			"of a group in a group in the parent": SERVER_ERRORS.NO_FILE_ACCESS.code,
			"of the child": "reads",
		});
	});

	it("files §7.6(2): nobody, once the file is deleted", async () => {
		const { server, owner } = await started();
		const { file_id } = await newFile(server, owner);
		const part = await partOf(server, file_id);
		await result(remove(server, owner, file_id));
		expect(await download(server, part, owner.jwt)).toMatchObject({ code: 500 });
		await expectRefusal(listParts(server, file_id, 0), SERVER_ERRORS.FILE_NOT_FOUND);
	});
});

describe("files §7.5 and §7.6 who changes a file", () => {
	it("the owner alone renames it", async () => {
		const { server, owner, receiver } = await started();
		const to = { belongs_to_type: "User", belongs_to_id: receiver.userId } as const;
		const { file_id } = await newFile(server, owner, undefined, to);
		const body = { encrypted_file_name: "other" };
		const refused = call(server, fileRoutes.renameFile, { jwt: receiver.jwt, params: { file_id }, body });
		await expectRefusal(refused, SERVER_ERRORS.NO_FILE_ACCESS);
		const none = call(server, fileRoutes.renameFile, { jwt: owner.jwt, params: { file_id: "x" }, body });
		await expectRefusal(none, SERVER_ERRORS.FILE_NOT_FOUND);
	});

	it("files §7.6(1): the owner deletes it by either route; others only through its group, with rank 3 or stronger", async () => {
		const { server, owner, other, receiver } = await started();
		const group = await newGroup(server, owner);
		const elsewhere = await newGroup(server, other);
		const members = [await newUser(server), await newUser(server)] as const;
		for (const [index, { userId }] of members.entries()) addMember(server, group, userId, 3 + index);
		addMember(server, elsewhere, owner.userId, 4);
		const of = (belongs_to_type: "Group" | "None") => newFile(server, owner, undefined, { belongs_to_type }, group);
		const { file_id } = await of("Group");
		const refused = SERVER_ERRORS.NO_FILE_ACCESS;
		await expectRefusal(remove(server, members[1], file_id, group), refused);
		await expectRefusal(remove(server, members[0], file_id), refused);
		await expectRefusal(remove(server, other, file_id, elsewhere), refused);
		await expectRefusal(remove(server, members[0], (await of("None")).file_id, group), refused);
		const to = { belongs_to_type: "User", belongs_to_id: receiver.userId } as const;
		await expectRefusal(remove(server, receiver, (await newFile(server, owner, undefined, to)).file_id), refused);
		await result(remove(server, members[0], file_id, group));
		await result(remove(server, owner, (await of("Group")).file_id));
		await result(remove(server, owner, (await of("Group")).file_id, elsewhere));
	});

	it("files §7.2(1)(2): registering through a group takes the group of the URL, for every rank", async () => {
		const { server, owner, other } = await started();
		const group = await newGroup(server, owner);
		addMember(server, group, other.userId, 4);
		const changes = { belongs_to_type: "Group", belongs_to_id: "another" } as const;
		const { file_id } = await newFile(server, other, undefined, changes, group);
		const read = await result(readGroupFile(server, group, file_id, { jwt: owner.jwt }));
		expect(read).toMatchObject({ belongs_to: group, owner: other.userId });
		await register(server, other, { belongs_to_type: "None" }, group);
	});
});
