import { afterEach, describe, expect, it } from "vitest";
import {
	createClient,
	createRefreshStrategy,
	parseRefreshOptions,
	REFRESH_ENDPOINT,
	type RefreshOptions,
	type RefreshStrategy,
} from "../src/index.js";
import { type Answer, type Seen, startServer } from "./server.js";

const TOKEN = "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi";
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

function jwt(claims: { aud?: string; sub?: string; exp?: number } = {}): string {
	const payload = { aud: "user", sub: "device", exp: 2_000_000_000, iat: 1, fresh: false, ...claims };
	return `e30.${btoa(JSON.stringify(payload)).replaceAll("=", "")}.c2ln`;
}
const OLD = jwt({ exp: 1 });
const NEW = jwt();

async function strategyFor(
	answer: (seen: Seen) => Answer,
	options: (url: string) => RefreshOptions | undefined,
	timeout?: number,
): Promise<{ strategy: RefreshStrategy; seen: Seen[] }> {
	const server = await startServer(answer);
	closing.push(server.close);
	const client = createClient({ baseUrl: server.url, appToken: TOKEN, timeout });
	return { strategy: createRefreshStrategy(parseRefreshOptions(options(server.url)), client), seen: server.seen };
}

const byApi = () => undefined;
const byCookie = (url: string): RefreshOptions => ({ endpoint: REFRESH_ENDPOINT.cookie, endpoint_url: `${url}/own` });

describe("api", () => {
	it("PUTs the refresh token with the old JWT as bearer", async () => {
		const result = { user_id: "user", jwt: NEW, device_id: "device" };
		const { strategy, seen } = await strategyFor(() => ({ text: JSON.stringify({ status: true, result }) }), byApi);
		expect(await strategy.refresh(OLD, "token")).toEqual({ jwt: NEW });
		expect(seen[0]).toMatchObject({ method: "PUT", path: "/api/v1/refresh", body: '{"refresh_token":"token"}' });
		expect(seen[0]?.headers.authorization).toBe(`Bearer ${OLD}`);
	});

	it("asks for a new refresh token where the caller takes one, and does without at an API that knows none of it", async () => {
		const plain = { user_id: "user", jwt: NEW, device_id: "device" };
		const answers = [{ ...plain, refresh_token: "next" }, plain];
		const answer = (): Answer => ({ text: JSON.stringify({ status: true, result: answers.shift() }) });
		const { strategy, seen } = await strategyFor(answer, byApi);
		expect(await strategy.refresh(OLD, "token", true)).toEqual({ jwt: NEW, refresh_token: "next" });
		expect(seen[0]?.body).toBe('{"refresh_token":"token","rotate":true}');
		expect(await strategy.refresh(OLD, "next", true)).toEqual({ jwt: NEW });
	});

	it("takes no refresh token that comes with the JWT of another device", async () => {
		const result = { user_id: "user", jwt: jwt({ sub: "other" }), device_id: "other", refresh_token: "next" };
		const { strategy } = await strategyFor(() => ({ text: JSON.stringify({ status: true, result }) }), byApi);
		await expect(strategy.refresh(OLD, "token", true)).rejects.toMatchObject({ code: "REFRESH_FAILED" });
	});

	it("ends the session when the API refuses the refresh token", async () => {
		const text = '{"status":false,"err_code":114,"err_msg":"The refresh token was not found"}';
		const { strategy } = await strategyFor(() => ({ status: 400, text }), byApi);
		await expect(strategy.refresh(OLD, "token")).rejects.toMatchObject({ code: "SESSION_ENDED", status: "server_114" });
	});

	it.each([
		["the database is down", { status: 500, text: '{"status":false,"err_code":20,"err_msg":"no database"}' }],
		["a proxy answers HTML", { status: 502, text: "<html></html>" }],
		["the connection breaks", "cut"],
	] as [string, Answer][])("keeps the session when %s", async (_, answer) => {
		const { strategy } = await strategyFor(() => answer, byApi);
		await expect(strategy.refresh(OLD, "token")).rejects.toMatchObject({ code: "REFRESH_FAILED" });
	});
});

describe("cookie", () => {
	it("GETs the own endpoint with the old JWT and nothing else, and takes the bare JWT", async () => {
		const { strategy, seen } = await strategyFor(() => ({ text: NEW }), byCookie);
		expect(await strategy.refresh(OLD, "", true)).toEqual({ jwt: NEW });
		expect(seen[0]).toMatchObject({ method: "GET", path: "/own", body: "" });
		expect(seen[0]?.headers.authorization).toBe(`Bearer ${OLD}`);
		expect(seen[0]?.headers).not.toHaveProperty("x-sentc-app-token");
		expect(strategy.storesRefreshToken).toBe(false);
	});

	it.each([
		["HTTP 500", { status: 500, text: NEW }],
		["a quoted JWT", { text: `"${NEW}"` }],
		["an error page", { text: "<html></html>" }],
		["the JWT of another user", { text: jwt({ aud: "mallory" }) }],
		["the JWT of another device", { text: jwt({ sub: "other" }) }],
	] as [string, Answer][])("refuses %s and keeps the session", async (_, answer) => {
		const { strategy } = await strategyFor(() => answer, byCookie);
		await expect(strategy.refresh(OLD, "")).rejects.toMatchObject({ code: "REFRESH_FAILED" });
	});
});

