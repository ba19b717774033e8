import { createServer, get } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { UserData } from "@sentc-ts/sdk";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createBackend, createRefreshCookie, nodeHandler, type RefreshCookie, verifyJwt } from "../src/index.js";
import { createWorld, type World } from "./world.js";

const PAGE = "https://app.example.com";
const SELF = "https://backend.example.com";

/** Whose tokens these are. */
interface Owner {
	user_data: Pick<UserData, "user_id" | "jwt" | "refresh_token">;
}

const NAME = "ada";

let world: World;
/** With a session of its own in each test: the refresh token changes whenever it is used. */
let user: Owner;
let cookie: RefreshCookie;
beforeAll(async () => {
	world = await createWorld();
	user = await world.signUp(NAME);
	cookie = createRefreshCookie({ backend: world.backend, verify_key: world.verifyKey, allowed_origins: [PAGE] });
});
beforeEach(async () => {
	const { device_keys, verify } = await world.backend.forceLogin(NAME);
	user = { user_data: { ...verify, user_id: device_keys.user_id } };
});
afterEach(() => world.setNow(Date.now()));
afterAll(() => world.close());

interface Sent {
	method?: string;
	origin?: string;
	site?: string;
	jwt?: string;
	cookie?: string;
	body?: unknown;
}

