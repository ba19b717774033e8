import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Listening } from "@sentc-ts/api-server";
// As built, with its page.
import { startOwnBackend } from "@sentc-ts/app-own-backend";
import type { Group, User } from "@sentc-ts/sdk";
import { type ServedApi, startApi, startSentc } from "@sentc-ts/test-world";
import Sqlite from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PASSWORD = "correct horse battery staple";
const TEXT = "Tea at five.";

let folder: string;
let api: ServedApi;
let backend: Listening;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "own-backend-test-"));
	api = await startApi({ app: "development" });
	backend = await startOwnBackend({ ...api.app, apiUrl: api.base_url, database: join(folder, "own.db"), port: 0 });
});
afterAll(async () => {
	await backend.close();
	await api.close();
	await rm(folder, { recursive: true, force: true });
});

async function send(
	user: User,
	method: string,
	path: string,
	body?: string,
): Promise<{ status: number; json: unknown }> {
	const headers = { Authorization: `Bearer ${await user.getJwt()}` };
	const response = await fetch(`${backend.url}${path}`, { method, headers, ...(body !== undefined && { body }) });
	const text = await response.text();
	return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
}

async function person(full_name: string): Promise<User> {
	const { sentc } = await startSentc(api);
	const name = randomUUID();
	const body = JSON.stringify({ input: sentc.prepareRegister(name, PASSWORD), email: "a@example.com", full_name });
	await fetch(`${backend.url}/register`, { method: "POST", body });
	return sentc.login(name, PASSWORD, true);
}

async function shared(): Promise<{ ada: User; grace: User; group: Group; path: string }> {
	const [ada, grace] = [await person("Ada Lovelace"), await person("Grace Hopper")];
	const groupId = await ada.createGroup(true);
	const group = await ada.getGroup(groupId);
	await group.inviteAuto(grace.user_data.user_id);
	return { ada, grace, group, path: `/group/${groupId}` };
}

