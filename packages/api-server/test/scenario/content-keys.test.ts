import { contentKeyRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, result, startApi, type Target } from "../support/api.js";
import { newUser, type Session } from "../support/client.js";
import { fits } from "../support/routes.js";

const body = (master_key_id = "master") => ({ alg: "AES-GCM-256", encrypted_key_string: "wrapped", master_key_id });
const register = async (server: Target, { jwt }: Session, master?: string): Promise<string> =>
	(await result(call(server, contentKeyRoutes.registerContentKey, { jwt, body: body(master) }))).key_id;
const read = (server: Target, key_id: string) => call(server, contentKeyRoutes.contentKey, { params: { key_id } });
const list = (server: Target, master_key_id: string, last_time = "0", last_id = "none") =>
	result(call(server, contentKeyRoutes.listContentKeys, { params: { master_key_id, last_time, last_id } }));

// protocol/http-api §10.
describe("content keys", () => {
	it("are read as they were registered, without a JWT", async () => {
		const server = await startApi();
		const keyId = await register(server, await newUser(server));
		const stored = { key_id: keyId, time: expect.any(Number), ...body() };
		expect(await result(read(server, keyId))).toEqual(stored);
		expect(await list(server, "master")).toEqual([stored]);
		expect(await list(server, "unknown")).toEqual([]);
		for (const id of ["unknown", keyId.replace(/.$/, "x")]) {
			expect(await read(server, id)).toMatchObject(fits(SERVER_ERRORS.CONTENT_KEY_NOT_FOUND));
		}
	});

	it("are listed the newest first, 50 at a time", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const ids: string[] = [];
		for (let count = 0; count < 51; count++) ids.unshift(await register(server, user));
		await register(server, user, "another");
		const first = await list(server, "master");
		const last = first.at(-1);
		const second = await list(server, "master", String(last?.time), last?.key_id);
		expect(first).toHaveLength(50);
		expect([...first, ...second].map(({ key_id }) => key_id).toSorted()).toEqual(ids.toSorted());
		expect(first.map(({ time }) => time)).toEqual(first.map(({ time }) => time).toSorted((a, b) => b - a));
	});

	it("are deleted by who registered them, and nobody else learns whether they exist", async () => {
		const server = await startApi();
		const [owner, other] = [await newUser(server), await newUser(server)];
		const keyId = await register(server, owner);
		const remove = ({ jwt }: Session, key_id: string) =>
			call(server, contentKeyRoutes.deleteContentKey, { jwt, params: { key_id } });
		expect(await result(remove(other, keyId))).toBe(await result(remove(other, "unknown")));
		expect(await read(server, keyId)).toMatchObject({ ok: true });
		await result(remove(owner, keyId));
		expect(await read(server, keyId)).toMatchObject(fits(SERVER_ERRORS.CONTENT_KEY_NOT_FOUND));
	});

	it("are those of one app", async () => {
		const server = await startApi();
		const other = { ...server, app: await server.api.apps.create() };
		const keyId = await register(server, await newUser(server));
		expect(await read(other, keyId)).toMatchObject(fits(SERVER_ERRORS.CONTENT_KEY_NOT_FOUND));
		expect(await list(other, "master")).toEqual([]);
	});

	it("have every member, none of them too long", async () => {
		const server = await startApi();
		const { jwt } = await newUser(server);
		const damaged = [
			{},
			{ ...body(), alg: 1 },
			{ ...body(), encrypted_key_string: "x".repeat(5000) },
			body("x".repeat(129)),
		];
		for (const wrong of damaged) {
			const answer = await call(server, contentKeyRoutes.registerContentKey, { jwt, body: wrong as never });
			expect(answer).toMatchObject(fits(SERVER_ERRORS.INVALID_JSON));
		}
	});
});
