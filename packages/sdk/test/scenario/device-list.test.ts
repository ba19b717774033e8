import { createHash } from "node:crypto";
import { freshName, newUser, PASSWORD, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { UserDeviceList } from "../../src/index.js";

const api = await startApi();
afterAll(() => api.close());

const hashOf = (name: string): string => createHash("sha256").update(name).digest("base64");

describe("getDevices", () => {
	it("lists the oldest device first, by the hash of its identifier, and goes on after any of them", async () => {
		const { sentc } = await startSentc(api);
		const names = [freshName(), freshName(), freshName()] as const;
		const user = await newUser(sentc, names[0]);
		for (const name of names.slice(1)) {
			await user.registerDevice(String(await sentc.registerDeviceStart(name, PASSWORD)));
		}
		const devices = await user.getDevices();
		expect(devices.map(({ device_identifier }) => device_identifier)).toEqual(names.map(hashOf));
		expect(devices[0]?.device_id).toBe(user.user_data.device_id);
		expect(devices.map(({ time }) => time)).toEqual(devices.map(({ time }) => time).toSorted((a, b) => a - b));

		const [first, , last] = devices;
		expect(await user.getDevices(first)).toEqual(devices.slice(1));
		expect(await user.getDevices(last)).toEqual([]);
		expect(await user.getDevices(null)).toEqual(devices);
		expect(api.requests.filter((request) => request.includes("/user/device/"))).toEqual(
			["0/none", `${first?.time}/${first?.device_id}`, `${last?.time}/${last?.device_id}`, "0/none"].map(
				(page) => `GET /api/v1/user/device/${page}`,
			),
		);
	});

	it("does not go on after what is no item of the list", async () => {
		const { user } = await signUp(api);
		const before = api.requests.length;
		const bad: [unknown, string][] = [
			[{}, "last.device_id"],
			["abc", "last.device_id"],
			[{ device_id: "", time: 1 }, "last.device_id"],
			[{ device_id: "a", time: "1" }, "last.time"],
			[{ device_id: "a", time: 1.5 }, "last.time"],
		];
		for (const [last, field] of bad) {
			expect(await rejection(user.getDevices(last as UserDeviceList))).toMatchObject({ field });
		}
		expect(api.requests.length).toBe(before);
	});
});
