import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Listening } from "@sentc-ts/api-server";
// As built, with its page.
import { startOwnBackend } from "@sentc-ts/app-own-backend";
import { createSentc, type SentcClient, type User } from "@sentc-ts/sdk";
import { createBackend } from "@sentc-ts/server-helpers";
import { type ServedApi, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const profile = { email: "ada@example.com", full_name: "Ada Lovelace" };
const PASSWORD = "correct horse battery staple";
const HELP_DESK_PASSWORD = "we-know-who-is-calling";

let folder: string;
let api: ServedApi;
let backend: Listening;

const startBackend = (): Promise<Listening> =>
	startOwnBackend({
		...api.app,
		apiUrl: api.base_url,
		database: join(folder, "own.db"),
		port: 0,
		helpDeskPassword: HELP_DESK_PASSWORD,
	});

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "own-backend-test-"));
	api = await startApi({ app: "development" });
	backend = await startBackend();
});
afterAll(async () => {
	await backend.close();
	await api.close();
	await rm(folder, { recursive: true, force: true });
});

async function send(path: string, init?: RequestInit): Promise<{ status: number; json: unknown }> {
	const response = await fetch(`${backend.url}${path}`, init);
	const text = await response.text();
	return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
}

const register = (body: unknown) => send("/register", { method: "POST", body: JSON.stringify(body) });
const me = (jwt: string) => send("/me", { headers: { Authorization: `Bearer ${jwt}` } });

interface LoggedIn {
	userId: string;
	jwt: string;
	name: string;
	user: User;
	sentc: SentcClient;
}

async function loggedIn(): Promise<LoggedIn> {
	const name = `ada-${randomUUID()}`;
	const { sentc } = await startSentc(api);
	const { json } = await register({ input: sentc.prepareRegister(name, PASSWORD), ...profile });
	const userId = sentc.doneRegister(JSON.stringify(json));
	const user = await sentc.login(name, PASSWORD, true);
	return { userId, jwt: await user.getJwt(), name, user, sentc };
}

describe("the own data of a user", () => {
	it("is stored at the registration and answered for the JWT, also after a restart", async () => {
		const { jwt, userId } = await loggedIn();
		expect(await me(jwt)).toEqual({ status: 200, json: { user_id: userId, ...profile } });
		await backend.close();
		backend = await startBackend();
		expect(await me(jwt)).toEqual({ status: 200, json: { user_id: userId, ...profile } });
	});

	it("is not answered without a JWT of the app", async () => {
		const { jwt } = await loggedIn();
		const [head, payload] = jwt.split(".");
		for (const wrong of ["", "x", `${head}.${payload}.${"A".repeat(128)}`]) {
			expect([wrong, (await me(wrong)).status]).toEqual([wrong, 401]);
		}
	});

	it("is needed in full to register", async () => {
		const input = createSentc().prepareRegister(`ada-${randomUUID()}`, PASSWORD);
		const wrong = [
			"text",
			{ input },
			{ input, ...profile, email: "no address" },
			{ input, ...profile, full_name: " " },
			{ input, ...profile, full_name: "x".repeat(201) },
			{ ...profile },
		];
		for (const body of wrong) expect([body, (await register(body)).status]).toEqual([body, 400]);
		expect((await register({ input, ...profile })).json).toMatchObject({ status: true });
	});

	it("is not stored when the API refuses; its answer goes to the client unchanged", async () => {
		const { jwt, name, userId } = await loggedIn();
		const input = createSentc().prepareRegister(name, PASSWORD);
		const { json } = await register({ input, email: "eve@example.com", full_name: "Eve" });
		expect(json).toEqual({ status: false, err_code: 101, err_msg: expect.any(String) });
		expect((await me(jwt)).json).toEqual({ user_id: userId, ...profile });
	});
});

