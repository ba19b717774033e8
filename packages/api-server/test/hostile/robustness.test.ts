import { deviceRoutes, groupRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { call, expectRefusal } from "../support/api.js";
import { newGroup, newUser, registerBody } from "../support/client.js";
import { openFile } from "../support/database.js";
import { startOpenApi } from "./open-api.js";

describe("a locked database", () => {
	it("answers 500/20 in the envelope, and works again when the lock is gone", async () => {
		const { server, faults } = await startOpenApi();
		const user = await newUser(server);
		const groupId = await newGroup(server, user);
		const other = openFile(server.database);
		onTestFinished(() => void other.close());
		other.exec("begin exclusive");
		const body = registerBody("alice");
		const { jwt } = user;
		const params = { group_id: groupId };
		for (const answer of [
			await call(server, userRoutes.register, { body }),
			await call(server, deviceRoutes.prepareRegisterDevice, { body: body.device }),
			await call(server, groupRoutes.deleteGroup, { jwt, params }),
		]) {
			await expectRefusal(answer, SERVER_ERRORS.DATABASE_UNAVAILABLE);
		}
		expect(await call(server, groupRoutes.getGroup, { jwt, params })).toMatchObject({ ok: true });
		expect(faults).toHaveLength(3);

		other.exec("rollback");
		expect(await call(server, userRoutes.register, { body })).toMatchObject({ ok: true });
		expect(await call(server, groupRoutes.deleteGroup, { jwt, params })).toMatchObject({ ok: true });
	});
});

describe("a full disk", () => {
	it("answers in the envelope, leaves nothing half-written, and works again when there is space", async () => {
		const { server, faults, limitPages, count } = await startOpenApi();
		const user = await newUser(server, "before");
		const groupBody = registerBody("group").group;
		let before = count();

		await limitPages(1);
		for (let index = 0; index < 10; index++) {
			const answer = await call(server, userRoutes.register, { body: registerBody(`user ${index}`) });
			if (answer.ok) before = count();
			else await expectRefusal(answer, SERVER_ERRORS.DATABASE_FAILED);
		}
		const group = call(server, groupRoutes.createGroup, { jwt: user.jwt, body: groupBody });
		await expectRefusal(group, SERVER_ERRORS.DATABASE_FAILED);
		expect(count()).toEqual(before);
		expect(faults.length).toBeGreaterThan(0);

		await limitPages(1_000_000);
		const body = registerBody("user 9");
		expect(await call(server, userRoutes.register, { body })).toMatchObject({ ok: true });
		await expect(newGroup(server, user)).resolves.toBeDefined();
	});
});

describe("a closed API", () => {
	it("still answers in the envelope", async () => {
		const { server } = await startOpenApi();
		await server.api.close();
		const answer = await call(server, userRoutes.exists, { body: { user_identifier: "alice" } });
		expect(answer).toMatchObject({ ok: false });
	});
});
