import type { TestApi } from "@sentc-ts/test-world";
import { groupRoutes, lightGroupRoutes, SERVER_ERRORS, sessionRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newest, newGroup, newUser, type Session } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { FIRST_PAGE } from "../support/devices.js";
import { addMember, withKeys } from "../support/groups.js";
import { callAs, doAs } from "../support/sharing.js";
import { recordedGroups } from "../support/vectors.js";

function getGroup(server: TestApi, { jwt }: Session, groupId: string, through?: string) {
	return call(server, groupRoutes.getGroup, { jwt, params: { group_id: groupId }, ...(through && { through }) });
}

describe("a new group", () => {
	it.each(["signed", "unsigned"] as const)("keeps a recorded %s body as it was sent", async (kind) => {
		const server = await startApi();
		const user = await newUser(server);
		const body = recordedGroups()[kind];
		const { group_id } = await result(call(server, groupRoutes.createGroup, { jwt: user.jwt, body }));
		const answer = await getGroup(server, user, group_id);
		const group = await result(answer);
		const key = newest(group.keys);
		expect(key).toEqual({
			key_pair_id: key.group_key_id,
			group_key_id: key.group_key_id,
			encrypted_group_key: body.encrypted_group_key,
			group_key_alg: body.group_key_alg,
			encrypted_private_group_key: body.encrypted_private_group_key,
			public_group_key: body.public_group_key,
			keypair_encrypt_alg: body.keypair_encrypt_alg,
			user_public_key_id: body.creator_public_key_id,
			time: server.clock.now(),
			keypair_sign_id: key.group_key_id,
			public_key_sig_key_id: key.group_key_id,
			...(kind === "signed" && {
				signed_by_user_id: body.signed_by_user_id,
				signed_by_user_sign_key_id: body.signed_by_user_sign_key_id,
				group_key_sig: body.group_key_sig,
			}),
		});
		expect(newest(group.hmac_keys)).toMatchObject({
			encrypted_hmac_key: body.encrypted_hmac_key,
			encrypted_hmac_encryption_key_id: key.group_key_id,
		});
		expect(newest(group.sortable_keys)).toMatchObject({
			encrypted_sortable_key: body.encrypted_sortable_key,
			encrypted_sortable_alg: body.encrypted_sortable_alg,
			encrypted_sortable_encryption_key_id: key.group_key_id,
		});
		expect(group).toMatchObject({
			parent_group_id: null,
			key_update: false,
			created_time: server.clock.now(),
			joined_time: server.clock.now(),
		});
	});

	it("is refused with a public key that does not fit its algorithm", async () => {
		const server = await startApi();
		const { jwt } = await newUser(server);
		const body = { ...recordedGroups().unsigned, public_group_key: "no key" };
		await expectRefusal(call(server, groupRoutes.createGroup, { jwt, body }), SERVER_ERRORS.PUBLIC_KEY_UNUSABLE);
	});

	it("has a public key for everybody, without a signature", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const groupId = await newGroup(server, user);
		const { keys } = await result(getGroup(server, user, groupId));
		const key = await call(server, groupRoutes.groupPublicKey, { params: { group_id: groupId } });
		expect(await result(key)).toEqual({
			public_key_id: newest(keys).group_key_id,
			public_key: newest(keys).public_group_key,
			public_key_alg: newest(keys).keypair_encrypt_alg,
			public_key_sig: null,
			public_key_sig_key_id: newest(keys).group_key_id,
		});
		const unknown = call(server, groupRoutes.groupPublicKey, { params: { group_id: "none" } });
		await expectRefusal(unknown, SERVER_ERRORS.GROUP_KEY_NOT_FOUND);
	});
});

