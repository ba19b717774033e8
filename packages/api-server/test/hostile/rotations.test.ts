import { groupRoutes, SERVER_ERRORS, userKeyRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/database.js";
import { finishKeyRotation, listKeyRotations, startKeyRotation } from "../../src/domain/key/rotation.js";
import { createApi, generateRootKey } from "../../src/index.js";
import { JobRunner } from "../../src/jobs/runner.js";
import { call, expectRefusal, result, startApi, type Target } from "../support/api.js";
import { login, newest, newUser, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import { addDevice, finishAll, listRotations, rotate, rotationBody, twoDevices } from "../support/devices.js";
import { inGroup, MANY, mixedGroup } from "../support/mixed-group.js";

/** Starts so many rotations, all after the same key. */
async function rotateOften(server: Target, session: Session, count: number): Promise<string[]> {
	const body = rotationBody(session);
	const ids: string[] = [];
	for (let index = 0; index < count; index++) {
		ids.push((await result(call(server, userKeyRoutes.startKeyRotation, { jwt: session.jwt, body }))).key_id);
	}
	return ids;
}

describe("somebody who rotates again and again", () => {
	it("gets 100 rotations of the own keys in a month, and the next in the month after", async () => {
		const server = await startApi();
		await newUser(server, "alice");
		const newYear = Date.UTC(new Date(server.clock.now()).getUTCFullYear() + 1, 0);
		server.clock.advance(newYear - server.clock.now() - 60_000);
		const december = await login(server, "alice");
		await rotateOften(server, december, 100);
		const another = (session: Session) =>
			call(server, userKeyRoutes.startKeyRotation, { jwt: session.jwt, body: rotationBody(session) });
		await expectRefusal(another(december), SERVER_ERRORS.ROTATION_LIMIT);
		const bob = await newUser(server, "bob");
		expect(await another(bob)).toMatchObject({ ok: true });

		server.clock.advance(60_000);
		expect(await another(december)).toMatchObject({ ok: true });
	});

	it("gets as many as the API is told, but never less than 100", async () => {
		const server = await startApi(undefined, undefined, { userRotationsPerMonth: 101 });
		const alice = await newUser(server, "alice");
		await rotateOften(server, alice, 101);
		const body = rotationBody(alice);
		const another = call(server, userKeyRoutes.startKeyRotation, { jwt: alice.jwt, body });
		await expectRefusal(another, SERVER_ERRORS.ROTATION_LIMIT);
		for (const userRotationsPerMonth of [99, 0, Number.NaN]) {
			const api = createApi({ database: ":memory:", rootKey: generateRootKey(), userRotationsPerMonth });
			await expect(api).rejects.toMatchObject({ code: "CONFIG_INVALID" });
		}
	});

	it("in a group counts for that group, not for the user", async () => {
		const { server, services, owner, groupId, body } = await mixedGroup();
		const start = () => startKeyRotation(services, inGroup(groupId, owner.userId), body(), 2);
		await start();
		await start();
		await expect(start()).rejects.toMatchObject({ error: SERVER_ERRORS.ROTATION_LIMIT });
		await expect(rotate(server, owner)).resolves.toBeDefined();
	});

	it("makes no answer longer than 50: another device takes them page by page, the oldest first", async () => {
		const { server, first, second } = await twoDevices();
		const ids = await rotateOften(server, first, 60);
		await server.api.runJobs();
		const page = await listRotations(server, second);
		expect(page.map(({ new_group_key_id }) => new_group_key_id)).toEqual(ids.slice(0, 50));
		const half = await finishAll(server, second);
		const rest = await listRotations(server, second);
		expect(rest.map(({ new_group_key_id }) => new_group_key_id)).toEqual(ids.slice(50));
		const whole = await finishAll(server, half);
		expect(await listRotations(server, second)).toEqual([]);
		expect(newest(whole.userKeys).groupKeyId).toBe(ids.at(-1));
	});

	it("leaves key_update true for a member until the last page is finished", async () => {
		const { server, services, owner, bob, groupId, members, body } = await mixedGroup();
		const data = body();
		const holder = inGroup(groupId, bob.userId);
		for (let count = 0; count < 51; count++)
			await startKeyRotation(services, inGroup(groupId, owner.userId), data, MANY);
		await server.api.runJobs();
		const params = { group_id: groupId };
		const update = () => result(call(server, groupRoutes.checkGroupUpdate, { jwt: bob.jwt, params }));
		const group = () => result(call(server, groupRoutes.getGroup, { jwt: bob.jwt, params }));
		for (const expected of [50, 1]) {
			expect([await update(), await group()]).toMatchObject([{ key_update: true }, { key_update: true }]);
			const open = await listKeyRotations(services, holder);
			expect(open).toHaveLength(expected);
			const wrapped = { encrypted_new_group_key: "wrapped", encrypted_alg: "alg" };
			const done = { ...wrapped, public_key_id: members[0]?.pairs[0]?.id ?? "" };
			for (const { new_group_key_id } of open) await finishKeyRotation(services, holder, new_group_key_id, done);
		}
		expect([await update(), await group()]).toMatchObject([{ key_update: false }, { key_update: false }]);
	});

	it("does not keep others waiting: jobs are served in turn per user", async () => {
		const server = await startApi(undefined, undefined, { runJobs: false });
		const [alice, bob, carol] = [await newUser(server), await newUser(server), await newUser(server)];
		for (const [index, user] of [alice, bob, carol].entries()) await addDevice(server, user, `device ${index}`);
		const flood = await rotateOften(server, alice, 40);
		const [bobs] = await rotateOften(server, bob, 2);
		const [carols] = await rotateOften(server, carol, 1);

		const database = await openDatabase(server.database, server.rootKey);
		onTestFinished(() => database.close());
		const order: string[] = [];
		const { now } = server.clock;
		const keyRotation = async (subject: string) => {
			order.push(subject);
			return "done" as const;
		};
		const runner = new JobRunner({ database, newId: () => "", now, onError: () => undefined, steps: { keyRotation } });
		await runner.run();
		expect(order.slice(0, 3)).toEqual([flood[0], bobs, carols]);
		expect(order).toHaveLength(43);
		expect(new Set(order).size).toBe(43);
		expect(rows(server, "jobs")).toEqual([]);
	});
});
