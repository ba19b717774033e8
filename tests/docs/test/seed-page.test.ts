import { runInNewContext } from "node:vm";
import { type Listening, listen } from "@sentc-ts/api-server";
import Sentc, { createSentc, type User } from "@sentc-ts/sdk";
import type { Handler } from "@sentc-ts/server-helpers";
import { type ServedApi, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { codeBlocks, compileExamples } from "../src/examples.js";

/** What the snippets of the client declare, put together. */
interface Client {
	signUpDirectly(name: string, password: string): Promise<string | false>;
	signUp(name: string, password: string, email: string): Promise<string>;
	logIn(name: string, password: string): Promise<{ user: User; email: string }>;
	askToJoin(name: string, password: string, show: (digits: string) => void): Promise<string>;
	letIn(user: User, answer: string, isSame: (digits: string) => Promise<boolean>): Promise<void>;
	createGroup(user: User): Promise<string>;
	deleteGroup(user: User, groupId: string): Promise<void>;
	handOver(user: User): Promise<void>;
}

/** What the snippets of the backend declare, by the request that each answers. */
const ROUTES: Readonly<Record<string, string>> = {
	"GET /me": "me",
	"POST /register": "register",
	"POST /device": "registerDevice",
	"POST /group": "createGroup",
	"DELETE /group": "deleteGroup",
	"POST /session": "takeOver",
	"GET /refresh": "refresh",
};

const PASSWORD = "correct horse battery staple";
const blocks = codeBlocks(new URL("../../../docs/seed-page.md", import.meta.url));
const codesOf = (language: string): string[] =>
	blocks.filter((block) => block.language === language).map(({ code }) => code);

let api: ServedApi;
let backendServer: Listening;
let handlers: Readonly<Record<string, Handler>>;
let client: Client;
/** Modules that call `init`, in the order of the page. */
let strategies: string[];
let scripts: string[];
/** Requests that reached the backend. */
const requests: string[] = [];

beforeAll(async () => {
	// With the options of a new api.app.
	api = await startApi({ app: {} });
	backendServer = await listen({ fetch: async (request) => throughBrowser(request) }, { port: 0 });
	const [atApi = "", fromCookie = "", byFunction = "", ...more] = codesOf("ts").map(here);
	expect(more).toEqual([]);
	const modules = compileExamples({
		client: here(codesOf("ts client").join("\n")),
		backend: here(codesOf("ts backend").join("\n")),
		"refresh-api": atApi,
		"refresh-cookie": fromCookie,
		"refresh-function": byFunction,
	});
	handlers = await import(/* @vite-ignore */ modules.backend);
	client = await import(/* @vite-ignore */ modules.client);
	strategies = [modules["refresh-api"], modules["refresh-cookie"], modules["refresh-function"]];
	scripts = codesOf("html").map(here);
});
afterAll(async () => {
	await backendServer.close();
	await api.close();
});

/** Names of the page, and what they stand for here. */
function here(code: string): string {
	return code
		.replaceAll("http://127.0.0.1:3002", api.base_url)
		.replaceAll("http://127.0.0.1:3000", backendServer.url)
		.replaceAll("5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi", api.app.publicToken)
		.replaceAll("<your secret token>", api.app.secretToken)
		.replaceAll("<your JWT verify key>", api.app.jwtVerifyKey);
}

let cookie = "";
/** Adds what a browser adds, which Node's `fetch` doesn't: where a POST comes from, and the cookie that was set. */
async function throughBrowser(request: Request): Promise<Response> {
	const route = `${request.method} /${new URL(request.url).pathname.split("/")[1]}`;
	requests.push(route);
	const { method, url } = request;
	const headers = new Headers(request.headers);
	if (method === "POST") headers.set("Origin", backendServer.url);
	if (cookie !== "") headers.set("Cookie", cookie);
	const body = method === "POST" ? await request.text() : null;
	const response = await handlers[ROUTES[route] ?? ""]?.(new Request(url, { method, headers, body }));
	cookie = response?.headers.get("Set-Cookie")?.split(";")[0] ?? cookie;
	return response ?? new Response(null, { status: 404 });
}

let names = 0;
/** A user who signed up and logged in as the page shows. */
async function newUser() {
	const name = `ada ${++names}`;
	const userId = await client.signUp(name, PASSWORD, `${name}@example.com`);
	return { name, userId, ...(await client.logIn(name, PASSWORD)) };
}

describe("own backend processing", () => {
	it("registering takes the secret token", async () => {
		await expect(client.signUpDirectly("nobody", PASSWORD)).rejects.toMatchObject({ status: "server_203" });
	});
});

describe("response", () => {
	it("is what `done` reads, and what the API answers", async () => {
		const [success = "", failure = ""] = codesOf("json");
		expect(Sentc.doneRegister(success)).toBe(JSON.parse(success).result.user_id);
		const register = () =>
			fetch(`${backendServer.url}/register`, {
				method: "POST",
				body: JSON.stringify({ input: Sentc.prepareRegister("twice", PASSWORD), email: "" }),
			}).then((response) => response.json());
		expect(Object.keys((await register()).result)).toEqual(Object.keys(JSON.parse(success).result));
		expect(await register()).toEqual(JSON.parse(failure));
		expect(() => Sentc.doneRegister(failure)).toThrow(expect.objectContaining({ status: "server_101" }));
		expect(() => Sentc.doneRegister("<html>")).toThrow(expect.objectContaining({ status: "client_101" }));
	});
});

describe("authentication and app token", () => {
	it("are the headers that the API reads", async () => {
		const { user } = await newUser();
		const [lines = ""] = codesOf("http");
		const text = lines.replace("<the JWT>", await user.getJwt()).replace("<the app token>", api.app.publicToken);
		const headers = text
			.trim()
			.split("\n")
			.map((line) => line.split(": ") as [string, string]);
		const answer = async (sent: [string, string][]) =>
			(await fetch(`${api.base_url}/api/v1/group/all/0/none`, { headers: sent })).json();
		expect(await answer(headers)).toEqual({ status: true, result: [] });
		for (const header of headers) expect(await answer([header])).toMatchObject({ status: false });
	});
});

describe("user", () => {
	it("signs up through the backend, which keeps the e-mail, and logs in with the API alone", async () => {
		const { email, name, user, userId } = await newUser();
		expect(email).toBe(`${name}@example.com`);
		expect(user.user_data.user_id).toBe(userId);
	});

	it("`done` throws when the API refused, and the backend stores nothing", async () => {
		const { name } = await newUser();
		await expect(client.signUp(name, PASSWORD, "other@example.com")).rejects.toMatchObject({ status: "server_101" });
		expect((await client.logIn(name, PASSWORD)).email).toBe(`${name}@example.com`);
	});

	it("a device joins, and logs in as the same user", async () => {
		const { user, userId } = await newUser();
		const name = `phone ${names}`;
		let shown = "";
		const show = (digits: string): void => {
			shown = digits;
		};
		const answer = await client.askToJoin(name, PASSWORD, show);
		await client.letIn(user, answer, async (digits) => digits !== shown);
		await expect(client.logIn(name, PASSWORD)).rejects.toMatchObject({ status: "server_100" });
		await client.letIn(user, answer, async (digits) => digits === shown);
		expect((await client.logIn(name, PASSWORD)).user.user_data.user_id).toBe(userId);
		await expect(client.askToJoin(name, PASSWORD, show)).rejects.toMatchObject({ status: "server_101" });
	});
});

describe("group", () => {
	it("is created and deleted through the backend", async () => {
		const { user } = await newUser();
		const groupId = await client.createGroup(user);
		const group = await user.getGroup(groupId);
		expect(await group.decryptString(await group.encryptString("hello"))).toBe("hello");
		await client.deleteGroup(user, groupId);
		expect(await user.getGroups()).toEqual([]);
	});
});

describe("refreshing the JWT", () => {
	/** Runs the script of a page; answers the instance it used once `init` is through. */
	async function runScript(block = "") {
		const [, script = ""] = /<script>([\s\S]*)<\/script>/.exec(block) ?? [];
		const sentc = createSentc();
		await runInNewContext(script, { window: { Sentc: { default: sentc } }, fetch });
		return sentc;
	}

	/** The first `init` of a page counts: each module gets a page of its own. */
	const bundled = async (index: number) => {
		vi.resetModules();
		await import(/* @vite-ignore */ strategies[index] ?? "");
		return (await import("@sentc-ts/sdk")).default;
	};
	const scripted = (index: number) => runScript(scripts[index]);

	it.each([
		["directly by the SDK", "bundled", bundled, 0, false],
		["directly by the SDK", "in a script", scripted, 0, false],
		["from a cookie", "bundled", bundled, 1, true],
		["from a cookie", "in a script", scripted, 1, true],
		["with a function", "bundled", bundled, 2, true],
		["with a function", "in a script", scripted, 2, true],
	] as const)("%s, %s", async (_strategy, _form, start, index, asksBackend) => {
		const { name } = await newUser();
		const sentc = await start(index);
		const user = await sentc.login(name, PASSWORD, true);
		const { jwt, refresh_token } = user.user_data;
		if (asksBackend) await client.handOver(user);
		requests.length = 0;
		expect(await sentc.refreshJwt(jwt, refresh_token)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
		expect(requests).toEqual(asksBackend ? ["GET /refresh"] : []);
	});

	it("a type in place of the function does not compile", () => {
		const code = (codesOf("ts")[2] ?? "").replace(
			"endpoint_fn: refreshJwt",
			"endpoint_fn: (jwt: string) => Promise<string>",
		);
		expect(() => compileExamples({ "refresh-type": code })).toThrow(/^refresh-type\.mts:\d+: /);
	});

	it("the number of one strategy with the URL of another is refused, and the error names the fix", async () => {
		await expect(runScript(scripts[3])).rejects.toMatchObject({
			field: "refresh.endpoint_fn",
			errorMessage: expect.stringContaining("use endpoint 0"),
		});
		expect(scripts).toHaveLength(4);
	});
});