describe("access to a group", () => {
	it("is refused for ids that are no UUIDs, unknown groups and user groups", async () => {
		const server = await startApi();
		const user = await newUser(server);
		await expectRefusal(getGroup(server, user, "none"), SERVER_ERRORS.INVALID_ID);
		await expectRefusal(getGroup(server, user, "00000000-0000-1000-8000-000000000000"), SERVER_ERRORS.INVALID_ID);
		await expectRefusal(getGroup(server, user, globalThis.crypto.randomUUID()), SERVER_ERRORS.NO_GROUP_ACCESS);
		const userGroup = String(rows(server, "users")[0]?.["userGroupId"]);
		addMember(server, userGroup, user.userId, 0);
		await expectRefusal(getGroup(server, user, userGroup), SERVER_ERRORS.NO_GROUP_ACCESS);
		const key = call(server, groupRoutes.groupPublicKey, { params: { group_id: userGroup } });
		expect(await result(key)).toMatchObject({ public_key_id: newest(user.userKeys).groupKeyId });
	});

	it("through another group has the weaker of both ranks", async () => {
		const server = await startApi();
		const owner = await newUser(server);
		const member = await newUser(server);
		const target = await newGroup(server, owner);
		const through = await newGroup(server, owner);
		addMember(server, target, through, 1, 2);
		addMember(server, through, member.userId, 4);
		const group = await result(getGroup(server, member, target, through));
		expect(group).toMatchObject({ rank: 4, access_by: { GroupAsUser: through }, keys: [] });
		expect(await result(getGroup(server, owner, target, through))).toMatchObject({ rank: 1 });
		await expectRefusal(getGroup(server, member, target), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("through another group needs that group to be a member, and the caller to be its member", async () => {
		const server = await startApi();
		const owner = await newUser(server);
		const stranger = await newUser(server);
		const target = await newGroup(server, owner);
		const through = await newGroup(server, owner);
		await expectRefusal(getGroup(server, owner, target, through), SERVER_ERRORS.NO_GROUP_ACCESS);
		addMember(server, target, through, 1, 2);
		await expectRefusal(getGroup(server, stranger, target, through), SERVER_ERRORS.NO_GROUP_ACCESS);
		await expectRefusal(getGroup(server, owner, target, "none"), SERVER_ERRORS.INVALID_ID);
		expect(await getGroup(server, owner, target, "\xff")).toMatchObject({ result: { access_by: "User" } });
	});

	it.each([
		[1, true],
		[2, false],
		[4, false],
	])("with rank %i allows to delete it: %s", async (rank, allowed) => {
		const server = await startApi();
		const owner = await newUser(server);
		const member = await newUser(server);
		const groupId = await newGroup(server, owner);
		addMember(server, groupId, member.userId, rank);
		const answer = call(server, groupRoutes.deleteGroup, { jwt: member.jwt, params: { group_id: groupId } });
		if (allowed) expect(await result(answer)).toBe("Success");
		else await expectRefusal(answer, SERVER_ERRORS.RANK_INSUFFICIENT);
		expect(await getGroup(server, owner, groupId)).toMatchObject({ ok: !allowed });
	});
});

describe("a deleted group", () => {
	it("takes everything that belongs to it along, also its descendants, and nothing else", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const kept = await newGroup(server, user);
		const count = () =>
			["groups", "members", "groupKeys", "wrappedKeys", "searchKeys"].map((table) => rows(server, table).length);
		const before = count();
		const parent = await newGroup(server, user);
		const child = await newGroup(server, user);
		withDatabase(server, (connection) =>
			connection.prepare(`update "groups" set "parentId" = ? where "id" = ?`).run([parent, child]),
		);
		await result(call(server, groupRoutes.deleteGroup, { jwt: user.jwt, params: { group_id: parent } }));
		expect(count()).toEqual(before);
		await expectRefusal(getGroup(server, user, child), SERVER_ERRORS.NO_GROUP_ACCESS);
		expect(await getGroup(server, user, kept)).toMatchObject({ ok: true });
	});
});

describe("lists", () => {
	it("of group keys come newest first in pages of 50 that neither miss nor repeat a key", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const groupId = await withKeys(server, user, 120);
		const group = await result(getGroup(server, user, groupId));
		const seen = [...group.keys];
		for (let page = group.keys; page.length === 50; ) {
			const last = page.at(-1);
			const params = { group_id: groupId, last_time: `${last?.time}`, last_id: last?.group_key_id ?? "" };
			page = await result(call(server, groupRoutes.listGroupKeys, { jwt: user.jwt, params }));
			seen.push(...page);
		}
		expect(new Set(seen.map((key) => key.group_key_id)).size).toBe(120);
		expect(seen).toHaveLength(120);
		expect(seen.map((key) => key.time)).toEqual(seen.map((key) => key.time).sort((a, b) => b - a));
		const first = { group_id: groupId, last_time: "0", last_id: "abc" };
		expect(await result(call(server, groupRoutes.listGroupKeys, { jwt: user.jwt, params: first }))).toEqual(group.keys);
	});

	it("of group keys hold what the member was given, and single keys are found by id", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const other = await newUser(server);
		const groupId = await withKeys(server, user, 2);
		addMember(server, groupId, other.userId, 4);
		expect(await result(getGroup(server, other, groupId))).toMatchObject({ keys: [] });
		const input = { jwt: user.jwt, params: { group_id: groupId, key_id: "key-1" } };
		expect(await result(call(server, groupRoutes.groupKey, input))).toMatchObject({ group_key_id: "key-1" });
		const stranger = call(server, groupRoutes.groupKey, { ...input, jwt: other.jwt });
		await expectRefusal(stranger, FAILURES.KEY_BY_ID_NOT_FOUND);
		const other_id = { group_id: groupId, key_id: "none" };
		const unknown = call(server, groupRoutes.groupKey, { ...input, params: other_id });
		await expectRefusal(unknown, FAILURES.KEY_BY_ID_NOT_FOUND);
	});

	it("of groups come in pages of 50, oldest first", async () => {
		const server = await startApi();
		const { jwt } = await newUser(server);
		const body = recordedGroups().unsigned;
		const created = [];
		for (let index = 0; index < 60; index++) {
			created.push((await result(call(server, groupRoutes.createGroup, { jwt, body }))).group_id);
			if (index % 7 === 0) server.clock.advance(1);
		}
		const page = await result(call(server, groupRoutes.listGroups, { jwt, params: FIRST_PAGE }));
		expect(page).toHaveLength(50);
		const last = page.at(-1);
		const next = { last_time: `${last?.time}`, last_id: last?.group_id ?? "" };
		const rest = await result(call(server, groupRoutes.listGroups, { jwt, params: next }));
		expect([...page, ...rest].map((group) => group.group_id)).toEqual(created);
		expect(newest(page)).toMatchObject({ rank: 0, parent: null });
	});

	it.each(["x", "-1", "1.5", "1e3", " "])("refuse the time %j", async (time) => {
		const server = await startApi();
		const { jwt } = await newUser(server);
		const params = { last_time: time, last_id: "none" };
		await expectRefusal(call(server, groupRoutes.listGroups, { jwt, params }), SERVER_ERRORS.INVALID_TIME);
	});

	it("take a time of any size", async () => {
		const server = await startApi();
		const { jwt } = await newUser(server);
		const params = { last_time: "340282366920938463463374607431768211455", last_id: "none" };
		expect(await result(call(server, groupRoutes.listGroups, { jwt, params }))).toEqual([]);
	});
});

