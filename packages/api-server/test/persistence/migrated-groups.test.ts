import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Clock, type TestApi } from "@sentc-ts/test-world";
import { groupRotationRoutes, groupRoutes, inviteRoutes, joinRequestRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApi } from "../../src/index.js";
import type { StoredGroups } from "../fixtures/groups.js";
import { readSecrets, type Secrets } from "../fixtures/secrets.js";
import { call, result, temporaryFolder } from "../support/api.js";
import { login, newGroup } from "../support/client.js";
import { withDatabase } from "../support/database.js";
import { FIRST_PAGE } from "../support/devices.js";
import {
	checkUpdate,
	finishGroupRotations,
	keysOf,
	keysOfSeatFor,
	rotateGroup,
	type Seat,
	seat,
	seatInChild,
	seatThrough,
} from "../support/group-keys.js";

// Stored databases of versions whose groups have other members: whatever was under way goes on.

const FIXTURES = new URL("../fixtures/", import.meta.url);
const STORED = readdirSync(FIXTURES)
	.filter((name) => /^\d{4}$/.test(name))
	.flatMap((version) => {
		const { groups, ...secrets } = readSecrets(version);
		return groups === undefined ? [] : [[version, secrets, groups] as const];
	});

async function open(version: string, secrets: Secrets): Promise<TestApi> {
	const database = join(temporaryFolder(), "sentc.db");
	copyFileSync(new URL(`${version}/sentc.db`, FIXTURES), database);
	const clock = Clock.standing(secrets.time);
	const rootKey = new Uint8Array(Buffer.from(secrets.rootKey, "base64"));
	const api = await createApi({ database, rootKey, developmentApp: true, now: clock.now, runJobs: false });
	onTestFinished(() => api.close());
	return { api, app: secrets.shop, clock, database, rootKey, close: api.close };
}

it("there are some", () => {
	expect(STORED.map(([version]) => version)).toContain("0007");
});

describe.each(STORED)("a database that was last changed by migration %s", (version, secrets, groups) => {
	async function seats() {
		const server = await open(version, secrets);
		const [host, guest, gone] = [
			await login(server, "host"),
			await login(server, "guest"),
			await login(server, "gone"),
		];
		const of = (user: typeof host, name: keyof StoredGroups): Seat => seat(user, groups[name]);
		return {
			server,
			host: of(host, "top"),
			guest: of(guest, "top"),
			guests: of(guest, "guests"),
			gone: of(gone, "top"),
		};
	}

	const listDue = async (server: TestApi, { user, groupId }: Seat) => {
		const params = { group_id: groupId, ...FIRST_PAGE };
		return result(call(server, groupRotationRoutes.listDueGroups, { jwt: user.jwt, params }));
	};

	it("lists the groups of somebody in the order in which they were made, from wherever a page begins", async () => {
		const { server, host } = await seats();
		const listed = async (last: { time: number; group_id: string }) => {
			const params = { last_time: `${last.time}`, last_id: last.group_id };
			return result(call(server, groupRoutes.listGroups, { jwt: host.user.jwt, params }));
		};
		const added = await newGroup(server, host.user);
		const all = await listed({ time: 0, group_id: "none" });
		expect(all.map(({ group_id }) => group_id)).toEqual([groups.top, added]);
		for (const [index, group] of all.entries()) expect(await listed(group)).toEqual(all.slice(index + 1));
		const later = "select * from members join groups on id = groupId where groupCreatedAt != createdAt";
		expect(withDatabase(server, (db) => db.prepare(later).all([]))).toEqual([]);
	});

	it("rotates what a removal has made due, and finishes what waits for others", async () => {
		const { server, host, guest, guests } = await seats();
		expect(await listDue(server, host)).toMatchObject([
			{ group_id: groups.child },
			{ group_id: groups.connected, group_as_member: groups.top },
		]);
		await rotateGroup(server, await seatInChild(server, host, groups.child));
		await rotateGroup(server, await seatThrough(server, host, groups.connected));
		expect(await listDue(server, host)).toEqual([]);
		const foreign = await seatThrough(server, guests, groups.foreign);
		expect(await checkUpdate(server, foreign)).toMatchObject({ rotation_due: true });
		await rotateGroup(server, foreign);
		expect(await checkUpdate(server, foreign)).not.toMatchObject({ rotation_due: true });
		expect(await keysOf(server, guest)).toHaveLength(1);
		await finishGroupRotations(server, guest);
		expect(await keysOf(server, guest)).toEqual(await keysOf(server, host));
		await server.api.runJobs();
		expect(withDatabase(server, (db) => db.prepare("pragma foreign_key_check").all([]))).toEqual([]);
	});

	it("lets those in who wait, with all keys", async () => {
		const { server, host, guests, gone } = await seats();
		const { user } = gone;
		const invites = await result(call(server, inviteRoutes.listInvites, { jwt: user.jwt, params: FIRST_PAGE }));
		expect(invites.map(({ group_id }) => group_id)).toEqual([groups.top]);
		const { keys } = await keysOfSeatFor(server, host, { user_id: user.userId });
		const session = { group_id: groups.top, session_id: groups.keySession };
		await result(call(server, inviteRoutes.uploadKeys, { jwt: host.user.jwt, params: session, body: keys }));
		await result(call(server, inviteRoutes.accept, { jwt: user.jwt, params: { group_id: groups.top } }));
		expect(await keysOf(server, gone)).toEqual(await keysOf(server, host));

		const params = { group_id: groups.guests, user_id: user.userId };
		const body = await keysOfSeatFor(server, guests, { user_id: user.userId });
		await result(call(server, joinRequestRoutes.accept, { jwt: guests.user.jwt, params, body }));
		expect(await keysOf(server, seat(user, groups.guests))).toEqual(await keysOf(server, guests));
		expect(withDatabase(server, (db) => db.prepare("pragma foreign_key_check").all([]))).toEqual([]);
	});
});