describe("notes of a group", () => {
	it("are stored as they were encrypted, with the author of the JWT, the newest first", async () => {
		const { ada, grace, group, path } = await shared();
		const text = await group.encryptString(TEXT, true);
		expect((await send(ada, "POST", `${path}/notes`, text)).status).toBe(200);
		const second = await group.encryptString("Cake, too.", true);
		await send(grace, "POST", `${path}/notes`, second);
		const { json } = await send(grace, "GET", `${path}/notes`);
		expect(json).toMatchObject([
			{ author_id: grace.user_data.user_id, text: second },
			{ author_id: ada.user_data.user_id, text },
		]);
		expect((await readFile(join(folder, "own.db"))).includes(TEXT)).toBe(false);
	});

	it("are for members: not for strangers, not after the removal, and not without a JWT", async () => {
		const { ada, grace, group, path } = await shared();
		const text = await group.encryptString(TEXT, true);
		await send(ada, "POST", `${path}/notes`, text);
		const eve = await person("Eve");
		await group.kickUser(grace.user_data.user_id);
		for (const who of [eve, grace]) {
			expect((await send(who, "GET", `${path}/notes`)).status).toBe(403);
			expect((await send(who, "POST", `${path}/notes`, text)).status).toBe(403);
			expect((await send(who, "PUT", `${path}/name`, text)).status).toBe(403);
			expect((await send(who, "GET", `${path}/name`)).status).toBe(403);
		}
		expect((await fetch(`${backend.url}${path}/notes`)).status).toBe(401);
	});

	it("have no texts that are readable, and no lengths without end", async () => {
		const { ada, path } = await shared();
		for (const wrong of ["", TEXT, "A".repeat(100_004), "A".repeat(38), `${"A".repeat(60)}\n`]) {
			expect([wrong, (await send(ada, "POST", `${path}/notes`, wrong)).status]).toEqual([wrong, 400]);
			expect([wrong, (await send(ada, "PUT", `${path}/name`, wrong)).status]).toEqual([wrong, 400]);
		}
	});

	it("are deleted by their author and by admins, not by others, and not by way of another group", async () => {
		const { ada, grace, group, path } = await shared();
		const add = async (author: User): Promise<string> => {
			const { json } = await send(author, "POST", `${path}/notes`, await group.encryptString(TEXT, true));
			return `notes/${(json as { note_id: string }).note_id}`;
		};
		const [adas, graces, gracesOther] = [await add(ada), await add(grace), await add(grace)];
		const count = async (): Promise<number> => ((await send(ada, "GET", `${path}/notes`)).json as unknown[]).length;
		expect((await send(grace, "DELETE", `${path}/${adas}`)).status).toBe(403);
		const own = `/group/${await grace.createGroup(true)}`;
		expect((await send(grace, "DELETE", `${own}/${adas}`)).status).toBe(204);
		expect(await count()).toBe(3);
		expect((await send(grace, "DELETE", `${path}/${graces}`)).status).toBe(204);
		expect((await send(ada, "DELETE", `${path}/${gracesOther}`)).status).toBe(204);
		expect(await count()).toBe(1);
		expect((await send(ada, "DELETE", `${path}/${graces}`)).status).toBe(204);
		await group.kickUser(grace.user_data.user_id);
		expect((await send(grace, "DELETE", `${path}/${adas}`)).status).toBe(403);
	});

	it("are not sent again to who has them, and not even confirmed to who was removed", async () => {
		const { ada, grace, group, path } = await shared();
		await send(ada, "POST", `${path}/notes`, await group.encryptString(TEXT, true));
		const headers = { Authorization: `Bearer ${await grace.getJwt()}` };
		const ask = (etag: string): Promise<Response> =>
			fetch(`${backend.url}${path}/notes`, { cache: "no-store", headers: { ...headers, "If-None-Match": etag } });
		const etag = (await ask("")).headers.get("ETag") ?? "";
		expect((await ask(etag)).status).toBe(304);
		await send(ada, "POST", `${path}/notes`, await group.encryptString("Cake, too.", true));
		expect((await ask(etag)).status).toBe(200);
		await group.kickUser(grace.user_data.user_id);
		expect((await ask(etag)).status).toBe(403);
	});

	it("go with the group, and with the groups above it", async () => {
		const { ada, grace, group, path } = await shared();
		const [input] = group.prepareCreateChildGroup(true);
		expect((await send(grace, "POST", `${path}/child`, input)).status).toBe(400);
		const created = await send(ada, "POST", `${path}/child`, input);
		const childId = ada.doneGroupCreate(JSON.stringify(created.json), input);
		const text = await (await grace.getGroup(childId)).encryptString(TEXT, true);
		for (const of of [path, `/group/${childId}`]) {
			expect((await send(grace, "POST", `${of}/notes`, text)).status).toBe(200);
			expect((await send(ada, "PUT", `${of}/name`, text)).status).toBe(204);
		}
		const own = new Sqlite(join(folder, "own.db"));
		const left = (table: string): unknown =>
			own.prepare(`select count(*) as n from ${table} where group_id in (?, ?)`).get([path.slice(7), childId]);
		expect([left("note"), left("group_name"), left("child_group")]).toMatchObject([{ n: 2 }, { n: 2 }, { n: 1 }]);
		expect((await send(ada, "DELETE", path)).status).toBe(204);
		expect([left("note"), left("group_name"), left("child_group")]).toMatchObject([{ n: 0 }, { n: 0 }, { n: 0 }]);
		own.close();
		expect((await send(ada, "GET", `${path}/notes`)).status).toBe(403);
	});
});

describe("the name of a group", () => {
	it("is a ciphertext, too, which admins change and members get", async () => {
		const { ada, grace, group, path } = await shared();
		expect(await send(grace, "GET", `${path}/name`)).toEqual({ status: 200, json: { name: null } });
		const name = await group.encryptString("Tea party", true);
		expect((await send(ada, "PUT", `${path}/name`, name)).status).toBe(204);
		expect((await send(grace, "PUT", `${path}/name`, name)).status).toBe(403);
		expect((await send(grace, "GET", `${path}/name`)).json).toEqual({ name });
	});
});

describe("names of people", () => {
	it("are answered to who is logged in, without e-mail, and only where there is one", async () => {
		const [ada, grace] = [await person("Ada Lovelace"), await person("Grace Hopper")];
		const ids = [ada, grace].map(({ user_data }) => user_data.user_id);
		expect(await send(ada, "POST", "/names", JSON.stringify([...ids, "nobody"]))).toEqual({
			status: 200,
			json: { [String(ids[0])]: "Ada Lovelace", [String(ids[1])]: "Grace Hopper" },
		});
		expect((await fetch(`${backend.url}/names`, { method: "POST", body: JSON.stringify(ids) })).status).toBe(401);
	});

	it("are asked for by a list with an end", async () => {
		const ada = await person("Ada Lovelace");
		for (const wrong of ["x", "{}", "[1]", JSON.stringify(Array(101).fill("a")), JSON.stringify(["x".repeat(201)])]) {
			expect([wrong, (await send(ada, "POST", "/names", wrong)).status]).toEqual([wrong, 400]);
		}
	});
});
