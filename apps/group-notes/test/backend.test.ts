import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
// As built, with its page.
import { type Running, startGroupNotes } from "@sentc-ts/app-group-notes";
import type { Group, User } from "@sentc-ts/sdk";
import { type ServedApi, startApi, startSentc } from "@sentc-ts/test-world";
import Sqlite from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashOfStart, indexTitle, startsWith } from "../src/page/client/title-index.js";

const PASSWORD = "correct horse battery staple";
const NOTE = "ab".repeat(16);

let api: ServedApi;
let backend: Running;
let ada: User;
let grace: User;
let eve: User;
let group: Group;
let path: string;

beforeAll(async () => {
	api = await startApi({ app: "development" });
	backend = await startGroupNotes({ ...api.app, apiUrl: api.base_url, database: ":memory:", port: 0 });
	[ada, grace, eve] = [await person("Ada Lovelace"), await person("Grace Hopper"), await person("Eve")];
	group = await ada.getGroup(await ada.createGroup(true));
	await group.inviteAuto(grace.user_data.user_id);
	path = `/notebooks/${group.data.group_id}`;
});
afterAll(async () => {
	await backend.close();
	await api.close();
});

async function person(name: string): Promise<User> {
	const { sentc } = await startSentc(api);
	const identifier = randomUUID();
	const body = JSON.stringify({ input: sentc.prepareRegister(identifier, PASSWORD), name });
	await fetch(`${backend.url}/register`, { method: "POST", body });
	return sentc.login(identifier, PASSWORD, true);
}

async function send(user: User, method: string, at: string, body?: string): Promise<{ status: number; json: unknown }> {
	const headers = { Authorization: `Bearer ${await user.getJwt()}` };
	const response = await fetch(`${backend.url}${at}`, { method, headers, ...(body !== undefined && { body }) });
	const text = await response.text();
	return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
}

/** What a page sends of a note. */
async function noteOf(title: string, of = group): Promise<string> {
	return JSON.stringify({ content: await of.encryptString(title, true), ...indexTitle(of, title) });
}

/** What is answered of the notes. */
interface Page {
	notes: { note_id: string }[];
	next?: string;
}

const contentOf = (body: string): string => JSON.parse(body).content;

/** The stream of a member. @returns reads until the text has come, or to the end */
async function listen(user: User): Promise<(text: string) => Promise<string>> {
	const headers = { Authorization: `Bearer ${await user.getJwt()}` };
	const { body } = await fetch(`${backend.url}${path}/changes`, { headers });
	const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
	let heard = "";
	return async (text) => {
		while (!heard.includes(text)) {
			const { done, value = "" } = (await reader?.read()) ?? { done: true };
			if (done) return heard;
			heard += value;
		}
		return heard;
	};
}

