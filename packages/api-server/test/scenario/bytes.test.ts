import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Client, createClient } from "@sentc-ts/transport";
import {
	type ByteSource,
	byteStream,
	bytes,
	envelope,
	LAX_OPTIONS,
	route,
	SERVER_ERRORS,
	success,
} from "@sentc-ts/transport/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { buildApi } from "../../src/api.js";
import { openDatabase } from "../../src/database/database.js";
import { FAILURES, Failure } from "../../src/failure.js";
import { type Api, generateRootKey, type Listening, listen } from "../../src/index.js";

const MIB = 1024 * 1024;
const LIMIT = 6 * MIB;

/** Routes as the contract would declare those of file parts (protocol/files §5). */
const upload = route({
	method: "POST",
	path: "/file/part/:session_id/:seq/:end",
	option: "file_part_upload",
	jwt: "none",
	body: bytes(LIMIT),
	result: envelope(z.object({ length: z.int(), sha256: z.string() })),
});
const download = route({
	method: "GET",
	path: "/file/part/:part_id",
	option: "file_part_download",
	jwt: "none",
	result: byteStream,
});
const downloadAsUser = route({
	method: "GET",
	path: "/own/part/:part_id",
	option: "open",
	jwt: "valid",
	result: byteStream,
});
const ignore = route({
	method: "POST",
	path: "/ignored",
	option: "open",
	jwt: "none",
	body: bytes(LIMIT),
	result: success,
});

const part = randomBytes(5 * MIB);
const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");
const params = { session_id: "s", seq: "1", end: "true" };

let api: Api;
let listening: Listening;
let client: Client;
const faults: unknown[] = [];
/** How uploads ended that did not get to their end. */
const broken: unknown[] = [];

beforeAll(async () => {
	const config = { onError: (fault: unknown) => faults.push(fault), runJobs: false };
	api = await buildApi(await openDatabase(":memory:", generateRootKey()), config, (mount) => {
		mount(upload, async ({ body }) => {
			const hash = createHash("sha256");
			let length = 0;
			try {
				for await (const chunk of body) {
					hash.update(chunk);
					length += chunk.length;
				}
			} catch (error) {
				broken.push(error);
				throw error;
			}
			return { length, sha256: hash.digest("hex") };
		});
		mount(download, ({ params: { part_id } }) => {
			if (part_id === "gone") throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
			if (part_id === "without key") throw new Failure(FAILURES.KEY_BY_ID_NOT_FOUND);
			if (part_id === "broken") return { stream: breakingOff(), length: undefined };
			return part_id === "endless"
				? { stream: endless().stream, length: undefined }
				: { stream: new Blob([part]).stream(), length: part.length };
		});
		mount(downloadAsUser, () => ({ stream: new Blob([part]).stream(), length: part.length }));
		mount(ignore, async () => undefined);
	});
	const app = await api.apps.create({ options: LAX_OPTIONS });
	listening = await listen(api, { port: 0 });
	client = createClient({ baseUrl: listening.url, appToken: app.publicToken, timeout: 10_000 });
});
afterAll(async () => {
	await listening.close();
	await api.close();
});
beforeEach(() => {
	faults.length = 0;
	broken.length = 0;
});

/** Bytes without end, and how many of them were asked for. */
function endless() {
	const source = {
		sent: 0,
		cancelled: false,
		stream: new ReadableStream<Uint8Array>({
			async pull(controller) {
				await new Promise((resolve) => setImmediate(resolve));
				source.sent += 64 * 1024;
				controller.enqueue(new Uint8Array(64 * 1024));
			},
			cancel() {
				source.cancelled = true;
			},
		}),
	};
	return source;
}

const FAULT = "a path that is nobody's business";

/** Fails after 3 KiB. */
function breakingOff(): ReadableStream<Uint8Array> {
	let pulled = 0;
	return new ReadableStream({
		pull(controller) {
			if (pulled++ === 3) throw new Error(FAULT);
			controller.enqueue(new Uint8Array(1024));
		},
	});
}

