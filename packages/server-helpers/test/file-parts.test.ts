import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@sentc-ts/transport";
import { fileRoutes } from "@sentc-ts/transport/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFileParts, type FileParts, nodeHandler } from "../src/index.js";
import { MemoryStore } from "./memory-store.js";
import { createWorld, type World } from "./world.js";

const PAGE = "https://app.example.com";
const TOKEN = "what-proves-that-the-API-calls";

let world: World;
let url: string;
let jwt: string;
let store: MemoryStore;
let parts: FileParts;
const faults: unknown[] = [];
const http = createServer((req, res) => void listener(req, res));
const listener = nodeHandler((request) => {
	if (new URL(request.url).pathname === "/deleted") return parts.deleted(request);
	return request.method === "GET" ? parts.download(request) : parts.upload(request);
});

beforeAll(async () => {
	world = await createWorld();
	await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
	url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
	await world.setFiles({ storage: "external", url: `${url}/deleted`, token: TOKEN });
	jwt = (await world.signUp()).user_data.jwt;
});
beforeEach(() => {
	faults.length = 0;
	store = new MemoryStore();
	parts = createFileParts({
		...{ backend: world.backend, verify_key: world.verifyKey, store },
		allowed_origins: [PAGE],
		token: TOKEN,
		on_error: (error) => faults.push(error),
	});
});
afterAll(async () => {
	http.close();
	await world.close();
});

const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));

const client = () => createClient({ baseUrl: world.url, appToken: world.publicToken });

const register = () =>
	client().call(fileRoutes.registerFile, {
		jwt,
		body: { encrypted_key: "{}", encrypted_key_alg: "x", master_key_id: "x", belongs_to_type: "None" },
	});

/** As the SDK does. */
const upload = (session_id: string, seq: number, end: boolean, body: Uint8Array<ArrayBuffer>, as = jwt) =>
	client().call(fileRoutes.uploadFilePart, {
		...{ jwt: as, body, prefixUrl: `${url}/parts/` },
		params: { session_id, seq: `${seq}`, end: `${end}` },
	});

const download = async (part_id: string): Promise<Buffer> => {
	const { stream } = await client().call(fileRoutes.downloadFilePart, {
		prefixUrl: `${url}/parts`,
		params: { part_id },
	});
	return Buffer.from(await new Response(stream as BodyInit).arrayBuffer());
};

const list = (file_id: string) => client().call(fileRoutes.listFileParts, { params: { file_id, last_sequence: "0" } });

/** A request as it comes from a server whose connection breaks off. */
const request = (session_id: string, body: ReadableStream<Uint8Array>, announced: number): Request => {
	const headers = { Authorization: `Bearer ${jwt}`, "Content-Length": `${announced}` };
	const init = { method: "POST", headers, body, duplex: "half" };
	return new Request(`${url}/parts/${session_id}/1/true`, init);
};

