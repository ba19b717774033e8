import { loginRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { expect, it } from "vitest";
import { call, requestOf, startApi } from "../support/api.js";
import { register } from "../support/client.js";

const attempt = { body: { device_identifier: "alice", auth_key: Buffer.alloc(32).toString("base64") } };

it("lets running requests end before the database is closed, also those that are delayed", async () => {
	let letGo = () => {};
	const held = new Promise<void>((resolve) => {
		letGo = resolve;
	});
	const server = await startApi(undefined, undefined, { wait: () => held });
	await register(server, "alice");
	const answers = Array.from({ length: 8 }, () => call(server, loginRoutes.doneLogin, attempt));
	await Promise.all(answers.slice(0, 5));
	const closed = server.api.close();
	letGo();
	const late = await Promise.all(answers);
	expect(late.map(({ http }) => http)).toEqual(Array(8).fill(401));
	await closed;
});

it("answers with an envelope after it was closed", async () => {
	const errors: unknown[] = [];
	const server = await startApi(undefined, (error) => errors.push(error));
	await server.api.close();
	await server.api.close();
	const answer = await server.api.fetch(requestOf(server.app, userRoutes.register, attempt));
	expect(answer.status).toBe(500);
	expect(errors).toHaveLength(1);
});
