import { deviceRoutes, userKeyRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../src/index.js";
import { call, result, startApi } from "../support/api.js";
import { remote } from "../support/cli.js";
import { crypto, login, newest, newUser, registerBody, type Session } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import {
	addDevice,
	confirmDevice,
	finishAll,
	listKeys,
	listRotations,
	rotate,
	rotationBody,
	startDevice,
	threeDevices,
	wrapKeys,
} from "../support/devices.js";
import { expectSoundDatabase } from "../support/invariants.js";

const keyIds = ({ userKeys }: Session) => userKeys.map((key) => key.groupKeyId);

/** Both devices have the same keys, and what one encrypts by the newest the other one opens. */
function expectSameKeys(one: Session, other: Session): void {
	expect(keyIds(one)).toEqual(keyIds(other));
	expect(one.userKeys.map((key) => JSON.parse(key.groupKey))).toEqual(
		other.userKeys.map((key) => JSON.parse(key.groupKey)),
	);
	expect(newest(one.userKeys).signKey).toBe(newest(other.userKeys).signKey);
}

describe("a rotation of user keys", () => {
	// protocol/http-api §11.5.
	it("gives the starter the new key at once; its list is newest first and paged", async () => {
		const server = await startApi();
		const before = await newUser(server);
		const after = await rotate(server, before);
		const [newKey, oldKey, ...more] = await listKeys(server, after);
		expect([newKey?.group_key_id, oldKey?.group_key_id, more]).toEqual([...keyIds(after), []]);
		const params = { last_time: `${newKey?.time}`, last_id: newKey?.group_key_id ?? "" };
		expect(await listKeys(server, after, params)).toEqual([oldKey]);
		const body = { key_id: keyIds(after)[0] ?? "", user_id: after.userId };
		expect(await result(call(server, userRoutes.userPublicKey, { params: body }))).toMatchObject({
			public_key_id: body.key_id,
			public_key_sig_key_id: body.key_id,
		});
		expect(newKey?.user_public_key_id).toBe(after.deviceId);
	});

	it("waits for the few other devices as soon as it is answered", async () => {
		const server = await startApi();
		const [first, second, third] = await threeDevices(server);
		const { url, close } = await listen(server.api, { port: 0 });
		onTestFinished(close);
		const served = remote(url, server.app);
		const { jwt } = first;
		const { key_id } = await result(call(served, userKeyRoutes.startKeyRotation, { jwt, body: rotationBody(first) }));
		for (const other of [second, third]) {
			expect(await listRotations(served, other)).toMatchObject([{ new_group_key_id: key_id, error: null }]);
		}
	});

	// protocol/http-api §11.5.
	it("reaches the other devices, and one that was offline during two finishes both in their order", async () => {
		const server = await startApi();
		const [first, second, third] = await threeDevices(server);
		const rotatedOnce = await rotate(server, first);
		await server.api.runJobs();
		expect(await listRotations(server, first)).toEqual([]);
		const caughtUp = await finishAll(server, second);
		expectSameKeys(caughtUp, rotatedOnce);
		expect(await listRotations(server, second)).toEqual([]);

		const rotatedTwice = await rotate(server, caughtUp);
		await server.api.runJobs();
		const waiting = await listRotations(server, third);
		expect(waiting.map((rotation) => [rotation.previous_group_key_id, rotation.new_group_key_id])).toEqual([
			[keyIds(first)[0], keyIds(rotatedOnce)[0]],
			[keyIds(rotatedOnce)[0], keyIds(rotatedTwice)[0]],
		]);
		expect(waiting.every((rotation) => rotation.encrypted_eph_key_key_id === third.deviceId)).toBe(true);
		expectSameKeys(await finishAll(server, third), rotatedTwice);
		expectSameKeys(await finishAll(server, rotatedOnce), rotatedTwice);
		expect(await listKeys(server, third)).toHaveLength(3);
		expect(rows(server, "openRotations")).toEqual([]);
		expectSameKeys(await login(server, "third"), rotatedTwice);
	});

	it("opens what another device encrypted for the new public key", async () => {
		const server = await startApi();
		const [first, second] = await threeDevices(server);
		const rotated = await rotate(server, first);
		await server.api.runJobs();
		const finished = await finishAll(server, second);
		const { exportedPublicKey: publicKey } = newest(rotated.userKeys);
		const encrypted = crypto.encryptString({ key: { publicKey }, text: "after" });
		const key = { privateKey: newest(finished.userKeys).privateKey };
		expect(crypto.decryptString({ key, text: encrypted }).text).toBe("after");
	});

	it("may meet another one: every device ends with the keys of both", async () => {
		const server = await startApi();
		const [first, second, third] = await threeDevices(server);
		const started = await Promise.all([rotate(server, first), rotate(server, second)]);
		await server.api.runJobs();
		const sessions = await Promise.all([...started, third].map((session) => finishAll(server, session)));
		for (const session of sessions) {
			expect(new Set(keyIds(session))).toEqual(new Set(started.flatMap(keyIds)));
			const stored = await listKeys(server, session);
			expect(stored.map((key) => key.time)).toEqual([...new Set(stored.map((key) => key.time))].sort().reverse());
		}
	});

	it("makes the newest key also when the clock was set back", async () => {
		const server = await startApi();
		const user = await newUser(server);
		server.clock.advance(-60_000);
		const { userId } = await rotate(server, await login(server, user.identifier));
		const [stored] = await listKeys(server, user);
		const key = await result(call(server, userRoutes.userPublicKey, { params: { user_id: userId } }));
		expect(key.public_key_id).not.toBe(newest(user.userKeys).groupKeyId);
		expect(key.public_key_id).toBe(stored?.group_key_id);
	});

	it("leaves no job and no ephemeral key behind", async () => {
		const server = await startApi();
		const [first] = await threeDevices(server);
		await rotate(server, first);
		await server.api.runJobs();
		expect(rows(server, "jobs")).toEqual([]);
		expect(rows(server, "groupKeys").map((key) => key["encryptedEphemeralKey"])).toEqual([null, null]);
	});

	it("tells a device that it cannot be encrypted for, and reaches the others", async () => {
		const server = await startApi();
		const [first, second, third] = await threeDevices(server);
		withDatabase(server, (db) =>
			db.prepare("update devices set publicKey = ? where id = ?").run(["?", third.deviceId]),
		);
		await rotate(server, first);
		await server.api.runJobs();
		expect(await listRotations(server, third)).toMatchObject([
			{ error: expect.stringMatching(/./), encrypted_ephemeral_key_by_group_key_and_public_key: "" },
		]);
		expect(await listRotations(server, second)).toMatchObject([{ error: null }]);
		await finishAll(server, second);
		expect(rows(server, "jobs")).toEqual([]);
	});

	it("works with an ephemeral key that nobody can decode", async () => {
		const server = await startApi();
		const [first, second] = await threeDevices(server);
		const body = { ...rotationBody(first), encrypted_ephemeral_key: "§" };
		await result(call(server, userKeyRoutes.startKeyRotation, { jwt: first.jwt, body }));
		await server.api.runJobs();
		expect((await listRotations(server, second)).map(({ error }) => typeof error)).toEqual(["string"]);
	});
});

/** An API that leaves the jobs alone until it is told to run them. */
const withoutJobs = () => startApi(undefined, undefined, { runJobs: false });

describe("a device that is added while a rotation is open", () => {
	it("has the new key already when the adding device has it", async () => {
		const server = await withoutJobs();
		const rotated = await rotate(server, await newUser(server));
		const added = await addDevice(server, rotated, "added");
		await server.api.runJobs();
		expect(await listRotations(server, added)).toEqual([]);
		expectSameKeys(added, rotated);
	});

	it("gets an entry when the adding device does not have it", async () => {
		const server = await withoutJobs();
		const first = await newUser(server);
		const second = await addDevice(server, first, "second");
		const rotated = await rotate(server, first);
		const added = await addDevice(server, second, "added");
		expect(keyIds(added)).toEqual(keyIds(second));
		await server.api.runJobs();
		expectSameKeys(await finishAll(server, added), rotated);
	});

	it("waits for no rotation any more when the key comes from another device first", async () => {
		const server = await withoutJobs();
		const first = await newUser(server);
		const started = await startDevice(server, registerBody("second").device);
		const { session_id } = await confirmDevice(server, first, started, true);
		const second = await login(server, "second");
		const rotated = await rotate(server, first);
		await server.api.runJobs();
		expect(await listRotations(server, second)).toHaveLength(1);
		const body = wrapKeys(started, rotated.userKeys).keys;
		const params = { session_id: session_id ?? "" };
		await result(call(server, deviceRoutes.uploadDeviceKeys, { jwt: first.jwt, params, body }));
		expect(await listRotations(server, second)).toEqual([]);
		expectSameKeys(await login(server, "second"), rotated);
	});
});

describe("an open rotation", () => {
	it("does not wait for a device that is deleted", async () => {
		const server = await withoutJobs();
		const first = await newUser(server);
		const second = await addDevice(server, first, "second");
		const third = await addDevice(server, first, "third");
		await rotate(server, first);
		const params = { device_id: second.deviceId };
		await result(call(server, deviceRoutes.deleteDevice, { jwt: first.jwt, params }));
		await server.api.runJobs();
		expect(rows(server, "openRotations")).toMatchObject([{ memberId: third.deviceId }]);
		expect(rows(server, "jobs")).toEqual([]);
		expectSoundDatabase(server);
	});

	it("ends with its user", async () => {
		const server = await withoutJobs();
		const first = await newUser(server);
		await addDevice(server, first, "second");
		const { jwt } = await rotate(server, first);
		await result(call(server, userRoutes.deleteUser, { jwt }));
		await server.api.runJobs();
		for (const table of ["jobs", "openRotations", "groupKeys"]) expect(rows(server, table)).toEqual([]);
		expectSoundDatabase(server);
	});
});