describe("init", () => {
	it("lists open invites, newest first", async () => {
		const server = await startApi();
		const owner = await newUser(server);
		const user = await newUser(server);
		const groups = [await newGroup(server, owner), await newGroup(server, owner), await newGroup(server, owner)];
		withDatabase(server, (connection) => {
			for (const [index, groupId] of groups.entries()) {
				connection
					.prepare(
						`insert into "pendingMembers" ("groupId", "memberId", "kind", "type", "rank", "createdAt") values (?, ?, ?, 0, 4, ?)`,
					)
					.run([groupId, user.userId, index === 2 ? 1 : 0, index + 1]);
			}
		});
		const body = { refresh_token: user.refreshToken };
		const { invites } = await result(call(server, sessionRoutes.init, { jwt: user.jwt, body }));
		expect(invites).toEqual([
			{ group_id: groups[1], time: 2 },
			{ group_id: groups[0], time: 1 },
		]);
	});
});

describe("groups below one another", () => {
	it("are 50 below the first one at most", async () => {
		const server = await startApi();
		const user = await newUser(server);
		let { group_id } = await doAs(server, user, lightGroupRoutes.createGroup, {});
		for (let depth = 1; depth <= 50; depth++) {
			({ group_id } = await doAs(server, user, lightGroupRoutes.createChildGroup, { group_id }));
		}
		const deeper = callAs(server, user, lightGroupRoutes.createChildGroup, { group_id });
		await expectRefusal(deeper, SERVER_ERRORS.GROUP_TOO_DEEP);
		await doAs(server, user, lightGroupRoutes.createConnectedGroup, { group_id });
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 0 });
	});
});