function request({ method = "POST", origin, site, jwt, cookie: stored, body }: Sent, url = `${SELF}/session`): Request {
	const headers = new Headers();
	if (origin) headers.set("Origin", origin);
	if (site) headers.set("Sec-Fetch-Site", site);
	if (jwt) headers.set("Authorization", `Bearer ${jwt}`);
	if (stored) headers.set("Cookie", stored);
	return new Request(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

const session = (of: Owner = user) => ({
	jwt: of.user_data.jwt,
	body: { refresh_token: of.user_data.refresh_token },
});
const stored = () => `other=1; __Host-sentc-refresh=${user.user_data.refresh_token}`;
const SET = /^__Host-sentc-refresh=([\w-]{67}); Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/;

/** The refresh token that an answer puts into the cookie. */
const tokenIn = (response: Response): string => SET.exec(response.headers.get("Set-Cookie") ?? "")?.[1] ?? "";

/** The same endpoints before an API that exchanges no refresh tokens, as the reference's. */
function withoutRotation(): RefreshCookie {
	const fetchFromApi: typeof fetch = async (input, init) => {
		const { result, ...envelope } = await (await fetch(input, init)).json();
		const { refresh_token: _, ...plain } = result;
		return Response.json({ ...envelope, result: plain });
	};
	const backend = createBackend({ base_url: world.url, secret_token: world.secretToken, fetch: fetchFromApi });
	return createRefreshCookie({ backend, verify_key: world.verifyKey, allowed_origins: [PAGE] });
}

describe("take over", () => {
	it("puts the refresh token in a cookie that only this host and no script can read", async () => {
		const response = await cookie.takeOver(request({ origin: PAGE, ...session() }));
		expect(response.status).toBe(204);
		expect(response.headers.get("Set-Cookie")).toMatch(SET);
		expect(response.headers.get("Cache-Control")).toBe("no-store");
		expect(response.headers.get("Access-Control-Allow-Origin")).toBe(PAGE);
		expect(response.headers.get("Access-Control-Allow-Credentials")).toBe("true");
	});

	it.each([
		["without an origin", {}, 403],
		["from another origin", { origin: "https://evil.example.com" }, 403],
		["from the opaque origin", { origin: "null" }, 403],
		["with GET", { origin: PAGE, method: "GET", body: undefined }, 405],
		["without a JWT", { origin: PAGE, jwt: undefined }, 400],
		["with a JWT that is none", { origin: PAGE, jwt: "a.b.c" }, 401],
		["without a refresh token", { origin: PAGE, body: {} }, 400],
		["with a body that is too long", { origin: PAGE, body: { refresh_token: "token", more: "x".repeat(5000) } }, 400],
		["with a token that would break out of the cookie", { origin: PAGE, body: { refresh_token: "a; Domain=x" } }, 400],
		["with a refresh token the API doesn't know", { origin: PAGE, body: { refresh_token: "made-up" } }, 401],
	] as [string, Sent, number][])("is refused %s", async (_, sent, status) => {
		const response = await cookie.takeOver(request({ ...session(), ...sent }));
		expect(response.status).toBe(status);
		expect(response.headers.get("Set-Cookie")).toBeNull();
	});

	it("exchanges it: a script that copied the one of the login can't go on with it, and ends the session by trying", async () => {
		const { jwt, refresh_token } = user.user_data;
		const token = tokenIn(await cookie.takeOver(request({ origin: PAGE, ...session() })));
		expect(token).not.toBe(refresh_token);
		expect(await world.backend.refresh(jwt, token)).toMatchObject({ user_id: user.user_data.user_id });
		world.setNow(Date.now() + 60_000);
		const ended = { code: "REFRESH_TOKEN_UNKNOWN" };
		await expect(world.backend.refresh(jwt, refresh_token)).rejects.toMatchObject(ended);
		await expect(world.backend.refresh(jwt, token)).rejects.toMatchObject(ended);
	});

	it("keeps it at an API that exchanges none, as the reference's", async () => {
		const response = await withoutRotation().takeOver(request({ origin: PAGE, ...session() }));
		expect(tokenIn(response)).toBe(user.user_data.refresh_token);
	});

	it("is refused for the refresh token of another account: no session can be planted", async () => {
		const mallory = await world.signUp();
		const sent = { origin: PAGE, jwt: user.user_data.jwt, body: session(mallory).body };
		const response = await cookie.takeOver(request(sent));
		expect(response.status).toBe(401);
		expect(response.headers.get("Set-Cookie")).toBeNull();
	});
});

describe("refresh", () => {
	const get = {
		method: "GET",
		get jwt() {
			return user.user_data.jwt;
		},
		get cookie() {
			return stored();
		},
	};

	it("answers the bare new JWT, not to be stored by any cache", async () => {
		const response = await cookie.refresh(request({ ...get, origin: PAGE }));
		expect(response.status).toBe(200);
		expect(response.headers.get("Cache-Control")).toBe("no-store");
		expect(response.headers.get("Vary")).toBe("Origin");
		const claims = await verifyJwt(await response.text(), world.verifyKey);
		expect(claims).toMatchObject({ user_id: user.user_data.user_id, fresh: false });
	});

	it("sets the cookie to a new refresh token each time; the one before is of no use 30 s later", async () => {
		const { jwt, refresh_token } = user.user_data;
		const first = tokenIn(await cookie.refresh(request({ ...get, origin: PAGE })));
		expect(first).not.toBe(refresh_token);
		world.setNow(Date.now() + 60_000);
		const jar = `__Host-sentc-refresh=${first}`;
		const second = tokenIn(await cookie.refresh(request({ ...get, cookie: jar, origin: PAGE })));
		expect(second).not.toBe(first);
		expect(await world.backend.refresh(jwt, second)).toMatchObject({ jwt: expect.any(String) });
		expect((await cookie.refresh(request({ ...get, origin: PAGE }))).status).toBe(401);
	});

	it("of two tabs at once leaves one cookie, that of both", async () => {
		const both = [get, get].map((sent) => cookie.refresh(request({ ...sent, origin: PAGE })));
		const tokens = (await Promise.all(both)).map(tokenIn);
		expect(tokens[0]).toHaveLength(67);
		expect(tokens[1]).toBe(tokens[0]);
	});

	it("leaves the cookie alone at an API that exchanges none, as the reference's", async () => {
		const response = await withoutRotation().refresh(request({ ...get, origin: PAGE }));
		expect(response.status).toBe(200);
		expect(response.headers.get("Set-Cookie")).toBeNull();
	});

	it("takes an expired JWT: that is what it is for", async () => {
		const day = 24 * 60 * 60 * 1000;
		world.setNow(Date.now() + day);
		const response = await cookie.refresh(request({ ...get, origin: PAGE }));
		expect(response.status).toBe(200);
	});

	it.each([["same-origin"], ["same-site"]])("takes a %s GET, which sends no origin", async (site) => {
		expect((await cookie.refresh(request({ ...get, site }))).status).toBe(200);
	});

	it.each([
		["from another origin", { origin: "https://evil.example.com" }, 403],
		["from another site without an origin", { site: "cross-site" }, 403],
		["typed into the address bar", { site: "none" }, 403],
		["with POST", { origin: PAGE, method: "POST" }, 405],
		["without the bearer header", { origin: PAGE, jwt: undefined }, 400],
		["without the cookie", { origin: PAGE, cookie: "other=1" }, 401],
		["with the cookie of a session the API doesn't know", { origin: PAGE, cookie: "__Host-sentc-refresh=gone" }, 401],
	] as [string, Sent, number][])("is refused %s", async (_, sent, status) => {
		const response = await cookie.refresh(request({ ...get, ...sent }));
		expect(response.status).toBe(status);
		expect(await response.text()).not.toContain(".");
	});

	it("is 502 when the API is down", async () => {
		const down = await createWorld();
		const lost = createRefreshCookie({ backend: down.backend, verify_key: world.verifyKey, allowed_origins: [PAGE] });
		await down.close();
		expect((await lost.refresh(request({ ...get, origin: PAGE }))).status).toBe(502);
	});
});

describe("log out", () => {
	const DROPPED = /^__Host-sentc-refresh=; Max-Age=0; Path=\/;/;

	async function sessionOf(person: Owner) {
		const { jwt, refresh_token } = person.user_data;
		const isAlive = () =>
			world.backend.refresh(jwt, refresh_token).then(
				() => true,
				() => false,
			);
		return { sent: { origin: PAGE, jwt, cookie: `__Host-sentc-refresh=${refresh_token}` }, isAlive };
	}

	it("ends the session at the API and drops the cookie", async () => {
		const { isAlive, sent } = await sessionOf(await world.signUp());
		expect(await isAlive()).toBe(true);
		const response = await cookie.logOut(request(sent));
		expect(response.status).toBe(204);
		expect(response.headers.get("Set-Cookie")).toMatch(DROPPED);
		expect(await isAlive()).toBe(false);
	});

	it("takes an expired JWT, and a session that has ended already", async () => {
		const { isAlive, sent } = await sessionOf(await world.signUp());
		world.setNow(Date.now() + 24 * 60 * 60 * 1000);
		expect((await cookie.logOut(request(sent))).status).toBe(204);
		world.setNow(Date.now());
		expect(await isAlive()).toBe(false);
		expect((await cookie.logOut(request(sent))).status).toBe(204);
	});

	it("takes the session of a user who was deleted", async () => {
		const person = await world.signUp();
		const { sent } = await sessionOf(person);
		await world.backend.deleteUser(person.user_data.user_id);
		expect((await cookie.logOut(request(sent))).status).toBe(204);
	});

	it("has nothing to end without a cookie", async () => {
		const response = await cookie.logOut(request({ origin: PAGE }));
		expect(response.status).toBe(204);
		expect(response.headers.get("Set-Cookie")).toMatch(DROPPED);
	});

	it("drops the cookie also when the session could not be ended, and says so", async () => {
		const { isAlive, sent } = await sessionOf(await world.signUp());
		for (const [jwt, status] of [
			["", 400],
			["a.b.c", 502],
		] as const) {
			const response = await cookie.logOut(request({ ...sent, jwt }));
			expect(response.status).toBe(status);
			expect(response.headers.get("Set-Cookie")).toMatch(DROPPED);
		}
		expect(await isAlive()).toBe(true);
	});

	it("succeeds at an API that can't end sessions, as the reference's, and says that the refresh token lives on", async () => {
		const { sent } = await sessionOf(await world.signUp());
		const withoutRoute = (answer: () => Response): RefreshCookie => {
			const fetchFromApi: typeof fetch = async (input, init) => {
				const asked = new Request(input, init);
				return asked.method === "DELETE" ? answer() : fetch(asked);
			};
			const backend = createBackend({ base_url: world.url, secret_token: world.secretToken, fetch: fetchFromApi });
			return createRefreshCookie({ backend, verify_key: world.verifyKey, allowed_origins: [PAGE] });
		};
		const envelope = '{"status":false,"err_msg":"not found","err_code":404}';
		const response = await withoutRoute(() => new Response(envelope, { status: 404 })).logOut(request(sent));
		expect(response.status).toBe(200);
		expect(await response.text()).toMatch(/the refresh token lives on/);
		expect(response.headers.get("Set-Cookie")).toMatch(DROPPED);
		for (const status of [404, 502]) {
			const ofProxy = await withoutRoute(() => new Response("<html>", { status })).logOut(request(sent));
			expect(ofProxy.status).toBe(502);
		}
	});

	it("does nothing for a page of another origin", async () => {
		const { isAlive, sent } = await sessionOf(await world.signUp());
		const response = await cookie.logOut(request({ ...sent, origin: "https://evil.example.com" }));
		expect(response.status).toBe(403);
		expect(response.headers.get("Set-Cookie")).toBeNull();
		expect(await isAlive()).toBe(true);
	});
});

describe("options", () => {
	it.each([0, 1.5, Number.NaN, 401 * 24 * 60 * 60])("refuse %d as max_age", (max_age) => {
		const options = { backend: world.backend, verify_key: "", allowed_origins: [PAGE], max_age };
		expect(() => createRefreshCookie(options)).toThrow(expect.objectContaining({ field: "max_age" }));
	});

	it("need allowed origins, one by one", () => {
		for (const allowed_origins of [[], ["*"]]) {
			expect(() => createRefreshCookie({ backend: world.backend, verify_key: "", allowed_origins })).toThrow(
				expect.objectContaining({ field: "allowed_origins" }),
			);
		}
	});

	it("answer the preflight of an allowed page", async () => {
		const response = await cookie.refresh(request({ method: "OPTIONS", origin: PAGE }));
		expect(response.status).toBe(204);
		expect(response.headers.get("Access-Control-Allow-Methods")).toBe("GET");
		expect(response.headers.get("Access-Control-Allow-Headers")).toBe("Authorization, Content-Type");
		expect((await cookie.refresh(request({ method: "OPTIONS", origin: "https://x.example" }))).status).toBe(403);
	});

	it("allow a cookie without TLS on a loopback host only, and only by name", async () => {
		const options = { backend: world.backend, verify_key: world.verifyKey, allowed_origins: [PAGE] };
		const local = createRefreshCookie({ ...options, insecure_loopback: true });
		const cookieAt = async (kit: RefreshCookie, url: string) =>
			(await kit.takeOver(request({ origin: PAGE, ...session() }, url))).headers.get("Set-Cookie") ?? "";
		expect(await cookieAt(local, "http://127.0.0.1:3000/session")).not.toMatch(/Secure|__Host-/);
		expect(await cookieAt(local, "http://localhost.evil.example/session")).toMatch(/^__Host-.* Secure;/);
		expect(await cookieAt(cookie, "http://127.0.0.1:3000/session")).toMatch(/^__Host-.* Secure;/);
	});
});

describe("nodeHandler", () => {
	it("serves a handler from an Express-style listener, body and cookies included", async () => {
		const server = createServer(nodeHandler(cookie.takeOver));
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as AddressInfo;
		const response = await fetch(`http://127.0.0.1:${port}/session`, {
			method: "POST",
			headers: { Origin: PAGE, Authorization: `Bearer ${user.user_data.jwt}` },
			body: JSON.stringify({ refresh_token: user.user_data.refresh_token }),
		});
		expect(response.status).toBe(204);
		expect(response.headers.getSetCookie()).toHaveLength(1);
		await new Promise((resolve) => server.close(resolve));
	});

	it("answers a request of HTTP/1.0, which names no host", async () => {
		const server = createServer(nodeHandler(async ({ url }) => new Response(url)));
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
		socket.end("GET /x HTTP/1.0\r\n\r\n");
		let answered = "";
		for await (const chunk of socket) answered += chunk;
		expect(answered).toMatch(/^HTTP\/1\.\d 200 .*\nhttp:\/\/localhost\/x$/s);
		await new Promise((resolve) => server.close(resolve));
	});

	it("answers what is no request, and a handler that fails, instead of rejecting", async () => {
		const failing = createServer(nodeHandler(() => Promise.reject(new Error("broken"))));
		await new Promise<void>((resolve) => failing.listen(0, "127.0.0.1", resolve));
		const { port } = failing.address() as AddressInfo;
		const statusOf = (options: object) =>
			new Promise((resolve, reject) => {
				get({ host: "127.0.0.1", port, ...options }, (response) => {
					response.resume();
					resolve(response.statusCode);
				}).once("error", reject);
			});
		expect(await statusOf({ headers: { Host: "[" } })).toBe(400);
		expect(await statusOf({ headers: { Host: "u@x" } })).toBe(400);
		expect(await statusOf({ method: "TRACE" })).toBe(400);
		expect(await statusOf({})).toBe(500);
		await new Promise((resolve) => failing.close(resolve));
	});
});

describe("in a browser bundle", () => {
	it("the package fails with a sentence instead of shipping the secret token", async () => {
		await expect(import("../src/browser.js")).rejects.toThrow(/secret token and must not be bundled for a browser/);
	});
});
