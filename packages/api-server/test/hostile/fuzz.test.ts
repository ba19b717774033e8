import { connect } from "node:net";
import { runs } from "@sentc-ts/test-world";
import { ACCESS, APP_TOKEN_HEADER, GROUP_ACCESS_HEADER, LAX_OPTIONS } from "@sentc-ts/transport/contract";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../src/index.js";
import { readEnvelope, startApi } from "../support/api.js";
import { newGroup, newUser, registerBody } from "../support/client.js";
import { routes } from "../support/routes.js";

const SEGMENTS = [...new Set(routes.flatMap(([, { path }]) => path.split("/")))].filter(
	(name) => !name.startsWith(":"),
);
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND", "get"];

/** An API with faults it reported, and what a request to it can name. */
async function start() {
	const faults: unknown[] = [];
	// The user stays: without them most requests would end at their JWT.
	const options = { ...LAX_OPTIONS, user_delete: ACCESS.blocked };
	const server = await startApi(options, (fault) => faults.push(fault));
	const user = await newUser(server);
	const groupId = await newGroup(server, user);
	return { server, user, groupId, faults };
}

type World = Awaited<ReturnType<typeof start>>;

/** Any header value: the characters that a header may carry. */
const headerValue = fc
	.array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 60 })
	.map((codes) => String.fromCharCode(...codes.filter((code) => code !== 0x7f)));

const text = fc.string({ unit: "binary", maxLength: 40 });

/** A text with one character exchanged, left out or doubled. */
const damaged = (whole: string) =>
	fc.tuple(fc.nat(whole.length - 1), fc.constantFrom("", "A", "=", ".", "%", "\\")).map(([index, character]) => {
		return whole.slice(0, index) + character + whole.slice(index + 1);
	});

/** A JSON value with something else in one place. */
function mutated(value: object): fc.Arbitrary<unknown> {
	const places: (readonly string[])[] = [];
	JSON.stringify(value, function (this: object, key, member) {
		places.push([key]);
		return member;
	});
	return fc
		.tuple(fc.constantFrom(...places.map(([key = ""]) => key)), fc.jsonValue())
		.map(([place, other]) => JSON.parse(JSON.stringify(value), (key, member) => (key === place ? other : member)));
}

function bodies(): fc.Arbitrary<string | Uint8Array<ArrayBuffer> | null> {
	const registration = registerBody("alice");
	const valid = [
		...[
			registration,
			registration.device,
			registration.group,
			{ user_identifier: "alice" },
			{ refresh_token: "token" },
		],
		{ auth_key: "AAAA", device_identifier: "alice", challenge: "x", token: "123456" },
		{
			...{ new_derived_alg: "x", new_client_random_value: "AAAA", new_hashed_authentication_key: "AAAA" },
			...{ new_encrypted_master_key: "AAAA", new_encrypted_master_key_alg: "x", old_auth_key: "AAAA" },
		},
		{ ...registration.device.derived, master_key: registration.device.master_key },
		{ user_group: { rank: 4 }, token: "x" },
		{
			token: "x",
			user_keys: { keys: [{ encrypted_group_key: "AAAA", alg: "x", user_public_key_id: "x", key_id: "x" }] },
		},
	];
	return fc.oneof(
		fc.constant(null),
		fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
		fc.json(),
		fc.jsonValue().map((value) => JSON.stringify(value)),
		fc
			.constantFrom(...valid)
			.chain(mutated)
			.map((value) => JSON.stringify(value)),
		fc.constantFrom(...valid).chain((value) => damaged(JSON.stringify(value))),
	);
}

function paths({ user, groupId }: World): fc.Arbitrary<string> {
	const segment = fc.oneof(
		{ weight: 6, arbitrary: fc.constantFrom(...SEGMENTS) },
		{ weight: 3, arbitrary: fc.constantFrom(groupId, user.userId, user.deviceId, "0", "none", "-1", "9".repeat(40)) },
		text.map((raw) => encodeURIComponent(raw)),
		fc.constantFrom("%", "%ff", "%00", "%2f", "..", ".", "", ":group_id", "*", "//", "\\"),
	);
	const known = fc
		.constantFrom(...routes)
		.chain(([, route]) =>
			fc
				.array(segment, { minLength: 3, maxLength: 3 })
				.map((values) => route.path.replace(/:\w+/g, () => values.pop() ?? "")),
		);
	const any = fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join("/")}`);
	return fc
		.tuple(fc.constantFrom("/api/v1", "/api/v1", "/api/v1", ""), fc.oneof(known, any))
		.map((parts) => parts.join(""));
}

function headers({ server, user, groupId }: World): fc.Arbitrary<Record<string, string>> {
	const { publicToken, secretToken } = server.app;
	const token = fc.oneof(
		{ weight: 5, arbitrary: fc.constantFrom(publicToken, secretToken) },
		damaged(publicToken),
		headerValue,
		fc.base64String({ maxLength: 80 }),
	);
	const authorization = fc.oneof(
		{ weight: 5, arbitrary: fc.constant(`Bearer ${user.jwt}`) },
		damaged(`Bearer ${user.jwt}`),
		headerValue,
		headerValue.map((value) => `Bearer ${value}`),
		fc.object().map((head) => `Bearer ${Buffer.from(JSON.stringify(head)).toString("base64url")}.e30.AAAA`),
	);
	const access = fc.oneof(fc.constant(groupId), headerValue);
	const optional = { [APP_TOKEN_HEADER]: token, Authorization: authorization, [GROUP_ACCESS_HEADER]: access };
	return fc.record(optional, { requiredKeys: [] });
}

describe("any request", () => {
	it("gets an envelope with CORS headers, and never causes a fault", async () => {
		const world = await start();
		const seen = new Set<number>();
		const request = fc.record({
			path: paths(world),
			method: fc.constantFrom(...METHODS),
			headers: headers(world),
			body: bodies(),
		});
		await fc.assert(
			fc.asyncProperty(request, async ({ path, method, headers, body }) => {
				const bodiless = method === "HEAD" || method.toUpperCase() === "GET";
				const init = { method, headers, ...(!bodiless && { body }) };
				const response = await world.server.api.fetch(new Request(`http://api.test${path}`, init));
				seen.add(response.status);
				expect(response.status).toBeLessThan(500);
				if (method === "OPTIONS") expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
				else await readEnvelope(response);
				expect(world.faults).toEqual([]);
			}),
			{ numRuns: runs(2000), timeout: 10_000 },
		);
		for (const status of [200, 400, 401, 404, 422]) expect(seen).toContain(status);
	});
});

