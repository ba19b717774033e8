import type { TestApi } from "@sentc-ts/test-world";
import { ACCESS, APP_TOKEN_HEADER, GROUP_ACCESS_HEADER, LAX_OPTIONS } from "@sentc-ts/transport/contract";
import fc from "fast-check";
import { startApi } from "../support/api.js";
import { newGroup, newUser, registerBody, type Session } from "../support/client.js";
import { routes } from "../support/routes.js";

// Requests of every kind: what a client sends, damaged in one place, and what nobody would send.

const SEGMENTS = [...new Set(routes.flatMap(([, { path }]) => path.split("/")))].filter(
	(name) => !name.startsWith(":"),
);
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND", "get"];

/** An API with the faults it reported, and what a request to it can name. */
export interface Fuzzed {
	readonly server: TestApi;
	readonly user: Session;
	readonly groupId: string;
	readonly faults: readonly unknown[];
}

export async function startFuzzed(): Promise<Fuzzed> {
	const faults: unknown[] = [];
	// The user stays: without them most requests would end at their JWT.
	const options = { ...LAX_OPTIONS, user_delete: ACCESS.blocked };
	const server = await startApi(options, (fault) => faults.push(fault));
	const user = await newUser(server);
	return { server, user, groupId: await newGroup(server, user), faults };
}

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
		{ rank: 4 },
		{ changed_user_id: "x", new_rank: 4 },
		{ keys: [{ encrypted_group_key: "AAAA", alg: "x", encrypted_alg: "x", key_id: "x", user_public_key_id: "x" }] },
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

interface Target {
	path: string;
	method: string;
}

/** Where requests go: most to a route of the contract, some of these with another method. */
function targets({ user, groupId }: Fuzzed): fc.Arbitrary<Target> {
	const segment = fc.oneof(
		{ weight: 6, arbitrary: fc.constantFrom(...SEGMENTS) },
		{ weight: 3, arbitrary: fc.constantFrom(groupId, user.userId, user.deviceId, "0", "none", "-1", "9".repeat(40)) },
		text.map((raw) => encodeURIComponent(raw)),
		fc.constantFrom("%", "%ff", "%00", "%2f", "..", ".", "", ":group_id", "*", "//", "\\"),
	);
	const method = fc.constantFrom(...METHODS);
	const known = fc.constantFrom(...routes).chain(([, route]) =>
		fc.record({
			path: fc
				.array(segment, { minLength: 3, maxLength: 3 })
				.map((values) => route.path.replace(/:\w+/g, () => values.pop() ?? "")),
			method: fc.oneof({ weight: 4, arbitrary: fc.constant(route.method) }, method),
		}),
	);
	const any = fc.record({
		path: fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join("/")}`),
		method,
	});
	return fc
		.tuple(fc.constantFrom("/api/v1", "/api/v1", "/api/v1", ""), fc.oneof(known, any))
		.map(([prefix, target]) => ({ ...target, path: prefix + target.path }));
}

const paths = (api: Fuzzed): fc.Arbitrary<string> => targets(api).map(({ path }) => path);

function headers({ server, user, groupId }: Fuzzed): fc.Arbitrary<Record<string, string>> {
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

interface AnyRequest extends Target {
	headers: Record<string, string>;
	body: string | Uint8Array<ArrayBuffer> | null;
}

export function requestsTo(api: Fuzzed): fc.Arbitrary<AnyRequest> {
	return fc
		.record({ target: targets(api), headers: headers(api), body: bodies() })
		.map(({ target, ...request }) => ({ ...target, ...request }));
}

/** What is sent on a connection: mostly what looks like a request. */
export function bytesFor(api: Fuzzed): fc.Arbitrary<Uint8Array> {
	const line = fc.tuple(
		fc.oneof(fc.constantFrom(...METHODS, "TRACE", "CONNECT", "PRI"), text),
		fc.oneof(
			paths(api),
			paths(api).map((path) => `http://other.test${path}`),
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
		.tuple(line, fc.array(extra, { maxLength: 3 }), headers(api), bodies())
		.map(([words, lines, named, body]) => {
			const fields = Object.entries(named).map(([name, value]) => `${name}: ${value}`);
			const head = [words.join(" "), ...lines, ...fields, "", ""].join("\r\n");
			return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body ?? "")]);
		});
	return fc.oneof({ weight: 4, arbitrary: request }, fc.uint8Array({ minLength: 1 }));
}