describe("deleting an account", () => {
	const deleteMe = (jwt: string) => send("/me", { method: "DELETE", headers: { Authorization: `Bearer ${jwt}` } });

	it("takes the JWT of a login, and deletes at the API and here", async () => {
		const { jwt, name, sentc } = await loggedIn();
		expect(await deleteMe(jwt)).toEqual({ status: 204, json: undefined });
		expect((await me(jwt)).status).toBe(404);
		await expect(sentc.login(name, PASSWORD)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
	});

	it("deletes here who is gone at the API already", async () => {
		const { jwt, user } = await loggedIn();
		await createBackend({ base_url: api.base_url, secret_token: api.app.secretToken }).deleteUser(
			user.user_data.user_id,
		);
		expect(await deleteMe(jwt)).toEqual({ status: 204, json: undefined });
		expect((await me(jwt)).status).toBe(404);
	});

	it("does not take the JWT of a refresh, or none", async () => {
		const { jwt, name, sentc, user } = await loggedIn();
		const refreshed = await sentc.refreshJwt(jwt, user.user_data.refresh_token);
		for (const wrong of [refreshed, "", "a.b.c"]) expect([wrong, (await deleteMe(wrong)).status]).toEqual([wrong, 401]);
		await expect(sentc.login(name, PASSWORD, true)).resolves.toMatchObject({ user_data: { mfa: false } });
	});
});

describe("logging out with the cookie", () => {
	it("ends the session at the API, for which the page has no refresh token any more", async () => {
		const { jwt, sentc, user } = await loggedIn();
		const { refresh_token } = user.user_data;
		const headers = { Authorization: `Bearer ${jwt}`, Origin: backend.url };
		const body = JSON.stringify({ refresh_token });
		const taken = await fetch(`${backend.url}/refresh`, { method: "POST", headers, body });
		const cookie = taken.headers.getSetCookie()[0]?.split(";")[0] ?? "";
		expect(cookie).toMatch(/^sentc-refresh=[\w-]{67}$/);
		expect(cookie).not.toContain(refresh_token);
		const ended = await fetch(`${backend.url}/logout`, { method: "POST", headers: { ...headers, Cookie: cookie } });
		expect(ended.status).toBe(204);
		expect(ended.headers.get("Set-Cookie")).toMatch(/^sentc-refresh=; .*Max-Age=0/);
		await expect(sentc.refreshJwt(jwt, refresh_token)).rejects.toMatchObject({ code: "SESSION_ENDED" });
	});
});

describe("deleting a group", () => {
	it("answers why the API refuses", async () => {
		const { jwt, user } = await loggedIn();
		const { jwt: stranger } = await loggedIn();
		const groupId = await user.createGroup();
		const deleteAs = (bearer: string) =>
			send(`/group/${groupId}`, { method: "DELETE", headers: { Authorization: `Bearer ${bearer}` } });
		const refused = { status: 400, json: { error: "No access to the group, or the group was not found." } };
		expect(await deleteAs(stranger)).toEqual(refused);
		expect(await deleteAs(jwt)).toEqual({ status: 204, json: undefined });
		expect(await deleteAs(jwt)).toEqual(refused);
	});
});

describe("the help desk", () => {
	const ask = (what: string, name: string, password = HELP_DESK_PASSWORD) =>
		send(`/help-desk/${what}`, { method: "POST", body: name, headers: { Authorization: `Bearer ${password}` } });

	it("switches the second factor off", async () => {
		const { name, sentc, user } = await loggedIn();
		await user.registerRawOtp(PASSWORD);
		await expect(sentc.login(name, PASSWORD, true)).rejects.toMatchObject({ code: "MFA_REQUIRED" });
		expect(await ask("disable-mfa", name)).toEqual({ status: 204, json: undefined });
		await expect(sentc.login(name, PASSWORD, true)).resolves.toMatchObject({ user_data: { mfa: false } });
	});

	it("ends all sessions", async () => {
		const { jwt, name, sentc, user } = await loggedIn();
		const { refresh_token } = user.user_data;
		expect(await ask("end-sessions", name)).toEqual({ status: 204, json: undefined });
		await expect(sentc.refreshJwt(jwt, refresh_token)).rejects.toMatchObject({ code: "SESSION_ENDED" });
	});

	it.each(["disable-mfa", "end-sessions"])(
		"%s: refuses without its password, and says who is unknown",
		async (what) => {
			const { jwt, name, sentc, user } = await loggedIn();
			for (const wrong of ["", "wrong", jwt, api.app.secretToken]) {
				expect([wrong, (await ask(what, name, wrong)).status]).toEqual([wrong, 401]);
			}
			await expect(sentc.refreshJwt(jwt, user.user_data.refresh_token)).resolves.toMatch(/\./);
			expect(await ask(what, "nobody")).toEqual({ status: 400, json: { error: "The user was not found." } });
		},
	);

	it("is closed without a password of its own", async () => {
		const closed = await startOwnBackend({ ...api.app, apiUrl: api.base_url, database: ":memory:", port: 0 });
		const headers = { Authorization: "Bearer undefined" };
		const response = await fetch(`${closed.url}/help-desk/end-sessions`, { method: "POST", body: "ada", headers });
		expect(response.status).toBe(404);
		await closed.close();
	});
});

describe("an attacker who floods an own backend", () => {
	/** A backend of its own, whose limits no other test uses. */
	async function flooded(path: string, count: number, headers: Record<string, string> = {}): Promise<number[]> {
		const helpDeskPassword = HELP_DESK_PASSWORD;
		const target = await startOwnBackend({
			...{ ...api.app, apiUrl: api.base_url, database: ":memory:", port: 0, helpDeskPassword },
		});
		const statuses: number[] = [];
		for (let index = 0; index < count; index++) {
			const response = await fetch(`${target.url}${path}`, { method: "POST", body: "{}", headers });
			statuses.push(response.status);
			if (response.status === 429) expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
		}
		await target.close();
		return statuses;
	}

	it.each(["/register", "/device"])("with anonymous requests to %s is stopped before the API", async (path) => {
		const statuses = await flooded(path, 300);
		expect(statuses.slice(0, 60)).not.toContain(429);
		expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(150);
	});

	it("guesses the help desk's password twenty times, and then waits, also with the right one", async () => {
		const wrong = await flooded("/help-desk/end-sessions", 30, { Authorization: "Bearer wrong" });
		expect(wrong.slice(0, 20)).toEqual(Array(20).fill(401));
		expect(wrong.slice(21)).toEqual(Array(9).fill(429));
	});

	it("is named to the API, which limits registrations that come through the own backend", async () => {
		const strict = await startApi({ app: "development", rateLimits: { register: { burst: 2, perSecond: 0.001 } } });
		const target = await startOwnBackend({ ...strict.app, apiUrl: strict.base_url, database: ":memory:", port: 0 });
		const codes: unknown[] = [];
		for (let index = 0; index < 3; index++) {
			const input = createSentc().prepareRegister(`ada-${randomUUID()}`, PASSWORD);
			const body = JSON.stringify({ input, ...profile });
			const response = await fetch(`${target.url}/register`, { method: "POST", body });
			codes.push((await response.json()).err_code);
		}
		expect(codes).toEqual([undefined, undefined, 429]);
		await target.close();
		await strict.close();
	});
});

describe("a request that is too large", () => {
	it("is refused before it is read, whether it says its length or not", async () => {
		const large = { input: "x".repeat(1024 * 1024), ...profile };
		expect(await register(large)).toEqual({ status: 413, json: { error: "The request is too large." } });
		const stream = new Blob([JSON.stringify(profile)]).stream();
		const unknown = await send("/register", { method: "POST", body: stream, duplex: "half" } as RequestInit);
		expect(unknown.status).toBe(413);
	});
});

describe("the page", () => {
	it("comes with a policy that names the API and has no exceptions", async () => {
		const response = await fetch(backend.url);
		expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
		expect(await response.text()).toContain("<h1>Own backend</h1>");
		expect(response.headers.get("Content-Security-Policy")).toBe(
			`default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${api.base_url}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
		);
		expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
	});

	it("is told the API and the public token, and the secret one nowhere", async () => {
		const { json } = await send("/config.json");
		expect(json).toEqual({ api_url: api.base_url, public_token: api.app_token, allow_insecure_http: false });
		const html = await (await fetch(backend.url)).text();
		const script = /src="\.?(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
		const code = await (await fetch(`${backend.url}${script}`)).text();
		expect(code).toContain("config.json");
		for (const text of [html, code]) {
			expect(text).not.toContain(api.app.secretToken);
			expect(text).not.toContain("holds the app's secret token");
		}
	});

	it("is all that is served: nothing above its folder", async () => {
		for (const path of ["/start.js", "/..%2fstart.js", "/assets/..%2f..%2fstart.js", "/%2e%2e/start.js"]) {
			expect([path, (await fetch(`${backend.url}${path}`)).status]).toEqual([path, 404]);
		}
	});
});

describe("an idle connection", () => {
	it("stays open longer than those of usual proxies", async () => {
		expect((await fetch(backend.url)).headers.get("Keep-Alive")).toBe("timeout=65");
	});
});

describe("an API that is down", () => {
	it("is a sentence, not a stack trace", async () => {
		const lonely = await startOwnBackend({ ...api.app, apiUrl: "http://127.0.0.1:9", database: ":memory:", port: 0 });
		const input = createSentc().prepareRegister("ada", PASSWORD);
		const body = JSON.stringify({ input, ...profile });
		const response = await fetch(`${lonely.url}/register`, { method: "POST", body });
		expect(response.status).toBe(502);
		expect(await response.json()).toEqual({ error: "The API can't be reached. Is it running?" });
		await lonely.close();
	});
});
