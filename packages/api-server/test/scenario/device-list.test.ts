import {
	deviceRoutes,
	lightRoutes,
	type Params,
	type Route,
	SERVER_ERRORS,
	sessionRoutes,
	userKeyRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { hash } from "../../src/bytes.js";
import { call, callLate, expectRefusal, result, startApi } from "../support/api.js";
import { login, newest, newUser, registerBody } from "../support/client.js";
import { rows } from "../support/database.js";
import {
	confirmDevice,
	deleteDevice,
	listDevices,
	rotate,
	rotationBody,
	startDevice,
	twoDevices,
	wrapKeys,
} from "../support/devices.js";

/** Rows that name a device or a user. */
function mentions(server: { database: string }, id: string): string[] {
	const tables = ["devices", "members", "wrappedKeys", "openRotations", "sessions", "loginChallenges"];
	return tables.filter((table) => rows(server, table).some((row) => Object.values(row).includes(id)));
}

describe("the devices of a user", () => {
	it("come in the order in which they joined, with the hash of their identifier", async () => {
		const server = await startApi();
		const early = await startDevice(server, registerBody("early").device);
		const late = await startDevice(server, registerBody("late").device);
		server.clock.advance(1);
		const first = await newUser(server, "first");
		for (const device of [late, early]) {
			server.clock.advance(1);
			await confirmDevice(server, first, device);
		}
		await startDevice(server, registerBody("waiting").device);
		await newUser(server, "another user");
		const times = [2, 1, 0].map((ms) => server.clock.now() - ms);
		expect(await listDevices(server, first)).toEqual([
			{ device_id: first.deviceId, time: times[0], device_identifier: hash("first") },
			{ device_id: late.device_id, time: times[1], device_identifier: hash("late") },
			{ device_id: early.device_id, time: times[2], device_identifier: hash("early") },
		]);
	});

	it("come in pages of 50, also when many joined at the same time", async () => {
		const server = await startApi();
		const user = await newUser(server, "first");
		for (let count = 0; count < 60; count++) {
			const started = await startDevice(server, registerBody(`device ${count}`).device);
			if (count === 55) server.clock.advance(1);
			await confirmDevice(server, user, started);
		}
		const page = await listDevices(server, user);
		expect(page).toHaveLength(50);
		const last = page.at(-1);
		const rest = await listDevices(server, user, { last_time: `${last?.time}`, last_id: last?.device_id ?? "" });
		expect(rest).toHaveLength(11);
		expect(new Set([...page, ...rest].map((device) => device.device_id)).size).toBe(61);
		expect([...page, ...rest].map((device) => device.time).sort()).toEqual(
			[...page, ...rest].map((device) => device.time),
		);
	});

	it("need a time that is a number", async () => {
		const { server, first } = await twoDevices();
		const params = { last_time: "now", last_id: "none" };
		await expectRefusal(call(server, deviceRoutes.listDevices, { jwt: first.jwt, params }), SERVER_ERRORS.INVALID_TIME);
	});
});

describe("a deleted device", () => {
	it("is gone with its sessions, its membership and its keys", async () => {
		const { server, first, second } = await twoDevices();
		await rotate(server, first);
		await server.api.runJobs();
		expect(mentions(server, second.deviceId)).toContain("openRotations");
		expect(await result(deleteDevice(server, first, second.deviceId))).toBe("Success");
		expect(mentions(server, second.deviceId)).toEqual([]);
		expect(mentions(server, first.deviceId)).toEqual(["devices", "members", "wrappedKeys", "sessions"]);
		expect((await listDevices(server, first)).map((device) => device.device_id)).toEqual([first.deviceId]);
		await expect(login(server, "second")).rejects.toThrow("401/100");
		await newUser(server, "second");
	});

	it("is nobody: its JWT is refused everywhere, also where an expired one is allowed", async () => {
		const { server, first, second } = await twoDevices();
		await result(deleteDevice(server, first, second.deviceId));
		const { jwt, refreshToken } = second;
		const body = { refresh_token: refreshToken };
		for (const answer of [
			call(server, sessionRoutes.jwtOwner, { jwt, token: server.app.secretToken }),
			call(server, sessionRoutes.refresh, { jwt, body }),
			call(server, sessionRoutes.init, { jwt, body }),
			call(server, sessionRoutes.endSession, { jwt, body }),
			call(server, userKeyRoutes.userKey, { jwt, params: { key_id: "x" } }),
			deleteDevice(server, second, first.deviceId),
		]) {
			await expectRefusal(answer, SERVER_ERRORS.USER_NOT_FOUND);
		}
	});

	it.each([
		"adds a device",
		"adds a light device",
		"hands keys over",
		"starts a rotation",
		"finishes a rotation",
	] as const)("is nobody also when it is deleted while its request arrives: it %s", async (what) => {
		const { server, first, second } = await twoDevices();
		const { token } = await startDevice(server, registerBody("late").device);
		const started = await startDevice(server, registerBody("third").device);
		const { session_id } = await confirmDevice(server, first, started, true);
		const user_keys = wrapKeys(started, first.userKeys);
		const [route, body, params] = {
			"adds a device": [deviceRoutes.doneRegisterDevice, { token, user_keys }, {}],
			"adds a light device": [lightRoutes.doneRegisterDevice, { token, user_group: {} }, {}],
			"hands keys over": [deviceRoutes.uploadDeviceKeys, user_keys.keys, { session_id }],
			"starts a rotation": [userKeyRoutes.startKeyRotation, rotationBody(second), {}],
			"finishes a rotation": [
				userKeyRoutes.finishKeyRotation,
				{ encrypted_new_group_key: "key", public_key_id: second.deviceId, encrypted_alg: "alg" },
				{ key_id: newest(first.userKeys).groupKeyId },
			],
		}[what] as [Route, object, Params<Route>];
		const answer = callLate(server, route, { jwt: second.jwt, params, body }, () =>
			result(deleteDevice(server, first, second.deviceId)),
		);
		await expectRefusal(answer, SERVER_ERRORS.USER_NOT_FOUND);
	});

	it("may be the one that asks for it", async () => {
		const { server, first, second } = await twoDevices();
		await result(deleteDevice(server, first, first.deviceId));
		expect((await listDevices(server, second)).map((device) => device.device_id)).toEqual([second.deviceId]);
	});

	it("is never the last one, not even when the last two are deleted at once", async () => {
		const { server, first, second } = await twoDevices();
		const answers = await Promise.all([
			deleteDevice(server, first, second.deviceId),
			deleteDevice(server, second, first.deviceId),
			deleteDevice(server, first, first.deviceId),
			deleteDevice(server, second, second.deviceId),
		]);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		const [left] = rows(server, "devices");
		const survivor = [first, second].find((session) => session.deviceId === left?.["id"]) ?? first;
		await expectRefusal(deleteDevice(server, survivor, survivor.deviceId), SERVER_ERRORS.LAST_DEVICE);
		await login(server, survivor.identifier);
	});

	it("is one of the caller, and not one that waits", async () => {
		const { server, first } = await twoDevices();
		const stranger = await newUser(server, "stranger");
		const waiting = await startDevice(server, registerBody("waiting").device);
		for (const id of [stranger.deviceId, waiting.device_id, "unknown"]) {
			await expectRefusal(deleteDevice(server, first, id), SERVER_ERRORS.USER_NOT_FOUND);
		}
		await login(server, "stranger");
	});

	it("takes a fresh JWT", async () => {
		const { server, first, second } = await twoDevices();
		const body = { refresh_token: first.refreshToken };
		const { jwt } = await result(call(server, sessionRoutes.refresh, { jwt: first.jwt, body }));
		await expectRefusal(deleteDevice(server, { ...first, jwt }, second.deviceId), SERVER_ERRORS.JWT_NOT_FRESH);
	});
});
