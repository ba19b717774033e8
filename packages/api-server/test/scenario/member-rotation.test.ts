import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { listRotationTargets } from "../../src/database/repositories/rotations.js";
import { MEMBER_TYPE } from "../../src/database/schema.js";
import { findGroupAccess, groupHolder } from "../../src/domain/group/access.js";
import { listKeys, readKey } from "../../src/domain/key/keys.js";
import { finishKeyRotation, listKeyRotations, startKeyRotation } from "../../src/domain/key/rotation.js";
import { uploadKeys } from "../../src/domain/key/upload.js";
import { FAILURES } from "../../src/failure.js";
import { crypto, newest, newUser, type Session } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { inGroup, MANY, mixedGroup, openGroupKey, userPair } from "../support/mixed-group.js";

describe("a rotation in a group", () => {
	it("reaches users, groups and the parent by their newest public keys, and each of them finishes it", async () => {
		const { server, services, owner, groupId, previousKey, members, body } = await mixedGroup();
		const starter = inGroup(groupId, owner.userId);
		const { key_id } = await startKeyRotation(services, starter, body(), MANY);
		await server.api.runJobs();
		const { privateKey } = userPair(owner);
		const started = openGroupKey({ privateKey, key: await readKey(services, starter, key_id) });

		const expected = members.map(({ memberId, pairs }) => [memberId, newest(pairs).id, null]);
		const entries = rows(server, "openRotations").map((row) => [row["memberId"], row["publicKeyId"], row["error"]]);
		expect(entries.sort()).toEqual(expected.sort());
		for (const { memberId, pairs } of members) {
			const holder = inGroup(groupId, memberId);
			const [rotation, ...more] = await listKeyRotations(services, holder);
			if (rotation === undefined) throw new Error("no rotation waits");
			expect(more).toEqual([]);
			const done = crypto.finishKeyRotation({ ...newest(pairs), rotation, previousKey });
			await finishKeyRotation(services, holder, key_id, done);
			const key = await readKey(services, holder, key_id);
			expect(openGroupKey({ privateKey: newest(pairs).privateKey, key }).groupKey).toBe(started.groupKey);
			expect(await listKeyRotations(services, holder)).toEqual([]);
		}
		expect(rows(server, "jobs")).toEqual([]);
	});

	it("is not started for a group by somebody who was thrown out of it", async () => {
		const { server, database, services, bob, groupId, previousKey, members } = await mixedGroup();
		const [, connected] = members;
		if (connected === undefined) throw new Error("no connected group");
		const appId = String(rows(server, "apps")[0]?.["id"]);
		const request = { appId, userId: bob.userId, groupId, accessGroupId: connected.memberId };
		const holder = groupHolder(await findGroupAccess(database.reads, request));
		const start = () => {
			const body = crypto.prepareKeyRotation({ publicKey: newest(connected.pairs).publicKey, previousKey });
			return startKeyRotation(services, holder, body, MANY);
		};
		await start();
		const throwOut = "delete from members where groupId = ? and memberId = ?";
		withDatabase(server, (db) => db.prepare(throwOut).run([connected.memberId, bob.userId]));
		await expect(start()).rejects.toMatchObject({ error: SERVER_ERRORS.NO_GROUP_ACCESS });
	});

	it("lists its targets page by page: nobody twice, and nobody who has the key, an entry or no public key", async () => {
		const { database, services, owner, groupId, members, body, server } = await mixedGroup();
		const { key_id: keyId } = await startKeyRotation(services, inGroup(groupId, owner.userId), body(), MANY);
		const targets = await listRotationTargets(database.reads, { keyId, groupId }, 10);
		const ids = targets.map(({ memberId }) => memberId);
		expect(ids).toEqual(members.map(({ memberId }) => memberId).sort());
		expect(await listRotationTargets(database.reads, { keyId, groupId }, 2)).toEqual(targets.slice(0, 2));
		const among = ids.slice(1, 2);
		expect(await listRotationTargets(database.reads, { keyId, groupId }, 10, { among })).toEqual(targets.slice(1, 2));
		expect(await listRotationTargets(database.reads, { keyId, groupId }, 10, { among: [] })).toEqual([]);
		await server.api.runJobs();
		expect(await listRotationTargets(database.reads, { keyId, groupId }, 10)).toEqual([]);
	});

	it("is started and finished by members only, each with a public key of its own of whatever generation", async () => {
		const { server, services, owner, bob, groupId, members, body } = await mixedGroup();
		const stranger = await newUser(server, "stranger");
		const start = (user: Session, data = body(user)) =>
			startKeyRotation(services, inGroup(groupId, user.userId), data, MANY);
		await expect(start(stranger)).rejects.toMatchObject({ error: SERVER_ERRORS.NO_GROUP_ACCESS });
		await expect(start(owner, body(bob))).rejects.toMatchObject({ error: SERVER_ERRORS.INVALID_ID });
		const foreign = { ...body(), previous_group_key_id: newest(owner.userKeys).groupKeyId };
		await expect(start(owner, foreign)).rejects.toMatchObject({ error: FAILURES.WRAPPED_KEY_UNKNOWN });
		expect(await listKeys(services, inGroup(groupId, owner.userId), undefined)).toHaveLength(1);

		const { key_id } = await start(owner);
		await server.api.runJobs();
		const finish = (memberId: string, publicKeyId: string) =>
			finishKeyRotation(services, inGroup(groupId, memberId), key_id, {
				encrypted_new_group_key: "wrapped",
				public_key_id: publicKeyId,
				encrypted_alg: "alg",
			});
		await expect(finish(stranger.userId, userPair(stranger).id)).rejects.toMatchObject({
			error: SERVER_ERRORS.NO_GROUP_ACCESS,
		});
		for (const { memberId, pairs } of members) {
			for (const other of [userPair(owner).id, memberId]) {
				await expect(finish(memberId, other)).rejects.toMatchObject({ error: SERVER_ERRORS.INVALID_ID });
			}
			await finish(memberId, pairs.at(-1)?.id ?? "");
			expect(await readKey(services, inGroup(groupId, memberId), key_id)).toMatchObject({
				encrypted_group_key: "wrapped",
			});
		}
	});

	it("leaves out who got the key in a session of another member meanwhile", async () => {
		const { server, services, owner, groupId, bob, body, join } = await mixedGroup();
		const { userId } = await newUser(server, "late");
		await join(userId, MEMBER_TYPE.user, "session");
		const { key_id } = await startKeyRotation(services, inGroup(groupId, owner.userId), body(), MANY);
		const keys = [{ encrypted_group_key: "wrapped", alg: "", encrypted_alg: "", key_id, user_public_key_id: "" }];
		await uploadKeys(services, inGroup(groupId, bob.userId), "session", keys);
		await server.api.runJobs();
		expect(rows(server, "openRotations").map((row) => row["memberId"])).not.toContain(userId);
		const other = uploadKeys(services, inGroup(groupId, "nobody"), "session", keys);
		await expect(other).rejects.toMatchObject({ error: SERVER_ERRORS.NO_GROUP_ACCESS });
	});
});
