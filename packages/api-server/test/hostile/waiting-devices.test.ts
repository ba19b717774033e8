import type { TestApi } from "@sentc-ts/test-world";
import { DEFAULT_OPTIONS, deviceRoutes, lightRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { createApi, generateRootKey } from "../../src/index.js";
import { call, expectRefusal, readAnswer, requestOf, result, startApi } from "../support/api.js";
import { login, newUser, registerBody } from "../support/client.js";
import { rows } from "../support/database.js";
import { addDevice, confirmDevice, startDevice, wrapKeys } from "../support/devices.js";

const MINUTE = 60_000;
const { TOO_MANY_REQUESTS, USER_NOT_FOUND } = SERVER_ERRORS;

const waiting = (server: TestApi) => rows(server, "waitingDevices").map(({ id }) => String(id));

/** Starts a device from an address. */
async function startFrom(server: TestApi, address: string | undefined, identifier = "device", token?: string) {
	const { device } = registerBody(identifier);
	const request = requestOf(server.app, deviceRoutes.prepareRegisterDevice, { body: device, ...(token && { token }) });
	const response = await server.api.fetch(request, { address });
	const retryAfter = response.headers.get("Retry-After");
	return { answer: await readAnswer(response, deviceRoutes.prepareRegisterDevice), retryAfter };
}

async function allowed(server: TestApi, address: string | undefined, identifier?: string, token?: string) {
	return result((await startFrom(server, address, identifier, token)).answer);
}

describe("a device that somebody lets wait with the identifier of another person", () => {
	it("keeps that person from nothing: neither exists nor the registration of the own backend knows it", async () => {
		const server = await startApi(DEFAULT_OPTIONS);
		const squatter = await startDevice(server, registerBody("alice@example.com").device);
		const body = { user_identifier: "alice@example.com" };
		expect(await result(call(server, userRoutes.exists, { body }))).toMatchObject({ available: true });
		const registration = { token: server.app.secretToken, body: registerBody("alice@example.com") };
		expect(await call(server, userRoutes.register, registration)).toMatchObject({ ok: true });

		const alice = await login(server, "alice@example.com");
		const done = { token: squatter.token, user_keys: wrapKeys(squatter, alice.userKeys) };
		const late = call(server, deviceRoutes.doneRegisterDevice, { jwt: alice.jwt, body: done });
		await expectRefusal(late, USER_NOT_FOUND);
		expect(await login(server, "alice@example.com")).toMatchObject({ deviceId: alice.deviceId });
	});

	it("is one of several: the first that is added has it, and the tokens of the others answer 100", async () => {
		const server = await startApi();
		const [alice, mallory] = [await newUser(server, "alice"), await newUser(server, "mallory")];
		const [first, second, third] = [
			await startDevice(server, registerBody("phone").device),
			await startDevice(server, registerBody("phone").device),
			await startDevice(server, registerBody("phone").device),
		];
		await confirmDevice(server, alice, second);
		for (const { token } of [first, third]) {
			const body = { token, user_group: {} };
			await expectRefusal(call(server, lightRoutes.doneRegisterDevice, { jwt: mallory.jwt, body }), USER_NOT_FOUND);
		}
		expect(await login(server, "phone")).toMatchObject({ userId: alice.userId, deviceId: second.device_id });
	});

	it("is added once, whoever asks at the same time", async () => {
		const server = await startApi();
		const users = [await newUser(server, "alice"), await newUser(server, "mallory")];
		const phones = [
			await startDevice(server, registerBody("phone").device),
			await startDevice(server, registerBody("phone").device),
		];
		const answers = await Promise.all(
			phones.flatMap((phone) =>
				users.map((user) => {
					const body = { token: phone.token, user_keys: wrapKeys(phone, user.userKeys) };
					return call(server, deviceRoutes.doneRegisterDevice, { jwt: user.jwt, body });
				}),
			),
		);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
	});

	it("is not let wait where a device of an account has the identifier", async () => {
		const server = await startApi();
		await addDevice(server, await newUser(server, "alice"), "phone");
		for (const identifier of ["alice", "phone"]) {
			const body = registerBody(identifier).device;
			const start = call(server, deviceRoutes.prepareRegisterDevice, { body });
			await expectRefusal(start, SERVER_ERRORS.IDENTIFIER_EXISTS);
		}
	});
});

describe("devices that somebody lets wait to fill the disk", () => {
	it("are gone after 30 minutes, with all that was stored of them", async () => {
		const server = await startApi();
		await newUser(server, "alice");
		const old = await startDevice(server, registerBody("old").device);
		server.clock.advance(20 * MINUTE);
		const young = await startDevice(server, registerBody("young").device);
		server.clock.advance(10 * MINUTE);
		await server.api.runJobs();
		expect(waiting(server)).toEqual([old.device_id, young.device_id]);
		server.clock.advance(1);
		const user = await login(server, "alice");
		await expectRefusal(
			call(server, lightRoutes.doneRegisterDevice, { jwt: user.jwt, body: { token: old.token, user_group: {} } }),
			USER_NOT_FOUND,
		);
		await server.api.runJobs();
		expect(waiting(server)).toEqual([young.device_id]);
		await confirmDevice(server, user, young);
		expect(rows(server, "waitingDevices")).toEqual([]);
		expect(await login(server, "young")).toMatchObject({ userId: user.userId });
	});

	it("are refused beyond so many from one address, which hears when it may go on; others may", async () => {
		const waitingDevices = { perAddress: 3, lifetime: 10 * MINUTE };
		const server = await startApi(undefined, undefined, { waitingDevices });
		for (const host of [1, 2, 3]) await allowed(server, `2001:db8:1:2::${host}`);
		server.clock.advance(4 * MINUTE);
		const { answer, retryAfter } = await startFrom(server, "2001:db8:1:2:ffff::");
		await expectRefusal(answer, TOO_MANY_REQUESTS);
		expect(retryAfter).toBe("360");
		await allowed(server, "2001:db8:1:3::1");
		await allowed(server, "192.0.2.1");
		for (let count = 0; count < 5; count++)
			await allowed(server, "2001:db8:1:2::1", "own backend", server.app.secretToken);
		server.clock.advance(6 * MINUTE + 1);
		await allowed(server, "2001:db8:1:2::1");
	});

	it("are at most 50 from one address by default", async () => {
		const server = await startApi();
		for (let count = 0; count < 50; count++) await allowed(server, "192.0.2.1");
		await expectRefusal((await startFrom(server, "192.0.2.1")).answer, TOO_MANY_REQUESTS);
	});

	it("push out each other, and nobody else's, when the app is full: the oldest of the busiest network", async () => {
		const server = await startApi(undefined, undefined, { waitingDevices: { perApp: 6 } });
		const alice = await allowed(server, "192.0.2.1", "alice");
		const bob = await allowed(server, "2001:db8:ffff::1", "bob");
		const attacker = [];
		for (let count = 0; count < 20; count++) {
			server.clock.advance(1);
			attacker.push((await allowed(server, `2001:db8:1:${count}::1`, `squat ${count}`)).device_id);
		}
		expect(waiting(server).sort()).toEqual([alice.device_id, bob.device_id, ...attacker.slice(-4)].sort());
	});

	it("of one app leave room in another", async () => {
		const server = await startApi(undefined, undefined, { waitingDevices: { perApp: 1 } });
		const other = { ...server, app: await server.api.apps.create() };
		const { device_id } = await allowed(server, "192.0.2.1");
		const second = await allowed(other, "192.0.2.1");
		expect(waiting(server).sort()).toEqual([device_id, second.device_id].sort());
	});

	it("are stored without anything that could be read: neither identifier nor keys", async () => {
		const server = await startApi();
		const { device } = registerBody("alice@example.com");
		await startDevice(server, device);
		const stored = JSON.stringify(rows(server, "waitingDevices"));
		for (const secret of ["alice@example.com", device.derived.hashed_authentication_key, "BEGIN PUBLIC KEY"]) {
			expect(stored).not.toContain(secret);
		}
	});

	it.each([{ lifetime: 0 }, { perAddress: 0 }, { perApp: Number.NaN }])(
		"have limits that make sense: %j",
		async (waitingDevices) => {
			const api = createApi({ database: ":memory:", rootKey: generateRootKey(), waitingDevices });
			await expect(api).rejects.toMatchObject({ code: "CONFIG_INVALID" });
		},
	);
});