describe("any bytes on a connection", () => {
	/** Sends the bytes, then what is no HTTP in any state, and reads until the server closes. */
	function exchange(port: number, bytes: Uint8Array, pause: () => Promise<unknown>): Promise<string> {
		return new Promise((resolve, reject) => {
			const socket = connect({ port, host: "127.0.0.1" });
			const parts: Buffer[] = [];
			socket.on("data", (part) => parts.push(part));
			socket.on("error", reject);
			socket.on("close", () => resolve(Buffer.concat(parts).toString()));
			socket.write(bytes, () => pause().then(() => socket.writable && socket.write(Buffer.alloc(1000)), reject));
		});
	}

	/** Checks the answers that came one after another, and counts them. */
	async function expectAnswers(received: string): Promise<number> {
		// "Continue" only announces the answer.
		let rest = received.replaceAll("HTTP/1.1 100 Continue\r\n\r\n", "");
		let count = 0;
		for (; rest !== ""; count++) {
			expect(rest).toMatch(/^HTTP\/1\.1 [234]\d\d /);
			const end = rest.indexOf("\r\n\r\n") + 4;
			const [statusLine = "", ...fields] = rest.slice(0, end).trimEnd().split("\r\n");
			const head = new Headers(fields.map((field) => field.split(": ") as [string, string]));
			expect(head.get("Access-Control-Allow-Origin")).toBe("*");
			// The answers to HEAD and OPTIONS have no body.
			const length = rest.startsWith("{", end) ? Number(head.get("Content-Length")) : 0;
			const body = rest.slice(end, end + length);
			const status = Number(statusLine.split(" ")[1]);
			if (body !== "") await readEnvelope(new Response(body, { status, headers: head }));
			rest = rest.slice(end + length);
		}
		return count;
	}

	it("get envelopes with CORS headers, and no connection hangs", async () => {
		const world = await start();
		const { url, close } = await listen(world.server.api, { port: 0, keepAlive: 1000 });
		onTestFinished(close);
		const port = Number(new URL(url).port);
		// Gives a complete request the time to be answered; one that is not complete cannot be waited for.
		const pause = async () => {
			for (let count = 0; count < 3; count++) await fetch(url);
		};
		const line = fc.tuple(
			fc.oneof(fc.constantFrom(...METHODS, "TRACE", "CONNECT", "PRI"), text),
			fc.oneof(
				paths(world),
				paths(world).map((path) => `http://other.test${path}`),
				text,
				fc.constantFrom("*", "a:1"),
			),
			fc.constantFrom("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9"),
		);
		const extra = fc.constantFrom(
			...["Host: a", "Host: a b", "Host: ", "Host: a\r\nHost: b", "Expect: 100-continue", "Expect: x"],
			...["Transfer-Encoding: chunked", "Content-Length: 5", "Content-Length: -1", "Upgrade: websocket"],
			...["Connection: keep-alive", "Connection: Upgrade", `X: ${"a".repeat(20_000)}`, "no colon"],
		);
		const request = fc
			.tuple(line, fc.array(extra, { maxLength: 3 }), headers(world), bodies())
			.map(([words, lines, named, body]) => {
				const fields = Object.entries(named).map(([name, value]) => `${name}: ${value}`);
				const head = [words.join(" "), ...lines, ...fields, "", ""].join("\r\n");
				return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body ?? "")]);
			});
		await fc.assert(
			fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: request }, fc.uint8Array({ minLength: 1 })), async (bytes) => {
				const count = await expectAnswers(await exchange(port, bytes, pause));
				expect(count).toBeGreaterThan(0);
				expect(world.faults).toEqual([]);
			}),
			{ numRuns: runs(500), timeout: 10_000 },
		);
	});
});