describe("the backend of the group notes", () => {
	it("keeps what members encrypted, with who and when, and no older state over a newer one", async () => {
		const [first, second] = [await noteOf("first"), await noteOf("second")];
		expect((await send(ada, "PUT", `${path}/notes/${NOTE}?version=1`, first)).status).toBe(204);
		expect((await send(grace, "PUT", `${path}/notes/${NOTE}?version=1`, second)).status).toBe(409);
		expect((await send(grace, "PUT", `${path}/notes/${NOTE}?version=2`, second)).status).toBe(204);
		expect((await send(ada, "PUT", `${path}/notes/${NOTE}?version=2`, first)).status).toBe(409);
		const { notes } = (await send(ada, "GET", `${path}/notes`)).json as Page;
		const [author_id, editor_id] = [ada.user_data.user_id, grace.user_data.user_id];
		expect(notes).toMatchObject([{ note_id: NOTE, author_id, editor_id, content: contentOf(second), version: 2 }]);
		expect(notes).toMatchObject([{ author: "Ada Lovelace", editor: "Grace Hopper" }]);
	});

	it("takes ciphertexts only, under ids and versions of the right form", async () => {
		const body = await noteOf("a note");
		const note = JSON.parse(body);
		const [hash] = note.hashes;
		for (const [at, refused] of [
			[`${path}/notes/abc?version=1`, body],
			[`${path}/notes/${NOTE}?version=0`, body],
			[`${path}/notes/${NOTE}`, body],
			[`${path}/name`, "Trip to Lisbon"],
			...[
				{ content: "A note in clear text, long enough to be one." },
				...[undefined, [], ["note"], [1], Array(17).fill(hash)].map((hashes) => ({ hashes })),
				...["1", -1, 1.5, 2 ** 32].map((order) => ({ order })),
			].map((other) => [`${path}/notes/${NOTE}?version=3`, JSON.stringify({ ...note, ...other })] as const),
			[`${path}/notes/${NOTE}?version=3`, "null"],
		] as const) {
			expect([refused, (await send(ada, "PUT", at, refused)).status]).toEqual([refused, 400]);
		}
		const tooLong = await send(ada, "PUT", `${path}/notes/${NOTE}?version=3`, "A".repeat(600_000));
		expect(tooLong.status).toBe(413);
	});

	it("finds and sorts titles that it can't read, within one notebook, as they are now", async () => {
		const titles = ["Packing list", "über alles", "Pa", "Zoo", "a", "日本"];
		const ids = titles.map((_, place) => `${place}`.repeat(32));
		const put = async (place: number, version: number, title: string) =>
			send(ada, "PUT", `${path}/notes/${ids[place]}?version=${version}`, await noteOf(title));
		for (const [place, title] of titles.entries()) expect((await put(place, 1, title)).status).toBe(204);
		const found = async (query: string): Promise<unknown[]> => {
			const { next, notes } = (await send(grace, "GET", `${path}/notes?${query}`)).json as Page;
			expect(next).toBeUndefined();
			return notes.map(({ note_id }) => note_id).filter((id) => id !== NOTE);
		};
		const starting = (start: string) => found(`order=title&hash=${hashOfStart(group, start)}`);
		// Of titles that start alike the id decides.
		expect(await found("order=title")).toEqual([4, 0, 2, 1, 3, 5].map((place) => ids[place]));
		expect(await found("order=newest")).toEqual(ids.toReversed());
		expect(await starting("PA")).toEqual([ids[0], ids[2]]);
		expect(await starting("Packing list")).toEqual([ids[0]]);
		expect(await starting("Ü")).toEqual([ids[1]]);
		expect(await starting("x")).toEqual([]);

		const other = await eve.getGroup(await eve.createGroup(true));
		const theirs = { ...JSON.parse(await noteOf("x", other)), hashes: [hashOfStart(group, "x")] };
		const at = `/notebooks/${other.data.group_id}/notes/${ids[0]}?version=1`;
		expect((await send(eve, "PUT", at, JSON.stringify(theirs))).status).toBe(204);
		expect(await starting("x")).toEqual([]);

		expect((await put(0, 2, "Zebra")).status).toBe(204);
		expect(await starting("pa")).toEqual([ids[2]]);
		expect(await starting("z")).toEqual([ids[0], ids[3]]);
		expect((await put(0, 2, "Other")).status).toBe(409);
		expect(await starting("o")).toEqual([]);
		expect((await send(grace, "GET", `${path}/notes/${ids[0]}`)).json).toMatchObject({ version: 2 });
		for (const id of ids) expect((await send(ada, "DELETE", `${path}/notes/${id}`)).status).toBe(204);
		expect((await send(grace, "GET", `${path}/notes/${ids[0]}`)).status).toBe(404);
		expect((await put(0, 1, "Again")).status).toBe(204);
		expect(await starting("z")).toEqual([]);
		expect((await send(ada, "DELETE", `${path}/notes/${ids[0]}`)).status).toBe(204);
		expect((await send(ada, "GET", `${path}/notes?hash=Zoo`)).status).toBe(400);
	});

	it("answers notes page by page: none twice and none left out, also when some are deleted or changed meanwhile", async () => {
		const other = await ada.getGroup(await ada.createGroup(true));
		const at = `/notebooks/${other.data.group_id}/notes`;
		const ids = Array.from({ length: 102 }, (_, place) => place.toString(16).padStart(32, "0"));
		for (const [place, id] of ids.entries()) {
			await send(ada, "PUT", `${at}/${id}?version=1`, await noteOf(`${place % 2 ? "b" : "a"} note ${place}`, other));
		}
		const all = async (query: string, between = async (): Promise<unknown> => undefined): Promise<string[]> => {
			const found: string[] = [];
			for (let after = ""; ; await between()) {
				const { next, notes } = (await send(ada, "GET", `${at}?${query}${after}`)).json as Page;
				found.push(...notes.map(({ note_id }) => note_id));
				expect(notes.length <= 50).toBe(true);
				if (next === undefined) return found;
				after = `&after=${next}`;
			}
		};
		expect((await all("order=newest")).toSorted()).toEqual(ids);
		expect((await all("order=title")).toSorted()).toEqual(ids);
		const even = ids.filter((_, place) => place % 2 === 0);
		expect((await all(`order=title&hash=${hashOfStart(other, "A")}`)).toSorted()).toEqual(even);
		const [first = "", second = "", third = ""] = (await all("order=newest")).toReversed();
		const found = await all("order=newest", async () => {
			await send(ada, "DELETE", `${at}/${first}`);
			await send(ada, "PUT", `${at}/${second}?version=2`, await noteOf("changed", other));
		});
		expect([first, second].filter((id) => found.includes(id))).toEqual([]);
		expect([found.length, found.at(-1)]).toEqual([100, third]);
		for (const after of ["", "x", `1-${"g".repeat(32)}`, "1"]) {
			expect([after, (await send(ada, "GET", `${at}?after=${after}`)).status]).toEqual([after, 400]);
		}
	});

	it("what is longer than the hashes is found by its start, and compared by who can read it", () => {
		const [title, other] = ["Straßenbahn 281, früh", "Straßenbahn 281 nach Belém"];
		const { hashes } = indexTitle(group, title);
		expect(hashes).toHaveLength(16);
		for (const start of ["s", "STRASS", "straß", "Straßenbahn 281, f", title]) {
			expect([start, hashes.includes(hashOfStart(group, start))]).toEqual([start, start !== "STRASS"]);
		}
		expect(hashes).toContain(hashOfStart(group, other));
		expect([startsWith(title, "strassen"), startsWith(title, other), startsWith(title, title)]).toEqual([
			false,
			false,
			true,
		]);
	});

	it("gives strangers nothing, and members what their rank allows", async () => {
		for (const at of ["notes", `notes/${NOTE}`, "name", "changes"])
			expect((await send(eve, "GET", `${path}/${at}`)).status).toBe(403);
		expect((await send(eve, "DELETE", path)).status).toBe(403);
		expect((await fetch(`${backend.url}${path}/notes`)).status).toBe(401);
		expect((await send(grace, "DELETE", `${path}/notes/${NOTE}`)).status).toBe(403);
		const name = await group.encryptString("Trip to Lisbon");
		expect((await send(grace, "PUT", `${path}/name`, name)).status).toBe(403);
		expect((await send(grace, "DELETE", path)).status).toBe(403);
		expect((await send(ada, "PUT", `${path}/name`, name)).status).toBe(204);
		const json = { name, editor_id: ada.user_data.user_id };
		expect(await send(grace, "GET", `${path}/name`)).toEqual({ status: 200, json });
	});

	it("tells names to who is signed in", async () => {
		const ids = [ada, grace].map(({ user_data }) => user_data.user_id);
		const { json } = await send(eve, "GET", `/people?ids=${ids.join()}`);
		expect(json).toEqual({ [ids[0] ?? ""]: "Ada Lovelace", [ids[1] ?? ""]: "Grace Hopper" });
		expect((await fetch(`${backend.url}/people?ids=${ids[0]}`)).status).toBe(401);
		const tooMany = await send(eve, "GET", `/people?ids=${Array.from({ length: 101 }, randomUUID).join()}`);
		expect(tooMany.status).toBe(400);
	});

	it("a stream tells of changes without their content, and ends when members change: who was removed stays out", async () => {
		const until = await listen(grace);
		await until("event: open");
		expect((await send(ada, "DELETE", `${path}/notes/${NOTE}`)).status).toBe(204);
		expect(await until("event: notes")).toMatch(/event: notes\ndata: *\n/);
		await group.kickUser(grace.user_data.user_id);
		expect((await send(ada, "POST", `${path}/members-changed`)).status).toBe(204);
		expect(await until("the end")).toContain("event: members");
		expect((await send(grace, "GET", `${path}/changes`)).status).toBe(403);
	});

	it("a stream ends when somebody asks to join or leaves, as those say themselves", async () => {
		const until = await listen(ada);
		await until("event: open");
		await eve.groupJoinRequest(group.data.group_id);
		expect((await send(eve, "POST", `${path}/members-changed`)).status).toBe(204);
		expect(await until("the end")).toContain("event: members");
		expect((await fetch(`${backend.url}${path}/members-changed`, { method: "POST" })).status).toBe(401);
	});

	it("all streams of a user end when a device is removed, which is nobody from then on", async () => {
		const { sentc } = await startSentc(api);
		const [name, password] = sentc.generateRegisterData();
		const input = sentc.prepareRegisterDeviceStart(name, password);
		const answer = await (await fetch(`${backend.url}/device`, { method: "POST", body: input })).text();
		sentc.doneRegisterDeviceStart(answer, input);
		await ada.registerDevice(answer);
		const phone = await sentc.login(name, password, true);
		const until = await listen(phone);
		await until("event: open");
		expect((await send(eve, "POST", "/account-changed")).status).toBe(204);
		await ada.deleteDevice(PASSWORD, phone.user_data.device_id);
		expect((await send(ada, "POST", "/account-changed")).status).toBe(204);
		expect((await until("the end")).match(/event: account/g)).toHaveLength(1);
		for (const at of ["changes", "notes", "name"]) {
			expect((await send(phone, "GET", `${path}/${at}`)).status).toBe(401);
		}
		expect((await fetch(`${backend.url}/account-changed`, { method: "POST" })).status).toBe(401);
	});

	it("keeps no more notes and streams of one person than it is told to", async () => {
		const limits = { notes: 2, streams: 1 };
		const few = await startGroupNotes({ ...api.app, apiUrl: api.base_url, database: ":memory:", port: 0, limits });
		const ask = async (user: User, method: string, at: string, body?: string): Promise<Response> => {
			const headers = { Authorization: `Bearer ${await user.getJwt()}` };
			return fetch(`${few.url}${path}${at}`, { method, headers, ...(body !== undefined && { body }) });
		};
		const put = async (place: number, version: number): Promise<number> =>
			(await ask(ada, "PUT", `/notes/${`${place}`.repeat(32)}?version=${version}`, await noteOf("a note"))).status;
		expect([await put(1, 1), await put(2, 1), await put(3, 1), await put(1, 2)]).toEqual([204, 204, 403, 204]);
		await ask(ada, "DELETE", `/notes/${"1".repeat(32)}`);
		expect(await put(3, 1)).toBe(204);

		const first = await ask(ada, "GET", "/changes");
		expect([first.status, (await ask(ada, "GET", "/changes")).status]).toEqual([200, 429]);
		await first.body?.cancel();
		await expect.poll(async () => (await ask(ada, "GET", "/changes")).status).toBe(200);
		await few.close();
	});

	it("goes on with a database from before names were signed: such a name counts as none", async () => {
		const folder = await mkdtemp(join(tmpdir(), "group-notes-"));
		const database = join(folder, "old.db");
		const old = new Sqlite(database);
		const id = group.data.group_id;
		old.exec("CREATE TABLE notebook (group_id TEXT PRIMARY KEY, name TEXT NOT NULL)");
		old.exec(`INSERT INTO notebook VALUES ('${id}', 'a ciphertext')`);
		old.close();
		const later = await startGroupNotes({ ...api.app, apiUrl: api.base_url, database, port: 0 });
		const headers = { Authorization: `Bearer ${await ada.getJwt()}` };
		const at = `${later.url}${path}/name`;
		expect(await (await fetch(at, { headers })).json()).toBeNull();
		const name = await group.encryptString("Trip to Lisbon", true);
		expect((await fetch(at, { method: "PUT", headers, body: name })).status).toBe(204);
		const editor_id = ada.user_data.user_id;
		expect(await (await fetch(at, { headers })).json()).toEqual({ name, editor_id });
		await later.close();
		await rm(folder, { recursive: true });
	});

	it("refuses a registration without a name, and pages of others", async () => {
		for (const body of ["", "{}", '{"input":"x","name":" "}', `{"input":"x","name":"${"n".repeat(81)}"}`]) {
			expect((await fetch(`${backend.url}/register`, { method: "POST", body })).status).toBe(400);
		}
		const page = await fetch(backend.url);
		const policy = page.headers.get("content-security-policy") ?? "";
		expect(policy).toContain("script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob:;");
		expect(policy).not.toContain("unsafe");
		expect(await page.text()).not.toContain(api.app.secretToken);
		expect(await (await fetch(`${backend.url}/config.json`)).text()).not.toContain(api.app.secretToken);
	});
});