const inPieces = (data: Uint8Array): ReadableStream<Uint8Array> => new Blob([new Uint8Array(data)]).stream();

describe("a body of bytes", () => {
	it.each<[string, () => ByteSource]>([
		["an array", () => part],
		["a Blob", () => new Blob([part])],
		["a stream", () => inPieces(part)],
		["nothing", () => new Uint8Array()],
	])("arrives as it was sent: %s", async (name, body) => {
		const expected = name === "nothing" ? new Uint8Array() : part;
		const received = await client.call(upload, { params, body: body() });
		expect(received).toEqual({ length: expected.length, sha256: sha256(expected) });
	});

	it("that seems to end when its sender is gone has not come", async () => {
		const send = (isComplete: boolean): Promise<Response> => {
			const headers = { "x-sentc-app-token": client.appToken };
			const request = new Request(`${listening.url}/api/v1/file/part/session/1/true`, {
				method: "POST",
				headers,
				body: "half",
			});
			return api.fetch(request, { isComplete: () => isComplete });
		};
		expect(await (await send(true)).json()).toMatchObject({ status: true });
		expect(await (await send(false)).json()).toMatchObject({ status: false });
		expect(broken).toHaveLength(1);
	});

	it("is refused before it is read when it announces too much", async () => {
		await expect(client.call(upload, { params, body: new Uint8Array(LIMIT + 1) })).rejects.toMatchObject({
			code: "BODY_TOO_LARGE",
		});
		expect(broken).toEqual([expect.objectContaining({ error: SERVER_ERRORS.BODY_TOO_LARGE })]);
		expect(faults).toEqual([]);
	});

	it("is read no further than its limit when it announces nothing", async () => {
		const source = endless();
		await expect(client.call(upload, { params, body: source.stream })).rejects.toMatchObject({
			code: "BODY_TOO_LARGE",
		});
		expect(broken).toEqual([expect.objectContaining({ error: SERVER_ERRORS.BODY_TOO_LARGE })]);
		expect(source.sent).toBeLessThan(LIMIT + 4 * MIB);
		expect(faults).toEqual([]);
	});

	it("that nobody reads is not taken for the next request", async () => {
		for (let i = 0; i < 3; i++) await client.call(ignore, { body: inPieces(part) });
		expect(await client.call(upload, { params, body: part })).toMatchObject({ length: part.length });
	});

	it("breaks off for the reader when the sender gives up, and is no fault of the server", async () => {
		const controller = new AbortController();
		const call = client.call(upload, { params, body: trickle(controller), signal: controller.signal });
		await expect(call).rejects.toMatchObject({ code: "REQUEST_ABORTED" });
		await expect.poll(() => broken).toHaveLength(1);
		expect(faults).toEqual([]);
		expect(await client.call(upload, { params, body: part })).toMatchObject({ length: part.length });
	});
});

/** Sends a little, then aborts, and never ends. */
function trickle(controller: AbortController): ReadableStream<Uint8Array> {
	let pulled = 0;
	return new ReadableStream({
		async pull(stream) {
			if (pulled++ < 10) return stream.enqueue(new Uint8Array(64 * 1024));
			controller.abort();
			await new Promise(() => undefined);
		},
	});
}

