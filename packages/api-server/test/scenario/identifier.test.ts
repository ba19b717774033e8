import { LAX_OPTIONS, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi, type Target } from "../support/api.js";
import { login, newUser, registerBody } from "../support/client.js";
import { addDevice, startDevice } from "../support/devices.js";

const update = (server: Target, jwt: string, identifier: string) =>
	call(server, userRoutes.updateIdentifier, { jwt, body: { user_identifier: identifier } });

async function start() {
	const server = await startApi();
	const user = await newUser(server, "alice");
	return { server, user };
}

describe("an identifier", () => {
	it("changes for the device of the JWT only, and is free afterwards", async () => {
		const { server, user } = await start();
		await addDevice(server, user, "second");
		expect(await result(update(server, user.jwt, "new name"))).toBe("Success");
		expect(await login(server, "new name")).toMatchObject({ userId: user.userId, deviceId: user.deviceId });
		expect(await login(server, "second")).toMatchObject({ userId: user.userId });
		await expect(login(server, "alice")).rejects.toThrow("401/100");
		expect(await newUser(server, "alice")).not.toMatchObject({ userId: user.userId });
	});

	it("is refused while it is in use, also by the device itself, but not for one that waits", async () => {
		const { server, user } = await start();
		await newUser(server, "bob");
		await startDevice(server, registerBody("waiting").device);
		for (const identifier of ["alice", "bob"]) {
			await expectRefusal(update(server, user.jwt, identifier), SERVER_ERRORS.IDENTIFIER_EXISTS);
		}
		expect(await result(update(server, user.jwt, "waiting"))).toBe("Success");
	});

	it("is in use in its app only", async () => {
		const { server } = await start();
		const other = { ...server, app: await server.api.apps.create({ options: LAX_OPTIONS }) };
		const body = { user_identifier: "alice" };
		expect(await result(call(other, userRoutes.exists, { body }))).toMatchObject({ available: true });
		const bob = await newUser(other, "bob");
		expect(await result(update(other, bob.jwt, "alice"))).toBe("Success");
	});

	it("goes to one of two who want it at once", async () => {
		const { server, user } = await start();
		const bob = await newUser(server, "bob");
		const answers = await Promise.all([user, bob].map(({ jwt }) => update(server, jwt, "wanted")));
		expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
	});
});