describe("an own backend that keeps parts of files", () => {
	it("files §6.6(3), §8.2(2)(3), §8.3: takes them, gives them back, and removes them when the API says so", async () => {
		const { file_id, session_id } = await register();
		const sent = [bytes(5_242_880), bytes(0)];
		for (const [index, part] of sent.entries()) await upload(session_id, index + 1, index === 1, part);
		const listed = await list(file_id);
		expect(listed.map(({ extern_storage }) => extern_storage)).toEqual([true, true]);
		const read = await Promise.all(listed.map(({ part_id }) => download(part_id)));
		expect(read.map((part, index) => Buffer.compare(part, sent[index] ?? bytes(1)))).toEqual([0, 0]);
		await client().call(fileRoutes.deleteFile, { jwt, params: { file_id } });
		await world.runJobs();
		expect(store.parts.size).toBe(0);
		await expect(download(listed[0]?.part_id ?? "")).rejects.toMatchObject({ code: "FILE_PART_NOT_AVAILABLE" });
	});

	it("files §8.2(1): refuses a part of another user, of an ended upload, and of nobody, and stores nothing", async () => {
		const { session_id } = await register();
		const other = (await world.signUp()).user_data.jwt;
		const refused = { code: "FILE_SESSION_NOT_FOUND" };
		await expect(upload(session_id, 1, true, bytes(1), other)).rejects.toMatchObject(refused);
		await expect(upload(session_id, 1, true, bytes(1), "no.jwt.")).rejects.toMatchObject({ code: "JWT_INVALID" });
		await upload(session_id, 1, true, bytes(1));
		await expect(upload(session_id, 2, true, bytes(1))).rejects.toMatchObject(refused);
		expect(store.parts.size).toBe(1);
	});

	it("takes a JWT that has expired during a long upload", async () => {
		const { session_id } = await register();
		world.setNow(Date.now() - 60 * 60 * 1000);
		const expired = (await world.signUp()).user_data.jwt;
		world.setNow(Date.now());
		await expect(upload(session_id, 1, true, bytes(1), expired)).rejects.toMatchObject({
			code: "FILE_SESSION_NOT_FOUND",
		});
	});

	it("takes back what it could not store, so that it can be sent again, also the last part", async () => {
		const { file_id, session_id } = await register();
		store.broken = true;
		await expect(upload(session_id, 1, true, bytes(10))).rejects.toMatchObject({ code: "FILE_PART_NOT_AVAILABLE" });
		const full = expect.objectContaining({ message: "the disk is full" });
		expect(faults).toEqual([full, full]); // Of writing, and of removing what is left.
		expect(await list(file_id)).toEqual([]);
		store.broken = false;
		await upload(session_id, 1, true, bytes(10));
		expect(await list(file_id)).toHaveLength(1);
	});

	it("stores no part of which the end is missing, and keeps nothing of it", async () => {
		const { file_id, session_id } = await register();
		expect(await (await parts.upload(request(session_id, new Blob(["half"]).stream(), 8))).json()).toMatchObject({
			err_code: 500,
		});
		expect(await list(file_id)).toEqual([]);
		expect([...store.parts.keys(), ...store.unfinished]).toEqual([]);
		await upload(session_id, 1, true, bytes(8));
		expect(await list(file_id)).toHaveLength(1);
	});

	it("takes a part that is sent again while it still waits for who sent it before", async () => {
		const { file_id, session_id } = await register();
		const gone = new TransformStream<Uint8Array, Uint8Array>();
		const sender = gone.writable.getWriter();
		const waiting = parts.upload(request(session_id, gone.readable, 10));
		await sender.write(bytes(4));
		await upload(session_id, 1, true, bytes(10));
		expect((await waiting).status).toBe(400);
		const [part] = await list(file_id);
		expect(await download(part?.part_id ?? "")).toHaveLength(10);
	});

	it("stops at 5 MiB, whether the length is announced or not", async () => {
		const { session_id } = await register();
		const refused = { code: "FILE_PART_TOO_LARGE" };
		await expect(upload(session_id, 1, true, bytes(5_242_881))).rejects.toMatchObject(refused);
		const body = new Blob([bytes(5_242_881)]).stream();
		const params = { session_id, seq: "1", end: "true" };
		const streamed = client().call(fileRoutes.uploadFilePart, { jwt, body, params, prefixUrl: `${url}/parts` });
		await expect(streamed).rejects.toMatchObject(refused);
		expect(store.parts.size).toBe(0);
	});

	it("reads no name that is no id", async () => {
		for (const name of ["..%2f..%2fetc%2fpasswd", "x", "%00"]) {
			expect((await fetch(`${url}/parts/${name}`)).status).toBe(400);
		}
	});
});

describe("the call of the API for deleted parts", () => {
	const id = "018f0000-0000-7000-8000-0000000000ab";
	const call = (body: string, token: string | undefined, method = "POST") =>
		fetch(`${url}/deleted`, {
			method,
			headers: token === undefined ? {} : { "x-sentc-app-token": token },
			...(method === "POST" && { body }),
		});
	const token = TOKEN;

	it("needs the token, and is answered with an error that makes the API call again when it fails", async () => {
		await store.write(id, new Blob([bytes(1)]).stream());
		for (const wrong of [undefined, "", `${token}x`, world.secretToken]) {
			expect((await call(JSON.stringify([id]), wrong)).status).toBe(401);
		}
		expect((await call("", token, "GET")).status).not.toBe(200);
		for (const body of ["", "{}", "[1]", '["x"]', `["../${id}"]`, JSON.stringify(Array(3000).fill(id))]) {
			expect((await call(body, token)).status).toBe(400);
		}
		store.broken = true;
		expect((await call(JSON.stringify([id]), token)).status).toBe(500);
		expect(store.parts.size).toBe(1);
		store.broken = false;
		for (let i = 0; i < 2; i++) expect((await call(JSON.stringify([id]), token)).status).toBe(200);
		expect(store.parts.size).toBe(0);
	});

	it("is answered in time, also where each part takes its time", async () => {
		expect((await call(JSON.stringify(Array(100).fill(id)), token)).status).toBe(200);
		expect(store.busiest).toBe(16);
	});
});

describe("a page of another origin", () => {
	it("files §8.2(4): is let in where it is named, with the headers that the SDK sends", async () => {
		for (const origin of [PAGE, "https://evil.example.com"]) {
			const answer = await fetch(`${url}/parts/a/1/true`, { method: "OPTIONS", headers: { Origin: origin } });
			expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(origin === PAGE ? PAGE : null);
			expect(answer.headers.get("Access-Control-Allow-Headers")).toBe("Authorization, Content-Type, x-sentc-app-token");
		}
	});

	it.each([
		["allowed_origins", { allowed_origins: [] }],
		["token", { token: "" }],
	])("without %s nothing is made", (field, wrong) => {
		const options = { backend: world.backend, verify_key: "", store, allowed_origins: [PAGE], token: "x", ...wrong };
		expect(() => createFileParts(options)).toThrow(expect.objectContaining({ field }));
	});
});
