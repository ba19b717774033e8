import {
	groupRotationRoutes,
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { expect, it } from "vitest";
import { expectRefusal, result, startApi } from "../support/api.js";
import { newest, newUser } from "../support/client.js";
import {
	addUser,
	finishGroupRotations,
	found,
	kickAndRotate,
	listGroupRotations,
	openKeys,
	rotateGroup,
	type Seat,
	startRotation,
} from "../support/group-keys.js";
import { callAs, keysFor } from "../support/sharing.js";

// The rows of the table of protocol/http-api §16 that are about keys, for every rank; the others are in rank-table.test.ts.

/** A member of each rank, the creator first, who all have the keys. */
async function fiveRanks() {
	const server = await startApi();
	const owner = await found(server, await newUser(server));
	const seats: Seat[] = [owner];
	for (const rank of [1, 2, 3, 4]) seats.push(await addUser(server, owner, await newUser(server), rank));
	return { server, owner, seats };
}

it("a member of any rank reads keys and finishes a rotation; uploads for somebody who was invited need rank 2", async () => {
	const { server, owner, seats } = await fiveRanks();
	const first = newest(await openKeys(server, owner));
	const invited = await newUser(server);
	const params = { group_id: owner.groupId, user_id: invited.userId };
	const body = await keysFor(server, [first], params, { keySession: true });
	const { session_id } = await result(callAs(server, owner.user, inviteRoutes.inviteUser, params, { body }));
	if (!session_id) throw new Error("there is no session");
	await rotateGroup(server, owner);
	await server.api.runJobs();
	for (const [rank, seat] of seats.entries()) {
		const { user, groupId: group_id } = seat;
		const key = { group_id, key_id: first.groupKeyId };
		expect(await callAs(server, user, groupRoutes.groupKey, key), `rank ${rank}`).toMatchObject({ ok: true });
		expect(await listGroupRotations(server, seat), `rank ${rank}`).toHaveLength(rank === 0 ? 0 : 1);
		await finishGroupRotations(server, seat);
		expect(await openKeys(server, seat), `rank ${rank}`).toHaveLength(2);
		for (const { uploadKeys } of [inviteRoutes, joinRequestRoutes]) {
			const upload = callAs(server, user, uploadKeys, { group_id, session_id }, { body: body.keys });
			if (rank <= 2) expect(await upload, `rank ${rank}`).toMatchObject({ ok: true });
			else await expectRefusal(upload, SERVER_ERRORS.RANK_INSUFFICIENT);
		}
	}
	const stranger = await newUser(server);
	const upload = callAs(server, stranger, inviteRoutes.uploadKeys, { ...params, session_id }, { body: body.keys });
	await expectRefusal(upload, SERVER_ERRORS.NO_GROUP_ACCESS);
	const list = callAs(server, stranger, groupRotationRoutes.listKeyRotations, params);
	await expectRefusal(list, SERVER_ERRORS.NO_GROUP_ACCESS);
});

it("a member starts a rotation with the rank that the app asks for, or a stronger one", async () => {
	const { server, seats } = await fiveRanks();
	for (const min_rank_key_rotation of [0, 1, 2, 3, 4]) {
		await server.api.apps.update(server.app.appId, { options: { min_rank_key_rotation } });
		for (const [rank, seat] of seats.entries()) {
			const started = await startRotation(server, seat);
			const at = `rank ${rank} of ${min_rank_key_rotation}`;
			if (rank <= min_rank_key_rotation) expect(started, at).toMatchObject({ ok: true });
			else expect(started, at).toMatchObject({ ok: false, code: SERVER_ERRORS.RANK_INSUFFICIENT.code });
		}
	}
});

it("a member removes and rotates in one step with rank 2 or a stronger one", async () => {
	const { server, owner, seats } = await fiveRanks();
	for (const [rank, seat] of seats.entries()) {
		await server.api.runJobs();
		for (const behind of [owner, seat]) await finishGroupRotations(server, behind);
		const { user } = await addUser(server, owner, await newUser(server), 4);
		const removed = await kickAndRotate(server, seat, user.userId);
		if (rank <= 2) expect(removed, `rank ${rank}`).toMatchObject({ ok: true, result: { key_id: expect.any(String) } });
		else await expectRefusal(removed, SERVER_ERRORS.RANK_INSUFFICIENT);
	}
});