describe("a result of bytes", () => {
	it("comes as a stream with its length", async () => {
		const { length, stream } = await client.call(download, { params: { part_id: "p" } });
		expect(length).toBe(part.length);
		const received = new Uint8Array(
			await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
		);
		expect(sha256(received)).toBe(sha256(part));
	});

	it("is an error where the API refuses", async () => {
		await expect(client.call(download, { params: { part_id: "gone" } })).rejects.toMatchObject({
			name: "ApiError",
			code: "USER_NOT_FOUND",
		});
	});

	it("is an error where the refusal has the HTTP status of a success everywhere else", async () => {
		await expect(client.call(download, { params: { part_id: "without key" } })).rejects.toMatchObject({
			name: "ApiError",
			status: "server_304",
		});
		const text = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
		const jwt = [text({ alg: "ES384", kid: "unknown", typ: "JWT" }), text({ aud: "a", sub: "b" }), "c2ln"].join(".");
		await expect(client.call(downloadAsUser, { params: { part_id: "p" }, jwt })).rejects.toMatchObject({
			code: "JWT_KEY_UNKNOWN",
		});
	});

	it("that breaks off is a typed error for who asked, and why is heard by the server alone", async () => {
		const drain = async () => {
			const { stream } = await client.call(download, { params: { part_id: "broken" } });
			await stream.pipeTo(new WritableStream());
		};
		await expect(drain()).rejects.toMatchObject({ name: expect.stringMatching(/^(Request|Envelope)Error$/) });
		expect(faults.length).toBeGreaterThan(0);
		for (const fault of faults) expect(fault).toMatchObject({ message: FAULT });

		const url = `${listening.url}/api/v1/file/part/broken`;
		const raw = await fetch(url, { headers: { "x-sentc-app-token": client.appToken } })
			.then((response) => response.text())
			.catch((error) => `${error} ${error.cause}`);
		expect(raw).not.toContain(FAULT);
	});

	it("that somebody still reads keeps the database open while the API closes", async () => {
		const database = await openDatabase(":memory:", generateRootKey());
		let isOpen = true;
		const close = async (): Promise<void> => {
			isOpen = false;
			await database.close();
		};
		const closing = await buildApi({ ...database, close }, { runJobs: false }, (mount) => {
			mount(download, () => ({ stream: inPieces(part), length: part.length }));
		});
		const { publicToken } = await closing.apps.create({ options: LAX_OPTIONS });
		const headers = { "x-sentc-app-token": publicToken };
		const response = await closing.fetch(new Request("http://api/api/v1/file/part/p", { headers }));
		const closed = closing.close();
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(isOpen).toBe(true);
		expect((await response.arrayBuffer()).byteLength).toBe(part.length);
		await closed;
		expect(isOpen).toBe(false);
	});

	it("fails with a typed error when the caller gives up in the middle", async () => {
		const controller = new AbortController();
		const call = client.call(download, { params: { part_id: "endless" }, signal: controller.signal });
		const reader = (await call).stream.getReader();
		expect((await reader.read()).value?.length).toBeGreaterThan(0);
		controller.abort();
		const drain = async () => {
			while (!(await reader.read()).done);
		};
		await expect(drain()).rejects.toMatchObject({ code: "REQUEST_ABORTED" });
		expect(faults).toEqual([]);
	});

	it("fails with a typed error when it takes longer than allowed", async () => {
		const { stream } = await client.call(download, { params: { part_id: "endless" }, timeout: 500 });
		await expect(stream.pipeTo(new WritableStream())).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
	});
});

describe("a route that another server answers", () => {
	it("gets the same headers below the prefix, and its refusal is read as the API's", async () => {
		const seen: IncomingMessage[] = [];
		const storage = createServer((request, response) => {
			seen.push(request);
			request.resume();
			if (request.method === "GET")
				return response.writeHead(403).end('{"status":false,"err_msg":"no","err_code":521}');
			return response.end('{"status":true,"result":{"length":3,"sha256":""}}');
		});
		await new Promise<void>((resolve) => storage.listen(0, "127.0.0.1", resolve));
		const prefixUrl = `http://127.0.0.1:${(storage.address() as AddressInfo).port}/upload/`;
		const body = new Uint8Array(3);
		await client.call(upload, { params, body, prefixUrl, jwt: "a.b.c" });
		const refused = client.call(download, { params: { part_id: "p" }, prefixUrl });
		await expect(refused).rejects.toMatchObject({ status: "server_521" });
		expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST /upload/s/1/true", "GET /upload/p"]);
		expect(seen[0]?.headers).toMatchObject({
			"x-sentc-app-token": client.appToken,
			authorization: "Bearer a.b.c",
			"content-type": "application/json",
			"content-length": "3",
		});
		await new Promise((resolve) => storage.close(resolve));
	});
});