describe("cookie_fn", () => {
	const byFunction = (endpoint_fn: (old: string) => Promise<string>) => (): RefreshOptions => ({
		endpoint: REFRESH_ENDPOINT.cookie_fn,
		endpoint_fn,
	});

	it("gives the old JWT to the function and takes its answer", async () => {
		const given: string[] = [];
		const { strategy, seen } = await strategyFor(
			() => "hang",
			byFunction(async (old) => {
				given.push(old);
				return NEW;
			}),
		);
		expect(await strategy.refresh(OLD, "")).toEqual({ jwt: NEW });
		expect(given).toEqual([OLD]);
		expect(seen).toEqual([]);
	});

	it("keeps the session when the function throws or answers something else", async () => {
		const failing = await strategyFor(
			() => "hang",
			byFunction(() => Promise.reject(new Error("offline"))),
		);
		await expect(failing.strategy.refresh(OLD, "")).rejects.toMatchObject({ code: "REFRESH_FAILED" });
		const odd = await strategyFor(
			() => "hang",
			byFunction(async () => undefined as unknown as string),
		);
		await expect(odd.strategy.refresh(OLD, "")).rejects.toMatchObject({ code: "REFRESH_FAILED" });
	});
});

describe("an answer that never arrives", () => {
	it.each([
		["api", byApi, JSON.stringify({ status: true, result: { user_id: "user", jwt: NEW, device_id: "device" } })],
		["cookie", byCookie, NEW],
	] as [string, (url: string) => RefreshOptions | undefined, string][])(
		"of %s is asked for once more before the token that was replaced ends",
		async (_, by, text) => {
			const answers: Answer[] = ["hang", { text }];
			const { strategy, seen } = await strategyFor(() => answers.shift() ?? "cut", by, 3000);
			expect(await strategy.refresh(OLD, "token", true)).toEqual({ jwt: NEW });
			expect(seen).toHaveLength(2);
			expect(seen[1]).toMatchObject({ method: seen[0]?.method, path: seen[0]?.path, body: seen[0]?.body });
		},
	);
});

describe("no answer", () => {
	it.each([
		["api", byApi],
		["cookie", byCookie],
		["cookie_fn", () => ({ endpoint: REFRESH_ENDPOINT.cookie_fn, endpoint_fn: () => new Promise<string>(() => {}) })],
	] as [string, (url: string) => RefreshOptions | undefined][])(
		"of %s is REFRESH_FAILED after the timeout",
		async (_, by) => {
			const { strategy } = await strategyFor(() => "stall", by, 50);
			await expect(strategy.refresh(OLD, "token")).rejects.toMatchObject({ code: "REFRESH_FAILED" });
		},
	);

	it("of an own function is not asked for twice: it may do anything", async () => {
		let calls = 0;
		const endpoint_fn = (): Promise<string> => {
			calls++;
			return new Promise(() => {});
		};
		const { strategy } = await strategyFor(
			() => "hang",
			() => ({ endpoint: REFRESH_ENDPOINT.cookie_fn, endpoint_fn }),
			50,
		);
		await expect(strategy.refresh(OLD, "")).rejects.toMatchObject({ code: "REFRESH_FAILED" });
		expect(calls).toBe(1);
	});
});

describe("options", () => {
	it.each([
		[{ endpoint: 0 }, "refresh.endpoint_url"],
		[{ endpoint: 1 }, "refresh.endpoint_fn"],
		[{ endpoint: 1, endpoint_url: "/refresh" }, "refresh.endpoint_fn"],
		[{ endpoint: 0, endpoint_url: "/refresh", on_new_refresh_token: "/session" }, "refresh.on_new_refresh_token"],
		[{ endpoint: 3 }, "refresh.endpoint"],
		[{}, "refresh.endpoint"],
	])("%j is refused naming %s", (options, field) => {
		expect(() => parseRefreshOptions(options as RefreshOptions)).toThrow(expect.objectContaining({ field }));
	});

	it("say the fix for the seed page's endpoint 1 with endpoint_url", () => {
		expect(() => parseRefreshOptions({ endpoint: 1, endpoint_url: "/refresh" })).toThrow(/use endpoint 0/);
	});

	it("have a function for new refresh tokens only where the developer keeps them", async () => {
		const on_new_refresh_token = (): void => {};
		const { strategy: own } = await strategyFor(
			() => "hang",
			(url) => ({ ...byCookie(url), on_new_refresh_token }),
		);
		expect(own.handOver).toBe(on_new_refresh_token);
		const { strategy } = await strategyFor(
			() => "hang",
			() => ({ endpoint: REFRESH_ENDPOINT.api, on_new_refresh_token }),
		);
		expect(strategy.handOver).toBeUndefined();
	});
});
